"""The units of the staff file beside one another: who loses more than chance explains.

Nothing that anybody answered goes in. A unit with too few people or leavers for a rate has the
shrunken one alone, and only one that lies outside all limits is named: a league table would
mostly rank luck.
"""

from collections.abc import Sequence
from dataclasses import replace

from pulse.churn.estimate import Estimate
from pulse.churn.intervals import rate_interval
from pulse.churn.panel import Flow, Panel
from pulse.churn.result import Limits, Rates, UnitRate
from pulse.domain import rates, team_rates
from pulse.domain.team_rates import INNER, OUTER, Spread

# A picture with more dots shows nothing, and weighs as much as the page around it.
MOST_DRAWN = 400
_STEPS = 40
_FIVE = 5


def funnel(panel: Panel) -> Rates | None:
    """Compare units over the last year; None where there are too few, or nobody left."""
    flows = {unit: flow for unit, flow in panel.last_year().items() if flow.person_days}
    left, time = _columns(list(flows.values()))
    if len(flows) < rates.FEWEST_UNITS or not sum(left):
        return None
    among = team_rates.spread(left, time)
    alarms = dict(zip(flows, team_rates.outside(left, time, among), strict=True))
    order = sorted(flows, key=lambda unit: (not alarms[unit], -flows[unit].person_days, unit))
    drawn = [
        replace(
            _unit(flows[unit], among, panel.leaver_floor),
            name=panel.names.get(unit, unit) if alarms[unit] else None,
        )
        for unit in order[:MOST_DRAWN]
    ]
    year = panel.periods[-rates.PERIODS_PER_YEAR :]
    return Rates(
        starts_on=year[0].starts_on,
        ends_on=year[-1].ends_on,
        mean=100 * among.mean,
        alpha=among.alpha,
        dispersion=among.dispersion,
        units=tuple(sorted(drawn, key=lambda unit: (unit.name is None, -unit.person_years))),
        funnel=_funnel(min(time), max(time), among),
        left_out=max(0, len(flows) - MOST_DRAWN),
    )


def _columns(flows: Sequence[Flow]) -> tuple[list[int], list[float]]:
    return [flow.voluntary for flow in flows], [rates.person_years(f.person_days) for f in flows]


def _unit(flow: Flow, among: Spread, leaver_floor: int) -> UnitRate:
    years = rates.person_years(flow.person_days)
    found = team_rates.shrunk(flow.voluntary, years, among)
    if years < rates.SMALLEST_EXPOSURE or flow.voluntary < leaver_floor:
        coarse = (_coarse(100 * one) for one in (found.rate, found.low, found.high))
        return UnitRate(_coarse(years), None, Estimate(*coarse))
    ends = rate_interval(flow.voluntary, flow.person_days)
    value = rates.per_100_person_years(flow.voluntary, flow.person_days)
    own = Estimate(value, ends.low, ends.high)
    return UnitRate(years, own, _per_100(found.rate, found.low, found.high))


def _coarse(value: float) -> float:
    """Round to fives: a shrunken rate and an exact time would give the count of leavers away."""
    return float(_FIVE * round(value / _FIVE))


def _funnel(least: float, most: float, among: Spread) -> tuple[Limits, ...]:
    """Draw the limits over all sizes, closer where they bend most."""
    least = max(least, most / 1000, 0.5)
    sizes = [least * (most / least) ** (at / (_STEPS - 1)) for at in range(_STEPS)]
    return tuple(
        Limits(size, (100 * inner[0], 100 * inner[1]), (100 * outer[0], 100 * outer[1]))
        for size, inner, outer in zip(
            sizes,
            team_rates.limits(sizes, among, INNER),
            team_rates.limits(sizes, among, OUTER),
            strict=True,
        )
    )


def _per_100(value: float, low: float, high: float) -> Estimate:
    return Estimate(100 * value, 100 * low, 100 * high)
