"""The heatmap: groups by drivers, every number printed in its cell, hidden groups hatched.

The page shows the same cells as a table below it, with the reasons. Clicking a cell follows the
link of the same cell in that table, so the two can never lead to different places.
"""

from textwrap import wrap

import plotly.graph_objects as go

from pulse.domain.cells import Suppressed
from pulse.domain.printed import printed
from pulse.domain.scores import ENPS
from pulse.release.heat import Heat
from pulse.release.heat_view import Column
from pulse.release.values import Group, Number
from pulse.web.charts.figure import Chart, axis, base_layout, figure_json

ROW_HEIGHT = 38
HEAD_HEIGHT = 100
LONGEST_LABEL = 30
LONGEST_BLOCK = 60
# Letters on a line above a column, where there are few columns and where there are many.
LINE_LENGTH, LINE_LENGTH_OF_MANY, MANY = 15, 11, 8
STROKES = 4
# The id of the table whose links a click follows.
TABLE = "heat-table"
# Orange to blue around the middle, in the steps that the stylesheet names.
SCALE = [[step / 6, f"var(--heat-{step + 1})"] for step in range(7)]


def chart(heat: Heat) -> Chart:
    """Give the heatmap with its sentence."""
    group = heat.rows[0].group
    title = f"Favourable answers by driver, {group.name} and {_beside(heat)}"
    return Chart(
        key="heatmap",
        title=title,
        reading=reading(heat),
        figure=figure_json(figure(heat)) if heat.columns else None,
        refusal=None if heat.columns else "This wave asked no question that has a scale.",
    )


def _beside(heat: Heat) -> str:
    if heat.view.filters:
        return "what was found below it"
    others = {row.group.dimension_name for row in heat.rows} - {heat.rows[0].group.dimension_name}
    return f"its groups by {others.pop()}" if others else "its parts"


def reading(heat: Heat) -> str:
    """Say in words what the picture shows."""
    found = heat.extremes
    if len(heat.rows) == 1:
        said = "No other group is listed."
    elif found is None:
        said = "No part of this group can be shown on its own."
    else:
        low, high = found
        said = (
            f"Lowest: {low[1]} in {low[0]}, {low[2]:.0f} % favourable."
            f" Highest: {high[1]} in {high[0]}, {high[2]:.0f} %."
        )
    if heat.suppressed:
        said += f" {heat.suppressed} of {len(heat.rows)} groups are hatched; the table says why."
    return said


def figure(heat: Heat) -> go.Figure:
    """Draw the cells on plain number axes, whose ticks carry the names."""
    length = LINE_LENGTH if len(heat.columns) <= MANY else LINE_LENGTH_OF_MANY
    columns = [
        "<br>".join(wrap(column.name, length, break_long_words=False)) for column in heat.columns
    ]
    groups = [_short(row.group.name) for row in heat.rows]
    made = go.Figure(data=[_cells(heat), _hatching(heat)])
    made.update_layout(
        base_layout(HEAD_HEIGHT + ROW_HEIGHT * len(heat.rows))
        | {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "meta": {"follows": TABLE},
            "xaxis": _ticks(columns) | {"side": "top", "tickangle": 0},
            "yaxis": _ticks(groups) | {"range": [len(heat.rows) - 0.5, -0.5]},
            "annotations": [
                _said(row.group, line, len(heat.columns))
                for line, row in enumerate(heat.rows)
                if not row.group.shown
            ],
        }
    )
    return made


def _cells(heat: Heat) -> go.Heatmap:
    return go.Heatmap(
        x=list(range(len(heat.columns))),
        y=list(range(len(heat.rows))),
        z=[list(map(_colour, heat.columns, row.cells)) for row in heat.rows],
        zmin=0,
        zmax=100,
        colorscale=SCALE,
        showscale=False,
        xgap=3,
        ygap=3,
        text=[list(map(_printed, heat.columns, row.cells)) for row in heat.rows],
        texttemplate="%{text}",
        textfont={"color": "var(--heat-ink)", "size": 14},
        # What the cell is called, and where it stands in the table.
        customdata=[
            [
                (f"{row.group.name}<br>{column.name}", line, place)
                for place, column in enumerate(heat.columns)
            ]
            for line, row in enumerate(heat.rows)
        ],
        hovertemplate="%{customdata[0]}: %{text}<br>Click to see it over the waves<extra></extra>",
        hoverongaps=False,
    )


def _colour(column: Column, cell: Number) -> float | None:
    """Give where a figure lies between the ends of its scale, in per cent."""
    if isinstance(cell, Suppressed):
        return None
    return 100 * (cell.value - column.low) / (100 - column.low)


def _hatching(heat: Heat) -> go.Scatter:
    """Strike through the row of each group that is not shown, by one broken line for all."""
    across: list[float | None] = []
    down: list[float | None] = []
    for line in (line for line, row in enumerate(heat.rows) if not row.group.shown):
        for stroke in range(STROKES * len(heat.columns)):
            left = stroke / STROKES - 0.45
            across += [left, left + 0.9 / STROKES, None]
            down += [line + 0.42, line - 0.42, None]
    return go.Scatter(
        x=across,
        y=down,
        mode="lines",
        line={"color": "var(--hatch)", "width": 1.5},
        hoverinfo="skip",
    )


def _ticks(names: list[str]) -> dict[str, object]:
    return axis(
        tickvals=list(range(len(names))),
        ticktext=names,
        range=[-0.5, len(names) - 0.5],
        showgrid=False,
        showline=False,
        ticks="",
    )


def _said(group: Group, line: int, columns: int) -> dict[str, object]:
    """Write across the hatched row of a group where it is counted, or that it is not shown."""
    into = group.ballots.into if isinstance(group.ballots, Suppressed) else ""
    return {
        "x": (columns - 1) / 2,
        "y": line,
        "text": f"Counted in “{_short(into, LONGEST_BLOCK)}”" if into else "Not shown",
        "showarrow": False,
        "bgcolor": "var(--surface)",
        "borderpad": 3,
        "font": {"color": "var(--ink)", "size": 13},
    }


def _printed(column: Column, cell: Number) -> str:
    if isinstance(cell, Suppressed):
        return ""
    return printed(cell.value, "%+.0f" if column.key == ENPS else "%.0f")


def _short(name: str, longest: int = LONGEST_LABEL) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
