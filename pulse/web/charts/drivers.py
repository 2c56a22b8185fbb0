"""What goes along with engagement: a bar for each driver, with the interval of its share.

Each name stands above its bar, so that a narrow screen loses nothing to a margin. The words say
association and no more.
"""

from collections.abc import Iterator
from textwrap import shorten

import plotly.graph_objects as go

from pulse.churn.driver_result import Drivers, DriverShare, FoundDrivers, NoDrivers
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json

KEY = "drivers"
TITLE = "What goes along with engagement"
ASSOCIATION = "This is association: it goes along with engagement, and does not say why."
NOT_ESTABLISHED = "not established"
_ROW_HEIGHT = 52
_FRAME_HEIGHT = 76
_BAR_WIDTH = 0.36
_ABOVE_THE_BAR = 17
_ROOM = 1.06
_MOST_NAMED = 2
# So many letters fit beside a share on a phone.
_LONGEST = 38


def drivers_chart(found: FoundDrivers, csv_url: str) -> Chart:
    """Draw the shares, or say why there are none."""
    if isinstance(found, NoDrivers):
        return Chart(KEY, TITLE, "", refusal=found.refusal)
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(found),
        figure=figure_json(_figure(found)),
        table=table(found),
        csv_url=csv_url,
    )


def reading(found: Drivers) -> str:
    """Say in words how much goes along, what most, and which order is open."""
    first, *others = found.shares
    explained = f"{wording.share_range(found.r_squared)} of how people differ in engagement"
    if not others:
        return f"{first.label} goes along with {explained}. {ASSOCIATION}"
    largest = f"{first.label} has the largest part of that, {wording.share_range(first.share)}"
    together = f"All drivers together go along with {explained}; {largest}. {ASSOCIATION}"
    return " ".join((together, *_open_orders(found)))


def _open_orders(found: Drivers) -> Iterator[str]:
    """Name the neighbours whose order is open; many of them are left to the table."""
    pairs = found.unordered
    if len(pairs) <= _MOST_NAMED:
        for one, two in pairs:
            yield f"The order of {one} and {two} is {NOT_ESTABLISHED}."
    else:
        yield f"The order of {len(pairs)} pairs of neighbours is {NOT_ESTABLISHED}; see the table."


def table(found: Drivers) -> Table:
    """Give everything the chart draws, the largest share first."""
    headers = (
        "Driver",
        "Part of what goes along with engagement, %",
        "Low",
        "High",
        "Order against the next",
    )
    caption = (
        f"Drivers beside engagement, wave that closed on {wording.day(found.closed_on)},"
        f" {found.band} ballots"
    )
    last = len(found.shares) - 1
    rows = tuple(
        (
            each.label,
            *(wording.number(100 * part) for part in _ends(each)),
            "" if at == last else _order(found, each, found.shares[at + 1]),
        )
        for at, each in enumerate(found.shares)
    )
    return Table(caption, headers, rows)


def _order(found: Drivers, one: DriverShare, two: DriverShare) -> str:
    return NOT_ESTABLISHED if (one.label, two.label) in found.unordered else "established"


def _ends(each: DriverShare) -> tuple[float, float, float]:
    return each.share.value, each.share.low, each.share.high


def _figure(found: Drivers) -> go.Figure:
    rows = len(found.shares)
    most = 100 * max(each.share.high for each in found.shares)
    layout = base_layout(_FRAME_HEIGHT + _ROW_HEIGHT * rows) | {
        "xaxis": axis(ticksuffix=" %", range=[0, most * _ROOM], nticks=5),
        "yaxis": axis(
            range=[rows - 0.5, -0.75],
            showticklabels=False,
            showgrid=False,
            showline=False,
            ticks="",
        ),
        "annotations": [_name(at, each) for at, each in enumerate(found.shares)],
        "margin": {"l": 8, "r": 16, "t": 12, "b": 44},
    }
    return go.Figure(data=[_bars(found)], layout=layout)


def _bars(found: Drivers) -> go.Bar:
    shares = [each.share for each in found.shares]
    return go.Bar(
        orientation="h",
        x=[100 * share.value for share in shares],
        y=list(range(len(shares))),
        width=_BAR_WIDTH,
        # So light that the lower half of a whisker can be told from its bar.
        marker={"color": "var(--chart-1)", "opacity": 0.55},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (share.high - share.value) for share in shares],
            "arrayminus": [100 * (share.value - share.low) for share in shares],
            "color": "var(--ink)",
            "thickness": 1.5,
            "width": 5,
        },
        hoverinfo="text",
        hovertext=[
            f"{each.label}<br>{wording.share_range(each.share)}<br>{found.band} ballots"
            for each in found.shares
        ],
        textposition="none",
    )


def _name(at: int, each: DriverShare) -> dict[str, object]:
    """Write the name of a driver above its bar, from the left edge on."""
    name = shorten(each.label, _LONGEST, placeholder=" …")
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": at,
        "yshift": _ABOVE_THE_BAR,
        "yanchor": "middle",
        "showarrow": False,
        "align": "left",
        "text": f"{name}: {wording.percent(each.share.value)} %",
        "font": {"color": "var(--ink)", "size": 13},
    }
