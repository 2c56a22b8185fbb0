"""The company timeline: two panels, one above the other, on one axis of time.

Sentiment and separations have different units and therefore never share an axis of values. Each
is a line in the band of its 95 % interval; a rate is level over its window. Gaps stay gaps: no
line crosses a wave that is missing or a window in which too few people left.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import TypeVar

import plotly.graph_objects as go

from pulse.churn.result import MoodPoint, RateWindow, Timeline
from pulse.domain.bands import band
from pulse.web.charts import wording
from pulse.web.charts.figure import axis, base_layout, panel_title

HEIGHT = 520
T = TypeVar("T")
# Days with the low and the high end of an interval.
Outline = list[tuple[date, float, float]]
_MOOD = "var(--chart-1)"
_RATE = "var(--chart-2)"
_BAND = 0.18
_GAP = 1.75
# Stands where the rates would, so that no panel is empty without a word.
_NO_RATE = {
    "text": "Too few leavers for a rate",
    "xref": "paper",
    "yref": "paper",
    "x": 0.5,
    "y": 0.2,
    "showarrow": False,
    "font": {"color": "var(--ink-soft)", "size": 13},
}
# Half the width of the band of a wave that stands alone.
_ALONE = timedelta(days=5)


def figure(line: Timeline) -> go.Figure:
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(type="date", anchor="y2", showgrid=False, range=_range(line), nticks=6)
        | {"tickformat": "%b<br>%Y", "tickangle": 0},
        "yaxis": axis(domain=[0.57, 1], ticksuffix=" %", nticks=6),
        "yaxis2": axis(domain=[0, 0.42], rangemode="tozero", nticks=6, anchor="x"),
        "annotations": [
            panel_title("Favourable answers, with 95 % interval", 1),
            panel_title("Left voluntarily, per 100 person-years", 0.42),
            *([] if any(window.rate for window in line.windows) else [_NO_RATE]),
        ],
        "shapes": [_reworded(mood) for mood in line.moods if mood.reworded],
    }
    moods = runs(with_gaps(line.moods))
    windows = runs([window if window.rate else None for window in line.windows])
    data = [
        _band([_mood_outline(run) for run in moods], _MOOD, "y"),
        _mood_trace(with_gaps(line.moods)),
        _band([_steps(run) for run in windows], _RATE, "y2"),
        _rate_line(windows),
        _rate_dots([window for run in windows for window in run]),
    ]
    return go.Figure(data=data, layout=layout)


def _reworded(mood: MoodPoint) -> dict[str, object]:
    """Mark a wave from which other questions, or other words, stand behind the score."""
    day = (mood.closed_on - _ALONE).isoformat()
    line = {"color": "var(--ink-soft)", "width": 1, "dash": "dash"}
    ends = {"x0": day, "x1": day, "y0": 0.57, "y1": 1}
    return {"type": "line", "xref": "x", "yref": "paper", **ends, "line": line}


def _band(outlines: Sequence[Outline], colour: str, yaxis: str) -> go.Scatter:
    """Fill the outlines, each of which is a shape of its own."""
    days: list[str | None] = []
    values: list[float | None] = []
    for outline in outlines:
        there = [(day, high) for day, _, high in outline]
        back = [(day, low) for day, low, _ in reversed(outline)]
        days += [*(day.isoformat() for day, _ in there + back), None]
        values += [*(round(value, 3) for _, value in there + back), None]
    return go.Scatter(
        x=days,
        y=values,
        yaxis=yaxis,
        mode="none",
        fill="toself",
        fillcolor=colour,
        opacity=_BAND,
        hoverinfo="skip",
    )


def _mood_outline(run: Sequence[MoodPoint]) -> Outline:
    spread = [-_ALONE, _ALONE] if len(run) == 1 else [timedelta(0)]
    return [
        (mood.closed_on + aside, 100 * mood.favourable.low, 100 * mood.favourable.high)
        for mood in run
        for aside in spread
    ]


def _steps(run: Sequence[RateWindow]) -> Outline:
    """Give both ends of every window with its interval."""
    return [
        (day, window.rate.low, window.rate.high)
        for window in run
        if window.rate
        for day in (window.starts_on, window.ends_on)
    ]


def _mood_trace(points: Sequence[MoodPoint | None]) -> go.Scatter:
    return go.Scatter(
        x=[point.closed_on.isoformat() if point else None for point in points],
        y=[100 * point.favourable.value if point else None for point in points],
        mode="lines+markers",
        line={"color": _MOOD, "width": 2},
        marker={"color": _MOOD, "size": 7},
        hoverinfo="text",
        hovertext=[_mood_hover(point) if point else "" for point in points],
        connectgaps=False,
    )


def _rate_line(windows: Sequence[Sequence[RateWindow]]) -> go.Scatter:
    """Draw each rate level over its window, and nothing across a gap."""
    days: list[str | None] = []
    values: list[float | None] = []
    for run in windows:
        for window in run:
            days += [window.starts_on.isoformat(), window.ends_on.isoformat()]
            values += [window.rate.value if window.rate else None] * 2
        days.append(None)
        values.append(None)
    line = {"color": _RATE, "width": 2}
    return go.Scatter(x=days, y=values, yaxis="y2", mode="lines", line=line, hoverinfo="skip")


def _rate_dots(windows: Sequence[RateWindow]) -> go.Scatter:
    """Give the pointer something to find in the middle of each window."""
    return go.Scatter(
        x=[_middle(window).isoformat() for window in windows],
        y=[window.rate.value for window in windows if window.rate],
        yaxis="y2",
        mode="markers",
        marker={"color": _RATE, "size": 6, "symbol": "square"},
        hoverinfo="text",
        hovertext=[_rate_hover(window) for window in windows],
    )


def runs(items: Sequence[T | None]) -> list[list[T]]:
    """Cut a line at its gaps.

    >>> runs([1, 2, None, None, 3])
    [[1, 2], [3]]
    """
    found: list[list[T]] = [[]]
    for item in items:
        if item is not None:
            found[-1].append(item)
        elif found[-1]:
            found.append([])
    return [run for run in found if run]


def with_gaps(moods: Sequence[MoodPoint]) -> list[MoodPoint | None]:
    """Put a None where a wave is missing, judged by the usual distance between waves."""
    dates = [mood.closed_on for mood in moods]
    steps = [(after - before).days for before, after in pairwise(dates)]
    usual = median(steps) if steps else 0
    found: list[MoodPoint | None] = []
    for mood, step in zip(moods, [0, *steps], strict=True):
        found += [None, mood] if step > _GAP * usual else [mood]
    return found


def _mood_hover(mood: MoodPoint) -> str:
    ballots = f"{band(mood.n)} ballots"
    if mood.response_rate is not None:
        ballots += f", {wording.percent(mood.response_rate)} % answered"
    lines = [wording.day(mood.closed_on), wording.share_range(mood.favourable), ballots]
    return "<br>".join([*lines, *(["other questions from here on"] if mood.reworded else [])])


def _rate_hover(window: RateWindow) -> str:
    rate = wording.rate_range(window.rate) if window.rate else ""
    leavers = wording.counted(window.voluntary or 0, "leaver")
    days = f"{wording.day(window.starts_on)} to {wording.last_day(window.ends_on)}"
    return f"{days}<br>{rate}<br>{leavers}, {window.person_years:.1f} person-years"


def _middle(window: RateWindow) -> date:
    return window.starts_on + (window.ends_on - window.starts_on) / 2


def _range(line: Timeline) -> list[str]:
    days = [mood.closed_on for mood in line.moods]
    days += [day for window in line.windows for day in (window.starts_on, window.ends_on)]
    margin = timedelta(days=7)
    return [(min(days) - margin).isoformat(), (max(days) + margin).isoformat()]
