"""Groups beside one another: what they answered, and how many of them left of their own accord.

Only released groups are drawn, each with enough time and leavers; every other unit goes into
one point for all others together, so that no small group stands alone.
"""

from collections.abc import Mapping, Sequence

from pulse.churn import timeline
from pulse.churn.groups import Group, released_groups, total
from pulse.churn.panel import Flow, Mood, Panel
from pulse.churn.partition import finest
from pulse.churn.result import TeamPoint, Teams
from pulse.churn.timeline import RateInterval
from pulse.domain import rates

REST = "All other units together"


def teams(panel: Panel, rate_interval: RateInterval) -> Teams | None:
    """Compare groups over the last year; None where no wave of it released one."""
    year = panel.periods[-rates.PERIODS_PER_YEAR :]
    moods = [mood for mood in panel.moods if year and mood.closed_on >= year[0].starts_on]
    flows = panel.last_year()
    groups = released_groups(moods, flows)
    if not groups:
        return None
    drawn, rest = _with_rest(finest(groups, panel.leaver_floor), moods, flows, panel.leaver_floor)
    shown = rest.moods and rest.enough(panel.leaver_floor)
    return Teams(
        starts_on=year[0].starts_on,
        ends_on=year[-1].ends_on,
        points=tuple(_point(group, rate_interval) for group in drawn),
        rest=_point(rest, rate_interval) if shown else None,
        rest_units=len(rest.units),
    )


def _with_rest(
    drawn: Sequence[Group], moods: Sequence[Mood], flows: Mapping[str, Flow], leaver_floor: int
) -> tuple[tuple[Group, ...], Group]:
    """Draw fewer groups while the rest is too small to be shown.

    The company less the groups drawn is the rest, which is known therefore; it may not be smaller
    than any group that is shown.
    """
    kept = sorted(drawn, key=lambda group: (-group.flow.voluntary, group.order))
    rest = _rest(kept, moods, flows)
    while kept and rest.units and not rest.enough(leaver_floor):
        kept.pop()
        rest = _rest(kept, moods, flows)
    return tuple(sorted(kept, key=lambda group: group.order)), rest


def _rest(drawn: Sequence[Group], moods: Sequence[Mood], flows: Mapping[str, Flow]) -> Group:
    """Take everyone asked less the groups drawn, in the waves that released all of these."""
    whole = [mood for mood in moods if mood.everyone]
    asked = frozenset[str]().union(*(mood.units for mood in whole))
    units = (asked & flows.keys()).difference(*(group.units for group in drawn))
    left = [_less(mood, drawn) for mood in whole] if units else []
    return Group(REST, units, tuple(mood for mood in left if mood), total(flows, units))


def _less(everyone: Mood, drawn: Sequence[Group]) -> Mood | None:
    parts = [
        mood for group in drawn for mood in group.moods if mood.wave_order == everyone.wave_order
    ]
    n = everyone.n - sum(part.n for part in parts)
    if len(parts) < len(drawn) or n < rates.LEAVER_FLOOR:
        return None
    favourable = everyone.favourable * everyone.n - sum(part.favourable * part.n for part in parts)
    return Mood(
        wave=everyone.wave,
        closed_on=everyone.closed_on,
        name=REST,
        units=frozenset(),
        n=n,
        favourable=min(1.0, max(0.0, favourable / n)),
        everyone=False,
    )


def _point(group: Group, rate_interval: RateInterval) -> TeamPoint:
    """Pool the waves by ballots. The interval rests on the ballots of an average wave.

    The same people answer again and again, so that adding up their ballots would promise more
    certainty than there is.
    """
    ballots = sum(mood.n for mood in group.moods)
    favourable = sum(mood.favourable * mood.n for mood in group.moods) / ballots
    return TeamPoint(
        name=group.name,
        units=len(group.units),
        waves=len(group.moods),
        n=ballots,
        favourable=timeline.share(favourable, ballots // len(group.moods)),
        person_years=rates.person_years(group.flow.person_days),
        voluntary=group.flow.voluntary,
        rate=timeline.rate(group.flow, rate_interval),
    )
