"""Turns a Plotly figure into JSON that a page may carry, and gives all charts one look.

Colours are names of CSS properties ("var(--chart-1)"), which charts.js resolves in the browser,
so one figure serves light, dark and paper. Only lists go in, never arrays, so that no
number-crunching library is loaded by the web.
"""

import json
import re
from dataclasses import dataclass

import plotly.graph_objects as go
from markupsafe import Markup

CHART_HEIGHT = 420
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
CLEAR = "rgba(0,0,0,0)"

# The figure stays on this page: no button uploads it, and nothing zooms the baseline away.
CONFIG = {
    "displayModeBar": False,
    "displaylogo": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
    "showSendToCloud": False,
}

# Plotly reads a small HTML in every label; of it we keep line breaks and its own hover mark.
_TAG = re.compile(r"<(?!br>|/?extra>)")
_SCRIPT_ENDS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Table:
    """Exactly what a chart draws, as words: the accessible version and the CSV file."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of a page. Without a figure its place shows the refusal, never an empty plot."""

    key: str
    title: str
    reading: str
    figure: Markup | None = None
    table: Table | None = None
    csv_url: str | None = None
    refusal: str | None = None


def figure_json(figure: go.Figure) -> Markup:
    r"""Give the figure with our configuration as JSON, safe inside a script tag and as labels.

    >>> print(figure_json(go.Figure(layout={"template": "none"})).count("<"))
    0
    """
    value = figure.to_plotly_json()
    plain = {"data": value["data"], "layout": value["layout"], "config": CONFIG}
    text = json.dumps(_without_tags(plain), separators=(",", ":"), allow_nan=False)
    # The text is escaped for its place by the line above and the table below.
    return Markup(text.translate(_SCRIPT_ENDS))  # noqa: S704


def base_layout(height: int = CHART_HEIGHT) -> dict[str, object]:
    """Give what all charts have in common; a chart adds its axes."""
    return {
        "template": "none",
        "autosize": True,
        "height": height,
        "font": {"family": FONT, "size": 13, "color": "var(--ink)"},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 56, "r": 16, "t": 28, "b": 44},
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {
            "bgcolor": "var(--surface)",
            "bordercolor": "var(--line-strong)",
            "font": {"family": FONT, "size": 13, "color": "var(--ink)"},
            "align": "left",
        },
    }


def axis(**more: object) -> dict[str, object]:
    """Give an axis in the house style, which nobody can zoom."""
    return {
        "fixedrange": True,
        "automargin": True,
        "showgrid": True,
        "gridcolor": "var(--chart-grid)",
        "zeroline": False,
        "showline": True,
        "linecolor": "var(--line-strong)",
        "tickcolor": "var(--line-strong)",
        "ticks": "outside",
    } | more


def panel_title(text: str, y: float) -> dict[str, object]:
    """Put what is measured above a panel, where it takes no room from a narrow screen."""
    place: dict[str, object] = {"xref": "paper", "yref": "paper", "x": 0, "y": y, "xshift": -44}
    return place | {
        "text": text,
        "showarrow": False,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 6,
        "align": "left",
        "font": {"color": "var(--ink)", "size": 12},
    }


def _without_tags(value: object) -> object:
    if isinstance(value, str):
        return _TAG.sub("&lt;", value)
    if isinstance(value, dict):
        return {key: _without_tags(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_tags(item) for item in value]
    return value
