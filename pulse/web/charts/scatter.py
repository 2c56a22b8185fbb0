"""Groups beside one another: what they answered, and the rate at which people left them.

Each dot is a team, or teams together where one alone is too small; all others are one diamond.
Names stand in the table and beside a dot that is pointed at, never in the picture: it would read
like a league table.
"""

from typing import Any

import plotly.graph_objects as go

from pulse.churn.estimate import Estimate
from pulse.churn.result import Study, TeamPoint, Teams
from pulse.domain import rates
from pulse.domain.bands import band
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json, panel_title

KEY = "teams"
TITLE = "Groups beside one another: differences have many reasons"
FEWEST_POINTS = 3
HEIGHT = 460
_LARGEST = 34
_RATE_TITLE = "Left voluntarily, per 100 person-years,<br>chance taken away (logarithmic scale)"
_RAW_TITLE = "Left voluntarily, per 100 person-years,<br>as counted (logarithmic scale)"
_CALM = ", as far as it can be told from chance"
_DOT = "var(--chart-1)"
_REST = "var(--chart-3)"


def scatter_chart(study: Study, csv_url: str, *, raw: bool = False) -> Chart:
    """Draw the groups with shrunken rates, or `raw` ones; or say why they cannot be compared."""
    found = study.teams
    if found is None:
        text = "Most waves of the last year have not released the same groups yet."
        return Chart(KEY, TITLE, "", refusal=text)
    points = _all_points(found)
    if len(points) < FEWEST_POINTS:
        return Chart(KEY, TITLE, "", refusal=_too_few(study))
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(found, raw=raw),
        figure=figure_json(_figure(found, raw=raw)),
        table=table(found),
        csv_url=csv_url,
        refusal=_pooled(study, found),
    )


def reading(teams: Teams, *, raw: bool = True) -> str:
    """Say in words what the chart shows, without naming any group."""
    points = _all_points(teams)
    left = [_drawn(point, raw=raw).value for point in points]
    shares = [point.favourable.value for point in points]
    return (
        f"From {wording.percent(min(shares))} to {wording.percent(max(shares))} % of answers are"
        f" favourable, and from {wording.number(min(left))} to {wording.number(max(left))} people"
        f" per 100 person-years left of their own accord{'' if raw else _CALM}. Differences between"
        " groups also reflect pay, work and place. This describes what followed, not what"
        " caused it."
    )


def table(teams: Teams) -> Table:
    """Give everything the chart draws, the most favourable first."""
    headers = (
        "Group",
        "Units",
        "Favourable, %",
        "Low",
        "High",
        "Ballots",
        "Waves",
        "Voluntary per 100 person-years",
        "Low",
        "High",
        "Shrunken rate",
        "Low",
        "High",
        "Leavers",
        "Person-years",
    )
    points = sorted(_all_points(teams), key=lambda point: -point.favourable.value)
    return Table("Groups, from favourable to less", headers, tuple(_row(point) for point in points))


def _all_points(teams: Teams) -> list[TeamPoint]:
    return [*teams.points, *([teams.rest] if teams.rest else [])]


def _row(point: TeamPoint) -> tuple[str, ...]:
    mood, rate = point.favourable, point.rate
    return (
        point.name,
        str(point.units),
        *(wording.number(100 * part) for part in (mood.value, mood.low, mood.high)),
        band(point.n),
        str(point.waves),
        *(wording.number(part) for part in (rate.value, rate.low, rate.high)),
        *_shrunken(point),
        str(point.voluntary),
        wording.number(point.person_years),
    )


def _shrunken(point: TeamPoint) -> tuple[str, ...]:
    found = point.shrunken
    if found is None:
        return "", "", ""
    return tuple(wording.number(part) for part in (found.value, found.low, found.high))


def _drawn(point: TeamPoint, *, raw: bool) -> Estimate:
    return point.rate if raw or point.shrunken is None else point.shrunken


def _too_few(study: Study) -> str:
    return (
        f"To compare groups, at least {FEWEST_POINTS} need a released score,"
        f" {study.leaver_floor} voluntary leavers and {rates.SMALLEST_EXPOSURE:.0f} person-years"
        " within a year. Larger groups, or more time, would change that."
    )


def _pooled(study: Study, teams: Teams) -> str:
    """Say how the groups were chosen; no unit is named that is not drawn by itself."""
    how = (
        f"A group with fewer than {study.leaver_floor} voluntary leavers or"
        f" {rates.SMALLEST_EXPOSURE:.0f} person-years is not drawn by itself, but with the others"
        " of its department or division."
    )
    if not teams.rest_units:
        return how
    left = wording.counted(teams.rest_units, "unit")
    where = "are one diamond together" if teams.rest else "are not drawn"
    return f"{how} The {left} left over {where}."


def _figure(teams: Teams, *, raw: bool) -> go.Figure:
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(ticksuffix=" %", title=_axis_title("Favourable answers"), nticks=5),
        "yaxis": axis(type="log", dtick="D2", tickformat="~g"),
        "annotations": [panel_title(_RAW_TITLE if raw else _RATE_TITLE, 1)],
        "margin": {"l": 56, "r": 16, "t": 48, "b": 56},
    }
    largest = max(point.person_years for point in _all_points(teams))
    data = [_trace(list(teams.points), largest, (_DOT, "circle"), raw=raw)]
    if teams.rest:
        data.append(_trace([teams.rest], largest, (_REST, "diamond"), raw=raw))
    return go.Figure(data=data, layout=layout)


def _axis_title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 13, "color": "var(--ink)"}}


def _trace(
    points: list[TeamPoint], largest: float, look: tuple[str, str], *, raw: bool
) -> go.Scatter:
    colour, symbol = look
    found = [_drawn(point, raw=raw) for point in points]
    return go.Scatter(
        x=[100 * point.favourable.value for point in points],
        y=[rate.value for rate in found],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [rate.high - rate.value for rate in found],
            "arrayminus": [rate.value - rate.low for rate in found],
            "color": "var(--line-strong)",
            "thickness": 1.2,
            "width": 0,
        },
        mode="markers",
        cliponaxis=False,
        marker=_marker(points, largest) | {"color": colour, "symbol": symbol},
        hoverinfo="text",
        hovertext=[_hover(point, raw=raw) for point in points],
    )


def _marker(points: list[TeamPoint], largest: float) -> dict[str, Any]:
    """Make the area of a dot its person-years."""
    return {
        "size": [point.person_years for point in points],
        "sizemode": "area",
        "sizeref": 2 * largest / _LARGEST**2,
        "sizemin": 5,
        "opacity": 0.8,
        "line": {"color": "var(--surface)", "width": 1},
    }


def _hover(point: TeamPoint, *, raw: bool) -> str:
    ballots = f"{band(point.n)} ballots"
    leavers = wording.counted(point.voluntary, "leaver")
    return "<br>".join(
        (
            _whose(point),
            f"{wording.share_range(point.favourable)} favourable",
            f"{wording.rate_range(_drawn(point, raw=raw))} per 100 person-years",
            f"{ballots} in {wording.counted(point.waves, 'wave')}",
            f"{leavers}, {point.person_years:.1f} person-years",
        )
    )


def _whose(point: TeamPoint) -> str:
    return point.name if point.units == 1 else f"{point.name}: {point.units} units together"
