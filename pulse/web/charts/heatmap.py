"""The heatmap: groups by drivers, every number printed in its cell, hidden groups hatched.

The page shows the same cells as a table below it, with the reasons.
"""

from textwrap import wrap

import plotly.graph_objects as go

from pulse.domain.cells import Released, Suppressed
from pulse.release.heat import Heat
from pulse.web.charts.figure import Chart, axis, base_layout, figure_json

ROW_HEIGHT = 38
HEAD_HEIGHT = 90
LONGEST_LABEL = 30
LINE_LENGTH = 15
STROKES = 4
# Orange to blue around the middle, in the steps that the stylesheet names.
SCALE = [[step / 6, f"var(--heat-{step + 1})"] for step in range(7)]


def chart(heat: Heat) -> Chart:
    """Give the heatmap with its sentence."""
    group = heat.rows[0].group
    title = f"Favourable answers by driver, {group.name} and its parts"
    return Chart(
        key="heatmap",
        title=title,
        reading=reading(heat),
        figure=figure_json(figure(heat)) if heat.columns else None,
        refusal=None if heat.columns else "This wave asked no question that has a scale.",
    )


def reading(heat: Heat) -> str:
    """Say in words what the picture shows."""
    found = heat.extremes
    if found is None:
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
    columns = ["<br>".join(wrap(name, LINE_LENGTH)) for _, name in heat.columns]
    groups = [_short(row.group.name) for row in heat.rows]
    made = go.Figure(data=[_cells(heat), _hatching(heat)])
    made.update_layout(
        base_layout(HEAD_HEIGHT + ROW_HEIGHT * len(heat.rows))
        | {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": _ticks(columns) | {"side": "top", "tickangle": 0},
            "yaxis": _ticks(groups) | {"range": [len(heat.rows) - 0.5, -0.5]},
        }
    )
    return made


def _cells(heat: Heat) -> go.Heatmap:
    values = [
        [cell.value if isinstance(cell, Released) else None for cell in row.cells]
        for row in heat.rows
    ]
    return go.Heatmap(
        x=list(range(len(heat.columns))),
        y=list(range(len(heat.rows))),
        z=values,
        zmin=0,
        zmax=100,
        colorscale=SCALE,
        showscale=False,
        xgap=3,
        ygap=3,
        text=[[_printed(value) for value in row] for row in values],
        texttemplate="%{text}",
        textfont={"color": "var(--heat-ink)", "size": 14},
        customdata=[
            [f"{row.group.name}<br>{name}" for _, name in heat.columns] for row in heat.rows
        ],
        hovertemplate="%{customdata}<br>%{text} % favourable<extra></extra>",
        hoverongaps=False,
    )


def _hatching(heat: Heat) -> go.Scatter:
    """Strike through each cell that is not shown, by one broken line for all of them."""
    across: list[float | None] = []
    down: list[float | None] = []
    for line, row in enumerate(heat.rows):
        for column, cell in enumerate(row.cells):
            if isinstance(cell, Suppressed):
                for stroke in range(STROKES):
                    left = column - 0.45 + 0.9 * stroke / STROKES
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


def _printed(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1]}…"
