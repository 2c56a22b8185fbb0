"""Curves as steps in the bands of their intervals, each named where it ends.

Below them stands how many were still under observation, so that nobody takes the end of a curve
for as sure as its beginning.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from pulse.domain.consented import FEWEST_AT_RISK, Curve, Step
from pulse.web.charts.figure import axis, base_layout, panel_title

_COLOURS = ("var(--chart-1)", "var(--chart-2)", "var(--chart-3)", "var(--ink)")
# One for each curve that there may be.
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
_BAND = 0.16
# Pixels: the curves, the axis of months below them, and two lines for each group.
_CURVES, _AXIS, _GROUP, _AROUND = 320, 92, 44, 64
_TICKS = (6, 12, 24, 60, 120)
_MOST_TICKS = 7
# Names of curves stand at least this far apart, in per cent.
_APART = 9.0
_LONGEST_NAME = 17
_PLACE = {"showarrow": False, "xanchor": "left", "align": "left"}


def figure(curves: Sequence[Curve]) -> go.Figure:
    numbers = _GROUP * len(curves)
    height = _CURVES + _AXIS + numbers
    last = max(curve.steps[-1].month for curve in curves)
    ticks = month_ticks(last)
    layout = base_layout(height + _AROUND) | {
        "xaxis": axis(range=[0, last], tickvals=ticks, anchor="y", title=_title("Months served")),
        "yaxis": axis(domain=[1 - _CURVES / height, 1], range=[0, 101], ticksuffix=" %")
        | {"dtick": 25},
        "yaxis2": {"domain": [0, numbers / height], "range": [-len(curves), 0], "visible": False}
        | {"fixedrange": True},
        "annotations": [
            panel_title("Still there, with 95 % interval", 1),
            panel_title(
                f"Still under observation (a curve ends below {FEWEST_AT_RISK})", numbers / height
            ),
            *_names(curves, last),
            *(_row_name(at, curve) for at, curve in enumerate(curves)),
        ],
        "margin": {"l": 56, "r": 24, "t": 40, "b": 24},
    }
    data = []
    for at, curve in enumerate(curves):
        data += [_band(at, curve), _line(at, curve), _numbers(at, curve, ticks)]
    return go.Figure(data=data, layout=layout)


def month_ticks(last: int) -> list[int]:
    """Choose months for the axis: every half year, or year, or more, so that a phone has room.

    >>> month_ticks(14), month_ticks(60)
    ([0, 6, 12], [0, 12, 24, 36, 48, 60])
    """
    step = next((step for step in _TICKS if last // step < _MOST_TICKS), _TICKS[-1])
    return list(range(0, last + 1, step))


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 13, "color": "var(--ink)"}, "standoff": 6}


def _colour(at: int) -> str:
    return _COLOURS[at % len(_COLOURS)]


def _line(at: int, curve: Curve) -> go.Scatter:
    return go.Scatter(
        x=[step.month for step in curve.steps],
        y=[round(100 * step.stayed, 2) for step in curve.steps],
        mode="lines",
        line={"color": _colour(at), "width": 2.5, "shape": "hv", "dash": _DASHES[at]},
        hoverinfo="text",
        hovertext=[_hover(curve, step) for step in curve.steps],
    )


def _band(at: int, curve: Curve) -> go.Scatter:
    """Fill between both ends of the intervals, each of which is level for its month."""
    ends = [(step.month, step.low, step.high) for step in curve.steps if step.low is not None]
    last = curve.steps[-1].month
    months = [month for month, _, _ in ends]
    until = [min(month + 1, last) for month in months]
    corners = [month for pair in zip(months, until, strict=True) for month in pair]
    high = [round(100 * (end or 0), 2) for _, _, end in ends for _ in range(2)]
    low = [round(100 * (end or 0), 2) for _, end, _ in ends for _ in range(2)]
    return go.Scatter(
        x=corners + corners[::-1],
        y=high + low[::-1],
        mode="none",
        fill="toself",
        fillcolor=_colour(at),
        opacity=_BAND,
        hoverinfo="skip",
    )


def _numbers(at: int, curve: Curve, ticks: Sequence[int]) -> go.Scatter:
    shown = [step for month in ticks if (step := curve.at(month))]
    return go.Scatter(
        x=[step.month for step in shown],
        y=[-at - 0.72] * len(shown),
        yaxis="y2",
        mode="text",
        text=[f"{step.at_risk:,}" for step in shown],
        textfont={"color": "var(--ink)", "size": 12},
        cliponaxis=False,
        hoverinfo="skip",
    )


def _row_name(at: int, curve: Curve) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "y2", "x": 0, "y": -at - 0.28, "xshift": -44}
    font = {"color": _colour(at), "size": 12}
    return _PLACE | place | {"yanchor": "middle", "text": curve.group, "font": font}


def _names(curves: Sequence[Curve], last: int) -> list[dict[str, Any]]:
    """Name each curve near its end, above the highest and below the others, all apart."""
    order = sorted(enumerate(curves), key=lambda item: -item[1].steps[-1].stayed)
    made: list[dict[str, Any]] = []
    limit = 100.0 + _APART
    for at, curve in order:
        end = curve.steps[-1]
        # What stands above must clear the curve where the name begins, left of its end.
        begins = max(step.stayed for step in curve.steps if step.month >= end.month - last / 3)
        wanted = 100 * end.stayed - 6 if made else 100 * begins + 6
        limit = max(3.0, min(wanted, limit - _APART))
        made.append(
            _PLACE
            | {"x": end.month, "y": limit, "xref": "x", "yref": "y", "yanchor": "middle"}
            | {"xanchor": "right" if end.month > last / 2 else "left", "text": _short(curve.group)}
            | {"font": {"color": _colour(at), "size": 13}}
        )
    return made


def _short(name: str) -> str:
    """Shorten a name for the plot; it stands in full with the numbers below.

    >>> _short("Bar"), _short("Customer service, harbour")
    ('Bar', 'Customer service…')
    """
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip(' ,;-')}…"


def _hover(curve: Curve, step: Step) -> str:
    lines = [curve.group, f"after {step.month} months: {100 * step.stayed:.1f} %"]
    if step.low is not None and step.high is not None:
        lines.append(f"95 % interval {100 * step.low:.1f} to {100 * step.high:.1f} %")
    return "<br>".join([*lines, f"{step.at_risk:,} under observation"])
