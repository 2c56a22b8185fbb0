"""Groups beside one another: what they answered, and how many of them left of their own accord.

Only released groups are drawn, each with enough time and leavers; every other group goes into
one point for all others together, so that no small group stands alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulse.churn import timeline
from pulse.churn.panel import Flow, Mood, Panel
from pulse.churn.result import Pooled, TeamPoint, Teams
from pulse.churn.timeline import RateInterval
from pulse.domain import rates

REST = "All other units together"


@dataclass(frozen=True, slots=True)
class _Group:
    """One group with what its waves released and what its units went through."""

    name: str
    units: frozenset[str]
    moods: tuple[Mood, ...]
    flow: Flow

    @property
    def long_enough(self) -> bool:
        return rates.person_years(self.flow.person_days) >= rates.SMALLEST_EXPOSURE

    def drawn(self, leaver_floor: int) -> bool:
        return bool(self.moods) and self.long_enough and self.flow.voluntary >= leaver_floor


@dataclass(frozen=True, slots=True)
class _History:
    """What happened over the last year, by unit and by exact set of units."""

    flows: Mapping[str, Flow]
    moods: Mapping[frozenset[str], tuple[Mood, ...]]

    def flow(self, units: frozenset[str]) -> Flow:
        return sum((self.flows.get(unit, Flow()) for unit in units), Flow())

    def group(self, name: str, units: frozenset[str]) -> _Group:
        # A group of the same name but of other units is another group, in any wave.
        return _Group(name, units, self.moods[units], self.flow(units))


def teams(panel: Panel, rate_interval: RateInterval) -> Teams | None:
    """Compare the groups of the latest wave over the last year; None where it has no groups."""
    year = panel.periods[-rates.PERIODS_PER_YEAR :]
    moods = [mood for mood in panel.moods if year and mood.closed_on >= year[0].starts_on]
    finest = _finest(moods)
    if not finest:
        return None
    history = _History(panel.last_year(), _by_units(moods))
    groups = [history.group(mood.name, mood.units) for mood in finest]
    drawn = [group for group in groups if group.drawn(panel.leaver_floor)]
    rest = _rest(history, moods, drawn)
    return Teams(
        starts_on=year[0].starts_on,
        ends_on=year[-1].ends_on,
        points=tuple(_point(group, rate_interval) for group in drawn),
        rest=_point(rest, rate_interval) if rest and rest.drawn(panel.leaver_floor) else None,
        pooled=Pooled(
            little_time=sum(not group.long_enough for group in groups),
            few_leavers=sum(
                group.long_enough and not group.drawn(panel.leaver_floor) for group in groups
            ),
        ),
    )


def _finest(moods: Sequence[Mood]) -> list[Mood]:
    """Give the released groups of the latest wave that hold no smaller released group."""
    last = max((mood.wave_order for mood in moods), default=None)
    shown = [mood for mood in moods if mood.wave_order == last and not mood.everyone]
    return [
        mood
        for mood in shown
        if mood.units and not any(other.units < mood.units for other in shown)
    ]


def _by_units(moods: Sequence[Mood]) -> dict[frozenset[str], tuple[Mood, ...]]:
    found: defaultdict[frozenset[str], tuple[Mood, ...]] = defaultdict(tuple)
    for mood in moods:
        if not mood.everyone:
            found[mood.units] += (mood,)
    return dict(found)


def _rest(history: _History, moods: Sequence[Mood], drawn: Sequence[_Group]) -> _Group | None:
    """Take everyone asked less the groups drawn, in the waves that released all of these."""
    whole = [mood for mood in moods if mood.everyone]
    if not whole:
        return None
    taken = frozenset[str]().union(*(group.units for group in drawn))
    units = whole[-1].units - taken
    left = [_less(mood, drawn) for mood in whole]
    known = tuple(mood for mood in left if mood is not None)
    return _Group(REST, units, known, history.flow(units)) if units else None


def _less(everyone: Mood, drawn: Sequence[_Group]) -> Mood | None:
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


def _point(group: _Group, rate_interval: RateInterval) -> TeamPoint:
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
