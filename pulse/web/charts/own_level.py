"""Teams against themselves: resignations beside how far a score was off the team's usual.

Each dot pools a fifth of all teams' periods, so no team can be seen in it. The line at 1 is what
would be expected of these teams in these periods anyway.
"""

import plotly.graph_objects as go

from pulse.churn.result import Study
from pulse.domain.study_values import OwnLevel, Part
from pulse.web.charts import size, wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "own-level"
TITLE = "Teams against themselves: after a good and after a bad period"
HEIGHT = 400
_Y_TITLE = "Resignations ÷ those expected"
_X_TITLE = "Points off the team's usual score"
_DOT, _CURVE = "var(--chart-1)", "var(--chart-2)"
_NO_PARTS = (
    "Each dot needs 10 teams and 5 resignations or more, and there are too few for two of them."
)


def own_level_chart(study: Study, csv_url: str) -> Chart:
    """Draw the pooled parts and the fitted curve, or show why there is no size."""
    link = study.link
    if link is None:
        return Chart(KEY, TITLE, "", refusal="The study has not been made yet.")
    if link.headline.sentence is None:
        return Chart(KEY, TITLE, "", refusal=size.told(link.headline.refusals))
    if link.own_level is None:
        return Chart(KEY, TITLE, link.headline.sentence, refusal=_NO_PARTS)
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(link.own_level),
        figure=figure_json(_figure(link.own_level, link.points)),
        table=table(link.own_level, link.points),
        csv_url=csv_url,
    )


def reading(found: OwnLevel) -> str:
    """Say in words what the lowest and the highest part show."""
    low, high = found.parts[0], found.parts[-1]
    return (
        "After the periods in which teams were furthest below their own usual score, resignations"
        f" were {_range(low)} times those expected; after those in which they were furthest above"
        f" it, {_range(high)} times. This describes what followed, not what caused it."
    )


def table(found: OwnLevel, points: int) -> Table:
    """Give every dot, then the curve."""
    headers = (
        *("Shown", "Points off the usual", "From", "Until", "Ratio", "Low", "High"),
        *("Teams", "Resignations", "Expected"),
    )
    rows = [
        (
            f"Part {number}",
            *(wording.number(points * at) for at in (part.deviation, part.lowest, part.highest)),
            *(size.times(value) for value in (part.ratio, part.low, part.high)),
            str(part.teams),
            str(part.separations),
            wording.number(part.expected),
        )
        for number, part in enumerate(found.parts, 1)
    ]
    rows += [
        (
            "Curve",
            wording.number(points * at.deviation),
            "",
            "",
            *(size.times(value) for value in (at.ratio, at.low, at.high)),
            *("", "", ""),
        )
        for at in found.curve
    ]
    return Table("Parts of the teams' periods, and the fitted curve", headers, tuple(rows))


def _range(part: Part) -> str:
    low, high = size.times(part.low), size.times(part.high)
    return f"{size.times(part.ratio)} ({wording.CONFIDENCE} {low} to {high})"


def _figure(found: OwnLevel, points: int) -> go.Figure:
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(title={"text": _X_TITLE, "font": {"size": 12}}, nticks=7, zeroline=True),
        "yaxis": axis(rangemode="tozero", nticks=6),
        "annotations": [panel_title(_Y_TITLE, 1)],
        "shapes": [_line_at_one()],
        "margin": {"l": 56, "r": 16, "t": 32, "b": 56},
    }
    return go.Figure(data=[*_curve(found, points), _dots(found, points)], layout=layout)


def _line_at_one() -> dict[str, object]:
    line = {"color": "var(--line-strong)", "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 1, "y1": 1, "line": line}


def _curve(found: OwnLevel, points: int) -> list[go.Scatter]:
    at = [points * one.deviation for one in found.curve]
    band = go.Scatter(
        x=at + at[::-1],
        y=[one.high for one in found.curve] + [one.low for one in reversed(found.curve)],
        mode="none",
        fill="toself",
        fillcolor=_CURVE,
        opacity=0.18,
        hoverinfo="skip",
    )
    line = {"color": _CURVE, "width": 2}
    middle = [one.ratio for one in found.curve]
    return [band, go.Scatter(x=at, y=middle, mode="lines", line=line, hoverinfo="skip")]


def _dots(found: OwnLevel, points: int) -> go.Scatter:
    parts = found.parts
    return go.Scatter(
        x=[points * part.deviation for part in parts],
        y=[part.ratio for part in parts],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [part.high - part.ratio for part in parts],
            "arrayminus": [part.ratio - part.low for part in parts],
            "color": _DOT,
            "thickness": 1.4,
            "width": 4,
        },
        mode="markers",
        marker={"color": _DOT, "size": 10},
        hoverinfo="text",
        hovertext=[
            f"{points * part.deviation:+.1f} points<br>{_range(part)}<br>"
            f"{part.teams} teams, {part.separations} resignations"
            for part in parts
        ],
    )
