"""The company timeline in words: its reading, its table, and the refusals. It draws nothing."""

from datetime import timedelta

from pulse.churn.result import MoodPoint, RateWindow, Study, Timeline
from pulse.domain.bands import band
from pulse.web.charts import timeline_figure, wording
from pulse.web.charts.figure import Chart, Table, figure_json

KEY = "timeline"
# Below so many per cent nobody knows what the others think.
LOWEST_RATE = 25
TITLE = "Sentiment and voluntary separations over time"
_GAP_REASON = "not shown: too few leavers here, or needed to cover a window with too few"


def timeline_chart(study: Study, csv_url: str) -> Chart:
    """Draw the timeline, or say why there is nothing to draw."""
    line = study.timeline
    if not line.moods:
        return Chart(KEY, TITLE, "", refusal="No wave has released an engagement score yet.")
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(line),
        figure=figure_json(timeline_figure.figure(line)),
        table=table(line),
        csv_url=csv_url,
        refusal=_refusal(study),
    )


def reading(line: Timeline) -> str:
    """Say in words what the chart shows."""
    first, last = line.moods[0], line.moods[-1]
    mood = f"On {wording.day(last.closed_on)} {wording.share_range(last.favourable)} favourable"
    if any(_is_silent(point) for point in (first, last)):
        mood += ". Fewer than a quarter answered in one of the waves, so no trend is stated"
    elif first is not last:
        earlier = wording.percent(first.favourable.value)
        mood += f", after {earlier} % on {wording.day(first.closed_on)}"
    return f"{mood}. {_rate_sentence(line)} This describes what followed, not what caused it."


def _is_silent(mood: MoodPoint) -> bool:
    return mood.response_rate is not None and 100 * mood.response_rate < LOWEST_RATE


def table(line: Timeline) -> Table:
    """Give everything the chart draws, in order of time within each panel."""
    headers = ("Shown", "From", "Until", "Value", "Low", "High", "Based on")
    rows = [_mood_row(mood) for mood in line.moods]
    rows += [_rate_row(window) for window in line.windows]
    return Table("Sentiment by wave, and voluntary separations by window", headers, tuple(rows))


def _rate_sentence(line: Timeline) -> str:
    shown = [window for window in line.windows if window.rate]
    window = shown[-1] if shown else None
    if window is None or window.rate is None:
        return "No separation rate can be shown beside it yet."
    return (
        f"In the {line.weeks} weeks to {wording.last_day(window.ends_on)} people left"
        f" of their own accord at a rate of {wording.rate_range(window.rate)} per 100 person-years."
    )


def _refusal(study: Study) -> str | None:
    line = study.timeline
    if not line.gaps:
        return None
    many = f"{line.gaps} of {wording.counted(len(line.windows), 'window')} of {line.weeks} weeks"
    return (
        f"No rate is shown beside sentiment in {many}: fewer than {study.leaver_floor} people left"
        " of their own accord, or the window covers another one in which so few did."
    )


def _mood_row(mood: MoodPoint) -> tuple[str, ...]:
    value = mood.favourable
    return (
        "Favourable answers, %",
        mood.closed_on.isoformat(),
        mood.closed_on.isoformat(),
        *(wording.number(100 * part) for part in (value.value, value.low, value.high)),
        _behind(mood),
    )


def _behind(mood: MoodPoint) -> str:
    """Say what a score rests on."""
    words = f"{band(mood.n)} ballots"
    if mood.response_rate is not None:
        words += f", {wording.percent(mood.response_rate)} % answered"
    return f"{words}; other questions than before" if mood.reworded else words


def _rate_row(window: RateWindow) -> tuple[str, ...]:
    last = (window.ends_on - timedelta(days=1)).isoformat()
    label = "Voluntary separations per 100 person-years"
    time = f"{window.person_years:.1f} person-years"
    if window.rate is None:
        return label, window.starts_on.isoformat(), last, "", "", "", f"{time}; {_GAP_REASON}"
    found = window.rate
    return (
        label,
        window.starts_on.isoformat(),
        last,
        *(wording.number(part) for part in (found.value, found.low, found.high)),
        f"{wording.counted(window.voluntary or 0, 'leaver')}, {time}",
    )
