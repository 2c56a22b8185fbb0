"""The company timeline: two panels, one above the other, on one axis of time.

Sentiment and separations have different units and therefore never share an axis of values. Gaps
stay gaps: no line crosses a wave that is missing, no bar stands where too few people left.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import plotly.graph_objects as go

from pulse.churn.result import Estimate, MoodPoint, RateWindow, Study, Timeline
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json

KEY = "timeline"
TITLE = "Sentiment and voluntary separations over time"
HEIGHT = 520
_MOOD = "var(--chart-1)"
_RATE = "var(--chart-2)"
_GAP = 1.75
_MILLISECONDS_PER_DAY = 86_400_000


def timeline_chart(study: Study, csv_url: str) -> Chart:
    """Draw the timeline, or say why there is nothing to draw."""
    line = study.timeline
    if not line.moods:
        return Chart(KEY, TITLE, "", refusal="No wave has released an engagement score yet.")
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(line),
        figure=figure_json(_figure(line)),
        table=table(line),
        csv_url=csv_url,
        refusal=_refusal(study),
    )


def reading(line: Timeline) -> str:
    """Say in words what the chart shows."""
    first, last = line.moods[0], line.moods[-1]
    mood = f"On {wording.day(last.closed_on)} {wording.share_range(last.favourable)} favourable"
    if first is not last:
        earlier = wording.percent(first.favourable.value)
        mood += f", after {earlier} % on {wording.day(first.closed_on)}"
    return f"{mood}. {_rate_sentence(line)} This describes what followed, not what caused it."


def table(line: Timeline) -> Table:
    """Give everything the chart draws, in order of time within each panel."""
    headers = ("Shown", "From", "Until", "Value", "Low", "High", "Based on")
    rows = [_mood_row(mood) for mood in line.moods]
    rows += [_rate_row(window) for window in line.windows]
    return Table("Sentiment by wave, and voluntary separations by window", headers, tuple(rows))


def _rate_sentence(line: Timeline) -> str:
    shown = [window for window in line.windows if window.rate]
    if not shown or shown[-1].rate is None:
        return "No separation rate can be shown beside it yet."
    window = shown[-1]
    return (
        f"In the {line.weeks} weeks to {_last_day(window)} people left of their own accord at a"
        f" rate of {wording.rate_range(shown[-1].rate)} per 100 person-years."
    )


def _refusal(study: Study) -> str | None:
    line = study.timeline
    if not line.below_floor:
        return None
    which = "any window" if line.below_floor == len(line.windows) else "some windows"
    return (
        f"Fewer than {study.leaver_floor} people left of their own accord in {which} of"
        f" {line.weeks} weeks ({line.below_floor} of {len(line.windows)}), so no rate is shown"
        " there beside sentiment. With more people or more time the gaps close."
    )


def _last_day(window: RateWindow) -> str:
    return wording.day(window.ends_on - timedelta(days=1))


def _mood_row(mood: MoodPoint) -> tuple[str, ...]:
    value = mood.favourable
    return (
        "Favourable answers, %",
        mood.closed_on.isoformat(),
        mood.closed_on.isoformat(),
        *(wording.number(100 * part) for part in (value.value, value.low, value.high)),
        wording.counted(mood.n, "ballot"),
    )


def _rate_row(window: RateWindow) -> tuple[str, ...]:
    last = (window.ends_on - timedelta(days=1)).isoformat()
    label = "Voluntary separations per 100 person-years"
    time = f"{window.person_years:.1f} person-years"
    if window.rate is None:
        return label, window.starts_on.isoformat(), last, "", "", "", f"{time}; too few leavers"
    found = window.rate
    return (
        label,
        window.starts_on.isoformat(),
        last,
        *(wording.number(part) for part in (found.value, found.low, found.high)),
        f"{wording.counted(window.voluntary or 0, 'leaver')}, {time}",
    )


def _figure(line: Timeline) -> go.Figure:
    shown = [window for window in line.windows if window.rate]
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(type="date", anchor="y2", showgrid=False, range=_range(line)),
        "yaxis": axis(domain=[0.57, 1], ticksuffix=" %", nticks=6),
        "yaxis2": axis(domain=[0, 0.42], rangemode="tozero", nticks=6, anchor="x"),
        "annotations": [
            _panel_title("Favourable answers, with 95 % interval", 1),
            _panel_title("Left voluntarily, per 100 person-years", 0.42),
        ],
        "bargap": 0,
    }
    return go.Figure(data=[_mood_trace(line.moods), _rate_trace(shown)], layout=layout)


def _panel_title(text: str, y: float) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xshift": -44}
    return place | {
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "font": {"color": "var(--ink)", "size": 13},
    }


def _mood_trace(moods: Sequence[MoodPoint]) -> go.Scatter:
    points = with_gaps(moods)
    return go.Scatter(
        x=[point.closed_on.isoformat() if point else None for point in points],
        y=[100 * point.favourable.value if point else None for point in points],
        error_y=_error([point.favourable if point else None for point in points], _MOOD, 100),
        mode="lines+markers",
        line={"color": _MOOD, "width": 2},
        marker={"color": _MOOD, "size": 8},
        hoverinfo="text",
        hovertext=[_mood_hover(point) if point else "" for point in points],
        connectgaps=False,
    )


def _rate_trace(windows: Sequence[RateWindow]) -> go.Bar:
    return go.Bar(
        x=[_middle(window).isoformat() for window in windows],
        y=[window.rate.value for window in windows if window.rate],
        width=[0.86 * _days(window) * _MILLISECONDS_PER_DAY for window in windows],
        error_y=_error([window.rate for window in windows], "var(--ink-soft)", 1),
        marker={"color": _RATE, "opacity": 0.55},
        hoverinfo="text",
        hovertext=[_rate_hover(window) for window in windows],
        yaxis="y2",
    )


def with_gaps(moods: Sequence[MoodPoint]) -> list[MoodPoint | None]:
    """Put a None where a wave is missing, judged by the usual distance between waves."""
    dates = [mood.closed_on for mood in moods]
    steps = [(after - before).days for before, after in pairwise(dates)]
    usual = median(steps) if steps else 0
    found: list[MoodPoint | None] = []
    for mood, step in zip(moods, [0, *steps], strict=True):
        found += [None, mood] if step > _GAP * usual else [mood]
    return found


def _error(estimates: Sequence[Estimate | None], colour: str, scale: float) -> dict[str, Any]:
    up = [scale * (found.high - found.value) if found else None for found in estimates]
    down = [scale * (found.value - found.low) if found else None for found in estimates]
    bars = {"type": "data", "symmetric": False, "array": up, "arrayminus": down}
    return bars | {"color": colour, "thickness": 1.5, "width": 3}


def _mood_hover(mood: MoodPoint) -> str:
    ballots = wording.counted(mood.n, "ballot")
    return f"{wording.day(mood.closed_on)}<br>{wording.share_range(mood.favourable)}<br>{ballots}"


def _rate_hover(window: RateWindow) -> str:
    rate = wording.rate_range(window.rate) if window.rate else ""
    leavers = wording.counted(window.voluntary or 0, "leaver")
    days = f"{wording.day(window.starts_on)} to {_last_day(window)}"
    return f"{days}<br>{rate}<br>{leavers}, {window.person_years:.1f} person-years"


def _middle(window: RateWindow) -> date:
    return window.starts_on + timedelta(days=_days(window) / 2)


def _days(window: RateWindow) -> int:
    return (window.ends_on - window.starts_on).days


def _range(line: Timeline) -> list[str]:
    days = [mood.closed_on for mood in line.moods]
    days += [day for window in line.windows for day in (window.starts_on, window.ends_on)]
    margin = timedelta(days=7)
    return [(min(days) - margin).isoformat(), (max(days) + margin).isoformat()]
