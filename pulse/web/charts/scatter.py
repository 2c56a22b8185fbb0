"""Units beside one another: what they answered, and the rate at which people left them.

Each dot is a released group with enough time and leavers; all others are one diamond together.
Names stand in the table and beside a dot that is pointed at, never in the picture: it would read
like a league table.
"""

from typing import Any

import plotly.graph_objects as go

from pulse.churn.result import Study, TeamPoint, Teams
from pulse.web.charts import wording
from pulse.web.charts.figure import Chart, Table, axis, base_layout, figure_json

KEY = "teams"
TITLE = "Units beside one another: differences have many reasons"
FEWEST_POINTS = 3
HEIGHT = 460
_LARGEST = 34
_DOT = "var(--chart-1)"
_REST = "var(--chart-3)"


def scatter_chart(study: Study, csv_url: str) -> Chart:
    """Draw the units, or say why they cannot be compared yet."""
    found = study.teams
    if found is None:
        return Chart(KEY, TITLE, "", refusal="No wave of the last year has released a unit yet.")
    points = _all_points(found)
    if len(points) < FEWEST_POINTS:
        return Chart(KEY, TITLE, "", refusal=_too_few(study, found))
    return Chart(
        key=KEY,
        title=TITLE,
        reading=reading(found),
        figure=figure_json(_figure(found)),
        table=table(found),
        csv_url=csv_url,
        refusal=_pooled(study, found),
    )


def reading(teams: Teams) -> str:
    """Say in words what the chart shows, without naming any unit."""
    points = _all_points(teams)
    rates = [point.rate.value for point in points]
    shares = [point.favourable.value for point in points]
    return (
        f"From {wording.percent(min(shares))} to {wording.percent(max(shares))} % of answers are"
        f" favourable, and from {wording.number(min(rates))} to {wording.number(max(rates))} people"
        " per 100 person-years left of their own accord. Differences between units also reflect"
        " pay, work and place. This describes what followed, not what caused it."
    )


def table(teams: Teams) -> Table:
    """Give everything the chart draws, the most favourable first."""
    headers = (
        "Unit",
        "Favourable, %",
        "Low",
        "High",
        "Ballots",
        "Waves",
        "Voluntary per 100 person-years",
        "Low",
        "High",
        "Leavers",
        "Person-years",
    )
    points = sorted(_all_points(teams), key=lambda point: -point.favourable.value)
    return Table("Units, from favourable to less", headers, tuple(_row(point) for point in points))


def _all_points(teams: Teams) -> list[TeamPoint]:
    return [*teams.points, *([teams.rest] if teams.rest else [])]


def _row(point: TeamPoint) -> tuple[str, ...]:
    mood, rate = point.favourable, point.rate
    return (
        point.name,
        *(wording.number(100 * part) for part in (mood.value, mood.low, mood.high)),
        str(point.n),
        str(point.waves),
        *(wording.number(part) for part in (rate.value, rate.low, rate.high)),
        str(point.voluntary),
        wording.number(point.person_years),
    )


def _too_few(study: Study, teams: Teams) -> str:
    return (
        f"To compare units, at least {FEWEST_POINTS} need a released score,"
        f" {study.leaver_floor} voluntary leavers and 10 person-years within a year."
        f" {_reasons(study, teams)} Larger units, or more time, would change that."
    )


def _pooled(study: Study, teams: Teams) -> str | None:
    if not teams.pooled.total:
        return None
    where = (
        "They are drawn as one diamond, all together."
        if teams.rest
        else "Even together they are too few to be drawn."
    )
    return f"{_reasons(study, teams)} {where}"


def _reasons(study: Study, teams: Teams) -> str:
    pooled = teams.pooled
    reasons = {
        "with under 10 person-years": pooled.little_time,
        f"with fewer than {study.leaver_floor} voluntary leavers": pooled.few_leavers,
    }
    parts = [f"{wording.counted(count, 'unit')} {why}" for why, count in reasons.items() if count]
    return f"Not drawn one by one: {', '.join(parts)}." if parts else ""


def _figure(teams: Teams) -> go.Figure:
    layout = base_layout(HEIGHT) | {
        "xaxis": axis(ticksuffix=" %", title=_axis_title("Favourable answers"), nticks=7),
        "yaxis": axis(
            type="log",
            title=_axis_title("Left voluntarily, per 100 person-years"),
            dtick="D2",
            tickformat="~g",
        ),
        "margin": {"l": 64, "r": 16, "t": 16, "b": 56},
    }
    largest = max(point.person_years for point in _all_points(teams))
    data = [_trace(list(teams.points), largest, _DOT, "circle")]
    if teams.rest:
        data.append(_trace([teams.rest], largest, _REST, "diamond"))
    return go.Figure(data=data, layout=layout)


def _axis_title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": 13, "color": "var(--ink)"}}


def _trace(points: list[TeamPoint], largest: float, colour: str, symbol: str) -> go.Scatter:
    rates = [point.rate for point in points]
    return go.Scatter(
        x=[100 * point.favourable.value for point in points],
        y=[rate.value for rate in rates],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [rate.high - rate.value for rate in rates],
            "arrayminus": [rate.value - rate.low for rate in rates],
            "color": "var(--line-strong)",
            "thickness": 1.2,
            "width": 0,
        },
        mode="markers",
        cliponaxis=False,
        marker=_marker(points, largest) | {"color": colour, "symbol": symbol},
        hoverinfo="text",
        hovertext=[_hover(point) for point in points],
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


def _hover(point: TeamPoint) -> str:
    ballots = wording.counted(point.n, "ballot")
    leavers = wording.counted(point.voluntary, "leaver")
    return "<br>".join(
        (
            point.name,
            f"{wording.share_range(point.favourable)} favourable",
            f"{wording.rate_range(point.rate)} per 100 person-years",
            f"{ballots} in {wording.counted(point.waves, 'wave')}",
            f"{leavers}, {point.person_years:.1f} person-years",
        )
    )
