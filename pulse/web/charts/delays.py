"""Delays beside one another: how long after a change of mood people leave, if it can be told."""

from typing import Any

import plotly.graph_objects as go

from pulse.churn.result import Link, Study
from pulse.domain.study_values import LAG, SURE, Delay, Lags
from pulse.web.charts import size, wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "delays"
TITLE = "How long after: several delays looked at together"
HEIGHT = 400
_FEWER = "Participation ten points lower, one period later"
_DOT, _CHOSEN = "var(--chart-1)", "var(--chart-2)"


def delays_chart(study: Study, csv_url: str) -> Chart:
    """Draw every delay with its adjusted interval, or show why they cannot be compared."""
    link = study.link
    if link is None:
        return Chart(KEY, TITLE, "", refusal="The study has not been made yet.")
    if link.lags.refusal is not None:
        return Chart(KEY, TITLE, "", refusal=size.told((link.lags.refusal,)))
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(link.lags),
        figure=figure_json(_figure(link)),
        table=table(link),
        csv_url=csv_url,
    )


def reading(found: Lags) -> str:
    """Say which delays stand out once all of them were looked at."""
    many = len(found.delays) + (found.participation is not None)
    names = [_after(one.lag) for one in found.delays if one.lag in found.stands_out]
    if found.participation and found.participation.p < SURE:
        names.append("fewer answering")
    if not names:
        text = f"No delay stands out once we allow for having looked at {many} of them."
    else:
        text = f"Allowing for {many} looks, these stand out: {', '.join(names)}."
    return (
        f"{text} The delay of one period was chosen in advance. In the same period, unhappy people"
        " who leave no longer answer, so that one says least."
    )


def table(link: Link) -> Table:
    """Give every delay, and participation."""
    headers = ("Delay", "Ratio", "Low", "High", "Adjusted p", "Rows", "Resignations")
    found = link.lags
    rows = [_row(_after(one.lag), one, link, 1) for one in found.delays]
    if found.participation:
        rows.append(_row(_FEWER, found.participation, link, 1))
    words = f"a score {link.points} points lower"
    return Table(f"Ratios of resignation rates for {words}, by delay", headers, tuple(rows))


def _row(name: str, one: Delay, link: Link, unit: float) -> tuple[str, ...]:
    low, high = _ends(one, unit)
    return (
        name,
        *(size.times(value) for value in (size.ratio(one.estimate, unit), low, high)),
        f"{one.p:.3f}",
        str(link.lags.rows),
        str(link.lags.separations),
    )


def _ends(one: Delay, unit: float) -> tuple[float, float]:
    low, high = sorted(size.ratio(end, unit) for end in (one.low, one.high))
    return low, high


def _after(lag: int) -> str:
    """Word a delay.

    >>> _after(0), _after(1), _after(3)
    ('the same period', 'one period later', '3 periods later')
    """
    if lag == 0:
        return "the same period"
    return "one period later" if lag == 1 else f"{lag} periods later"


def _figure(link: Link) -> go.Figure:
    layout: dict[str, Any] = base_layout(HEIGHT) | {
        "xaxis": axis(
            title={"text": "Periods of four weeks between", "font": {"size": 12}}, dtick=1
        ),
        "yaxis": axis(type="log", tickformat="~g", nticks=6),
        "annotations": [
            panel_title(f"Ratio of resignation rates, score {link.points} points lower", 1)
        ],
        "shapes": [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": 1,
                "y1": 1,
                "line": {"color": "var(--line-strong)", "width": 1, "dash": "dot"},
            }
        ],
        "margin": {"l": 56, "r": 16, "t": 32, "b": 56},
    }
    delays, silence = link.lags.delays, link.lags.participation
    data = [_trace(one, one.lag, _after(one.lag)) for one in delays]
    if silence:
        # One place further, since it is about how many answered and not about what.
        data.append(_trace(silence, len(delays), _FEWER, symbol="square"))
        layout["xaxis"] |= {
            "tickvals": list(range(len(delays) + 1)),
            "ticktext": [*map(str, range(len(delays))), "fewer<br>answer"],
        }
    return go.Figure(data=data, layout=layout)


def _trace(one: Delay, place: int, name: str, symbol: str = "circle") -> go.Scatter:
    chosen = one.lag == LAG and symbol == "circle"
    colour = _CHOSEN if chosen else _DOT
    value = size.ratio(one.estimate, 1)
    low, high = _ends(one, 1)
    mark = "<br>chosen in advance" if chosen else ""
    words = f"{size.times(value)} ({wording.CONFIDENCE} {size.times(low)} to {size.times(high)})"
    return go.Scatter(
        x=[place],
        y=[value],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [high - value],
            "arrayminus": [value - low],
            "color": colour,
            "thickness": 1.6,
            "width": 4,
        },
        mode="markers+text",
        text=["chosen in advance" if chosen else ""],
        textposition="top right",
        textfont={"size": 11, "color": "var(--ink)"},
        cliponaxis=False,
        marker={"color": colour, "size": 10, "symbol": "diamond" if chosen else symbol},
        hoverinfo="text",
        hovertext=[f"{name}<br>{words}, all looks allowed for{mark}"],
    )
