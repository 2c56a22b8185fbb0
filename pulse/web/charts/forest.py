"""All estimates of the study on one axis: within teams, between them, and the two checks.

The axis of ratios is logarithmic, so that twice as many and half as many lie equally far from 1.
"""

from dataclasses import dataclass

import plotly.graph_objects as go

from pulse.churn.result import Link, Study
from pulse.domain.study_values import Estimate as Coefficient
from pulse.web.charts import size, wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "forest"
TITLE = "The same data, asked in four ways"
_ROW = 64
_COLOURS = ("var(--chart-1)", "var(--chart-3)", "var(--chart-2)", "var(--chart-4)")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up")


@dataclass(frozen=True, slots=True)
class Row:
    """One estimate as a ratio of rates with its interval."""

    label: str
    meaning: str
    ratio: float
    low: float
    high: float
    df: int


def forest_chart(study: Study, csv_url: str) -> Chart:
    """Draw what may be stated, or show why nothing is."""
    rows = _rows(study.link) if study.link else []
    if study.link is None or not rows:
        reasons = study.link.headline.refusals if study.link else ()
        refusal = size.told(reasons) or "The study has not been made yet."
        return Chart(KEY, TITLE, "", refusal=refusal)
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(study.link, rows),
        figure=figure_json(_figure(rows)),
        table=table(rows),
        csv_url=csv_url,
        refusal=size.told(study.link.headline.refusals) or None,
    )


def reading(link: Link, rows: list[Row]) -> str:
    """Say what the rows are and which of them can be told from no difference."""
    clear = [row.label.lower() for row in rows if row.low > 1 or row.high < 1]
    which = " and ".join(clear) if clear else "none"
    return (
        f"Ratios of resignation rates for a score {size.fall(link)} lower, and for participation"
        f" ten points lower. Told from no difference: {which}. The interval of the first row allows"
        " for thirteen looks a year."
    )


def table(rows: list[Row]) -> Table:
    """Give every row."""
    headers = ("Compared", "What it is", "Ratio", "Low", "High", "Degrees of freedom")
    found = tuple(
        (
            row.label,
            row.meaning,
            *(size.times(value) for value in (row.ratio, row.low, row.high)),
            str(row.df),
        )
        for row in rows
    )
    return Table("Ratios of resignation rates with 95 % intervals", headers, found)


def _rows(link: Link) -> list[Row]:
    found, unit = link.headline, link.headline.unit or 1
    named = (
        ("Within teams", "after a team was below its own usual score", found.within, unit),
        (
            "Between teams",
            "teams that are always lower; also pay, work, place",
            found.between,
            unit,
        ),
        (
            "Check: next period",
            "check: before a team was below its own usual score",
            found.next_period,
            unit,
        ),
        ("Participation", "after fewer of a team answered", found.participation, size.TENTH),
    )
    return [_row(label, meaning, one, step) for label, meaning, one, step in named if one]


def _row(label: str, meaning: str, found: Coefficient, unit: float) -> Row:
    low, high = size.ends(found, unit, looks=label == "Within teams")
    return Row(label, meaning, size.ratio(found.estimate, unit), low, high, found.df)


def _figure(rows: list[Row]) -> go.Figure:
    layout = base_layout(110 + _ROW * len(rows)) | {
        "xaxis": axis(type="log", tickformat="~g", nticks=6),
        "yaxis": axis(
            showticklabels=False, showgrid=False, ticks="", range=[len(rows) - 0.4, -0.7]
        ),
        "annotations": [
            panel_title("Ratio of resignation rates (logarithmic)", 1) | {"xshift": -16},
            *(_label(number, row) for number, row in enumerate(rows)),
        ],
        "shapes": [
            {
                "type": "line",
                "yref": "paper",
                "x0": 1,
                "x1": 1,
                "y0": 0,
                "y1": 1,
                "line": {"color": "var(--line-strong)", "width": 1, "dash": "dot"},
            }
        ],
        "margin": {"l": 16, "r": 16, "t": 32, "b": 40},
    }
    return go.Figure(data=[_trace(number, row) for number, row in enumerate(rows)], layout=layout)


def _label(number: int, row: Row) -> dict[str, object]:
    """Write what a row is above its interval, where a narrow screen has room for it."""
    return {
        "xref": "paper",
        "x": 0,
        "y": number - 0.42,
        "text": row.label,
        "showarrow": False,
        "xanchor": "left",
        "align": "left",
        "font": {"size": 12, "color": "var(--ink)"},
    }


def _trace(number: int, row: Row) -> go.Scatter:
    colour = _COLOURS[number]
    words = f"{size.times(row.ratio)} ({wording.CONFIDENCE} {size.times(row.low)} to"
    return go.Scatter(
        x=[row.ratio],
        y=[number],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [row.high - row.ratio],
            "arrayminus": [row.ratio - row.low],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        mode="markers",
        marker={"color": colour, "size": 11, "symbol": _SYMBOLS[number]},
        hoverinfo="text",
        hovertext=[f"{row.label}<br>{words} {size.times(row.high)})"],
    )
