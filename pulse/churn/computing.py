"""Computes the whole study from one panel; the only way from it to the statistics libraries.

`pulse.churn.study` loads this by name when there is something to compute, so that no web process
ever holds one of them.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

from pulse.churn import drivers, linking
from pulse.churn.estimate import Estimate
from pulse.churn.funnel import funnel
from pulse.churn.intervals import rate_interval
from pulse.churn.kinds import kinds
from pulse.churn.panel import Panel
from pulse.churn.result import Link, Study, TeamPoint, Teams
from pulse.churn.teams import teams
from pulse.churn.timeline import timeline
from pulse.domain import (
    headline,
    lags,
    own_level,
    pairing,
    study_refusals,
    team_rates,
    within_between,
)
from pulse.domain.errors import Invalid
from pulse.domain.panel_cell import FEWEST_ANSWERS, Cell
from pulse.domain.study_values import LAG, Headline, OwnLevel

LIBRARIES = {name: version(name) for name in ("numpy", "scipy", "statsmodels")}
# What decides which sizes are stated; stored with every study.
POLICY = {
    "fewest_answers": FEWEST_ANSWERS,
    "fewest_teams": study_refusals.FEWEST_TEAMS,
    "fewest_periods": pairing.FEWEST_PERIODS,
    "fewest_separations": study_refusals.FEWEST_SEPARATIONS,
    "largest_ratio": study_refusals.LARGEST_RATIO,
    "least_reliability": study_refusals.LEAST_RELIABILITY,
    "lag": LAG,
    "looks": headline.LOOKS,
}
# Called with how many steps are done, out of how many, before each step begins.
Progress = Callable[[int, int], None]
STEPS = 5


def compute(panel: Panel, progress: Progress = lambda _done, _steps: None) -> Study:
    """Compute everything that the page shows."""
    progress(0, STEPS)
    line, compared = timeline(panel, rate_interval), teams(panel, rate_interval)
    progress(1, STEPS)
    rates = funnel(panel)
    progress(2, STEPS)
    cells, found = linked(panel)
    picture = _own_level(cells, panel.leaver_floor) if found.within else None
    progress(3, STEPS)
    delays = lags.lags(cells)
    progress(4, STEPS)
    beside = drivers.of_panel(panel)
    progress(STEPS, STEPS)
    return Study(
        covers_until=panel.covers_until,
        last_separation_on=panel.last_separation_on(),
        leaver_floor=panel.leaver_floor,
        timeline=line,
        teams=_shrunken(compared) if compared else None,
        kinds=kinds(panel),
        rates=rates,
        link=Link(linking.POINTS, len({cell.unit for cell in cells}), found, picture, delays),
        drivers=beside,
    )


def linked(panel: Panel) -> tuple[list[Cell], Headline]:
    """Give the panel of own releases and what it says, with its refusals."""
    cells = linking.cells(panel)
    return cells, headline.studied(cells, points=linking.POINTS)


def _own_level(cells: list[Cell], floor: int) -> OwnLevel | None:
    found = pairing.usable(cells)
    try:
        return own_level.own_level(found, within_between.sides(found), floor)
    except Invalid:
        return None


def _shrunken(found: Teams) -> Teams:
    """Give each group the rate that is left when chance is taken away."""
    points = [*found.points, *([found.rest] if found.rest else [])]
    if not points:
        return found
    among = team_rates.spread(
        [point.voluntary for point in points], [point.person_years for point in points]
    )

    def calm(point: TeamPoint) -> TeamPoint:
        one = team_rates.shrunk(point.voluntary, point.person_years, among)
        return replace(point, shrunken=Estimate(100 * one.rate, 100 * one.low, 100 * one.high))

    return replace(
        found,
        points=tuple(calm(point) for point in found.points),
        rest=calm(found.rest) if found.rest else None,
    )
