"""The trend: one figure over waves, broken where two waves must not be joined."""

from collections.abc import Sequence
from itertools import pairwise

import plotly.graph_objects as go

from pulse.domain.cells import Released, Suppressed
from pulse.domain.printed import printed
from pulse.domain.scores import ENPS
from pulse.release.lines import Line, Point
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json

COLOURS = ("var(--chart-1)", "var(--chart-2)")
DASHES = ("solid", "dash")
SYMBOLS = ("circle", "diamond")


def chart(lines: Sequence[Line]) -> Chart:
    """Give the trend of a group, and beside it that of the whole company if it is another."""
    first = lines[0]
    shown = sum(isinstance(point.value, Released) for point in first.points)
    title = f"{first.measure_name} over the waves, {first.group_name or 'whole company'}"
    return Chart(
        key="trend",
        title=title,
        reading=reading(first),
        figure=figure_json(figure(lines)) if shown else None,
        table=_table(lines, title) if first.points else None,
        refusal=None if shown else "No wave shows this figure for this group yet.",
    )


def reading(line: Line) -> str:
    """Say in words what the line does, and how often it is broken."""
    shown = [point for point in line.points if isinstance(point.value, Released)]
    if not shown:
        return ""
    last = f"{_words(shown[-1], line)} in the wave that closed on {_day(shown[-1])}"
    if len(shown) == 1:
        return f"{line.measure_name}: {last}. A line needs a second wave."
    said = f"{line.measure_name}: {_words(shown[0], line)} on {_day(shown[0])}, {last}."
    breaks = len(line.breaks)
    if breaks:
        said += f" The line is broken {_times(breaks)}; the table says why."
    return said


def figure(lines: Sequence[Line]) -> go.Figure:
    """Draw each unbroken stretch as a line of its own."""
    made = go.Figure()
    for number, line in reversed(list(enumerate(lines))):
        for stretch in stretches(line):
            made.add_trace(_stretch(stretch, line, number))
    made.update_layout(
        base_layout(340)
        | {
            "xaxis": axis(type="date", showgrid=False, tickformat="%b %Y"),
            "yaxis": axis(
                range=[-100, 100] if lines[0].measure == ENPS else [0, 100],
                title={"text": "points" if lines[0].measure == ENPS else "per cent"},
            ),
            "margin": {"l": 56, "r": 16, "t": 28 + 24 * (len(lines) - 1), "b": 44},
            "annotations": [_named(line, number) for number, line in enumerate(lines)]
            if len(lines) > 1
            else [],
            "shapes": [_break(one, two) for one, two in pairwise(lines[0].points) if two.broken],
        }
    )
    return made


def stretches(line: Line) -> list[list[Point]]:
    """Cut a line where it is broken, and drop what is not shown."""
    found: list[list[Point]] = []
    for point in line.points:
        if point.broken is not None or not found:
            found.append([])
        if isinstance(point.value, Released):
            found[-1].append(point)
    return [stretch for stretch in found if stretch]


def _stretch(points: Sequence[Point], line: Line, number: int) -> go.Scatter:
    return go.Scatter(
        x=[point.closed_on.isoformat() for point in points],
        y=[point.value.value for point in points if isinstance(point.value, Released)],
        mode="lines+markers",
        line={"color": COLOURS[number], "width": 3, "dash": DASHES[number]},
        marker={"size": 9, "symbol": SYMBOLS[number], "color": COLOURS[number]},
        customdata=[f"{line.group_name}<br>{point.wave_title}" for point in points],
        hovertemplate="%{customdata}<br>closed %{x}: %{y:.0f}<extra></extra>",
    )


def _break(before: Point, after: Point) -> dict[str, object]:
    """Mark the middle between two waves that are not joined."""
    middle = before.closed_on + (after.closed_on - before.closed_on) / 2
    return {
        "type": "line",
        "x0": middle.isoformat(),
        "x1": middle.isoformat(),
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": "var(--line-strong)", "width": 1.5, "dash": "dot"},
    }


def _named(line: Line, number: int) -> dict[str, object]:
    """Write the name of a line above the plot, in its colour and with its sign."""
    signs = ("●", "◆")
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yanchor": "bottom",
        "yshift": 24 - 22 * number,
        "xanchor": "left",
        "showarrow": False,
        "text": f"{signs[number]} {line.group_name}",
        "font": {"color": COLOURS[number]},
    }


def _table(lines: Sequence[Line], caption: str) -> Table:
    """Give the line's points, beside those of the whole company where that is another line."""
    first, *others = lines
    names = [line.group_name or "Whole company" for line in lines]
    beside = [{point.release_id: _words(point, line) for point in line.points} for line in others]
    return Table(
        caption,
        ("Wave", "Closed on", *names, "Note"),
        tuple(
            (
                point.wave_title,
                _day(point),
                _words(point, first),
                *(words.get(point.release_id, "not asked") for words in beside),
                point.broken or _why(point),
            )
            for point in first.points
        ),
    )


def _why(point: Point) -> str:
    return point.value.sentence if isinstance(point.value, Suppressed) else ""


def _words(point: Point, line: Line) -> str:
    if isinstance(point.value, Suppressed):
        return "not shown"
    value = point.value.value
    return printed(value, "%+.0f") if line.measure == ENPS else f"{printed(value)} %"


def _day(point: Point) -> str:
    return f"{point.closed_on.day} {point.closed_on:%B %Y}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
