"""Units of the staff file in a funnel: the rate of each beside how much time stands behind it.

Small units scatter widely by chance alone, which is what the limits show. Only a unit outside all
limits has a name here.
"""

from collections.abc import Sequence

import plotly.graph_objects as go

from pulse.churn.result import Limits, Rates, Study, UnitRate
from pulse.domain import rates
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "funnel"
TITLE = "Which units differ from the company by more than chance"
HEIGHT = 460
_DOT, _NAMED, _LIMIT = "var(--chart-1)", "var(--chart-2)", "var(--ink-soft)"
_Y_TITLE = "Left voluntarily, per 100 person-years"


def funnel_chart(study: Study, csv_url: str) -> Chart:
    """Draw the units and the limits, or say what is missing."""
    found = study.rates
    if found is None:
        text = (
            f"A funnel needs {rates.FEWEST_UNITS} units or more, and somebody who left within the"
            " year. A staff file that goes back further would change that."
        )
        return Chart(KEY, TITLE, "", refusal=text)
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(found),
        figure=figure_json(_figure(found)),
        table=table(found),
        csv_url=csv_url,
        refusal=_shrunken(study, found),
    )


def reading(found: Rates) -> str:
    """Say how many units lie outside, and which."""
    names = [unit.name for unit in found.units if unit.name]
    if names:
        which = f"Outside the outer limits: {', '.join(names)}."
    else:
        which = "No single unit lies so far from that that chance would not explain it."
    return (
        f"Over the year to {wording.last_day(found.ends_on)} people left of their own accord at a"
        f" rate of {wording.number(found.mean)} per 100 person-years in the company. {which}"
    )


def table(found: Rates) -> Table:
    """Give every unit that is drawn, and the limits; only units outside all limits are named."""
    headers = (
        *("Shown", "Person-years", "Rate per 100 person-years", "Low", "High"),
        *("Shrunken rate", "Low", "High", "Outer low", "Outer high"),
    )
    rows = [_unit_row(unit) for unit in found.units]
    rows += [_limit_row(limit) for limit in found.funnel]
    return Table("Units, and limits by size", headers, tuple(rows))


def _unit_row(unit: UnitRate) -> tuple[str, ...]:
    own, calm = unit.rate, unit.shrunken
    return (
        unit.name or "a unit within the limits",
        wording.number(unit.person_years),
        *((wording.number(v) for v in (own.value, own.low, own.high)) if own else ("", "", "")),
        *(wording.number(value) for value in (calm.value, calm.low, calm.high)),
        *("", ""),
    )


def _limit_row(limit: Limits) -> tuple[str, ...]:
    inner, outer = limit.inner, limit.outer
    return (
        "limits, 95 and 99.8 %",
        wording.number(limit.person_years),
        "",
        *(wording.number(value) for value in inner),
        *("", "", ""),
        *(wording.number(value) for value in outer),
    )


def _shrunken(study: Study, found: Rates) -> str | None:
    hidden = sum(unit.rate is None for unit in found.units)
    lines = []
    if hidden:
        lines.append(
            f"{wording.counted(hidden, 'unit')} with less than {rates.SMALLEST_EXPOSURE:.0f}"
            f" person-years or fewer than {study.leaver_floor} leavers: too few people or"
            " leavers for a rate; the shrunken estimate and its range are shown instead, as a ring"
            " and in steps of five."
            " So dots lie higher than units do on the whole: look at the limits."
        )
    if found.left_out:
        lines.append(
            f"The {wording.counted(found.left_out, 'smallest unit')} are not drawn, to keep the"
            " picture readable; they count in the limits."
        )
    return "\n".join(lines) or None


def _figure(found: Rates) -> go.Figure:
    own = [unit for unit in found.units if unit.rate]
    calm = [unit for unit in found.units if not unit.rate]
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(title={"text": "Person-years in the unit", "font": {"size": 12}}, nticks=6)
        | {"rangemode": "tozero"},
        "yaxis": axis(rangemode="tozero", nticks=6, range=[0, _top(found)]),
        "annotations": [panel_title(_Y_TITLE, 1)],
        "margin": {"l": 56, "r": 16, "t": 32, "b": 56},
    }
    data = [
        *_limits(found.funnel),
        _mean(found),
        _dots(calm, "circle-open"),
        _dots([unit for unit in own if not unit.name], "circle"),
        _dots([unit for unit in own if unit.name], "diamond"),
    ]
    return go.Figure(data=data, layout=layout)


def _top(found: Rates) -> float:
    """Leave room for every dot; the limits of the very smallest units run out of the picture."""
    dots = [(unit.rate or unit.shrunken).value for unit in found.units]
    return max(1.15 * max(dots), 2.5 * found.mean)


def _limits(funnel: Sequence[Limits]) -> list[go.Scatter]:
    inner, outer = [limit.inner for limit in funnel], [limit.outer for limit in funnel]
    at = [limit.person_years for limit in funnel]
    return [
        go.Scatter(
            x=at,
            y=[end[place] for end in ends],
            mode="lines",
            line={"color": _LIMIT, "width": 1.2, "dash": dash},
            hoverinfo="text",
            hovertext=words,
        )
        for dash, ends, words in (
            ("dash", inner, "95 % of units lie within"),
            ("solid", outer, "99.8 % of units lie within"),
        )
        for place in (0, 1)
    ]


def _mean(found: Rates) -> go.Scatter:
    at = [found.funnel[0].person_years, found.funnel[-1].person_years]
    line = {"color": _LIMIT, "width": 1, "dash": "dot"}
    return go.Scatter(x=at, y=[found.mean] * 2, mode="lines", line=line, hoverinfo="skip")


def _dots(units: Sequence[UnitRate], symbol: str) -> go.Scatter:
    named = symbol == "diamond"
    found = [unit.shrunken for unit in units]
    ranges = {
        "type": "data",
        "symmetric": False,
        "array": [round(one.high - one.value, 2) for one in found],
        "arrayminus": [round(one.value - one.low, 2) for one in found],
        "color": "var(--line-strong)",
        "thickness": 0.8,
        "width": 0,
    }
    return go.Scatter(
        error_y=ranges if symbol == "circle-open" else None,
        x=[round(unit.person_years, 2) for unit in units],
        y=[round((unit.rate or unit.shrunken).value, 2) for unit in units],
        mode="markers+text" if named else "markers",
        text=[unit.name for unit in units] if named else None,
        textposition="top center",
        cliponaxis=False,
        marker={"color": _NAMED if named else _DOT, "size": 11 if named else 8, "symbol": symbol},
        hoverinfo="text",
        hovertext=[_hover(unit) for unit in units],
    )


def _hover(unit: UnitRate) -> str:
    found = unit.rate or unit.shrunken
    what = "" if unit.rate else "shrunken: "
    name = f"{unit.name}<br>" if unit.name else ""
    years = f"{wording.number(unit.person_years)} person-years"
    return f"{name}{what}{wording.rate_range(found)} per 100 person-years<br>{years}"
