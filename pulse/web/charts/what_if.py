"""What if those who did not answer were less favourable: the score as a line over how much less."""

import plotly.graph_objects as go

from pulse.churn.result import MoodPoint, Study
from pulse.domain.bands import band
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "what-if"
TITLE = "If those who did not answer felt differently"
HEIGHT = 340
_LINE = "var(--chart-1)"
_MOST, _STEP = 20, 2
_TOLD = (10, 20)


def what_if_chart(study: Study, csv_url: str) -> Chart:
    """Draw the score of the last wave, supposing others to be 0 to 20 points less favourable."""
    mood = study.timeline.moods[-1] if study.timeline.moods else None
    if mood is None or mood.response_rate is None:
        text = "No wave has released a score of everybody and how many answered yet."
        return Chart(KEY, TITLE, "", refusal=text)
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(mood, mood.response_rate),
        figure=figure_json(_figure(mood, mood.response_rate)),
        table=table(mood, mood.response_rate),
        csv_url=csv_url,
    )


def reading(mood: MoodPoint, rate: float) -> str:
    """Say the score and what it would be; it supposes and does not estimate."""
    ten, twenty = (wording.percent(_score(mood.favourable.value, rate, d)) for d in _TOLD)
    return (
        f"{wording.percent(rate)} % answered in the wave of {wording.day(mood.closed_on)}, and"
        f" {wording.percent(mood.favourable.value)} % of their answers are favourable. Were the"
        f" others 10 points less favourable, it would be {ten} %, and {twenty} % with 20 points."
        " This supposes; nobody knows what they think."
    )


def table(mood: MoodPoint, rate: float) -> Table:
    """Give every point of the line."""
    headers = ("Others less favourable by, points", "Favourable, %", "Low", "High")
    found = mood.favourable
    rows = tuple(
        (
            str(d),
            *(
                wording.number(100 * _score(value, rate, d))
                for value in (found.value, found.low, found.high)
            ),
        )
        for d in range(0, _MOST + 1, _STEP)
    )
    caption = f"Score of everybody, {band(mood.n)} ballots, {wording.percent(rate)} % answered"
    return Table(caption, headers, rows)


def _score(value: float, rate: float, points: int) -> float:
    """Give p - (1 - response rate) * d, not below nothing; docs/methods.md."""
    return max(0.0, value - (1 - rate) * points / 100)


def _figure(mood: MoodPoint, rate: float) -> go.Figure:
    found, at = mood.favourable, list(range(0, _MOST + 1, _STEP))

    def line(value: float) -> list[float]:
        return [100 * _score(value, rate, d) for d in at]

    shade = go.Scatter(
        x=at + at[::-1],
        y=line(found.high) + line(found.low)[::-1],
        mode="none",
        fill="toself",
        fillcolor=_LINE,
        opacity=0.18,
        hoverinfo="skip",
    )
    middle = go.Scatter(
        x=at,
        y=line(found.value),
        mode="lines+markers",
        line={"color": _LINE, "width": 2},
        marker={"color": _LINE, "size": 6},
        hoverinfo="text",
        hovertext=[
            f"{d} points less favourable<br>{score:.0f} %"
            for d, score in zip(at, line(found.value), strict=True)
        ],
    )
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(
            title={
                "text": "Others: points less favourable",
                "font": {"size": 12},
            },
            dtick=5,
        ),
        "yaxis": axis(ticksuffix=" %", range=[0, 100], nticks=6),
        "annotations": [panel_title("Favourable answers, with 95 % interval", 1)],
        "margin": {"l": 56, "r": 16, "t": 32, "b": 56},
    }
    return go.Figure(data=[shade, middle], layout=layout)
