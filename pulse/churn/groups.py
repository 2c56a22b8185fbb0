"""The released groups of the last year, each with what its waves said and its units went through.

A group is a name for an exact set of units. Groups released in most waves of the year form one
tree, because any two of them were released together at least once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pulse.churn.panel import Flow, Mood
from pulse.domain import rates


@dataclass(frozen=True, slots=True)
class Group:
    """One set of units, its moods in order of time, and its flow over the year."""

    name: str
    units: frozenset[str]
    moods: tuple[Mood, ...]
    flow: Flow

    @property
    def order(self) -> tuple[int, list[str]]:
        """What puts groups in an order of their own, the largest set of units first."""
        return -len(self.units), sorted(self.units)

    def enough(self, leaver_floor: int) -> bool:
        """Whether there are leavers and time for a rate beside sentiment."""
        long_enough = rates.person_years(self.flow.person_days) >= rates.SMALLEST_EXPOSURE
        return long_enough and self.flow.voluntary >= leaver_floor


def released_groups(moods: Sequence[Mood], flows: Mapping[str, Flow]) -> tuple[Group, ...]:
    """Give the groups below the whole that most of the waves released, the largest first.

    A group of the same name but of other units is another group, in any wave.
    """
    waves = {mood.wave_order for mood in moods}
    by_units: defaultdict[frozenset[str], dict[tuple[object, int], Mood]] = defaultdict(dict)
    for mood in sorted(moods, key=lambda mood: (mood.wave_order, mood.name)):
        if mood.units and not mood.everyone:
            by_units[mood.units].setdefault(mood.wave_order, mood)
    groups = [
        Group(list(found.values())[-1].name, units, tuple(found.values()), total(flows, units))
        for units, found in by_units.items()
        if 2 * len(found) > len(waves)
    ]
    return tuple(sorted(groups, key=lambda group: group.order))


def total(flows: Mapping[str, Flow], units: Iterable[str]) -> Flow:
    """Add up what some units went through."""
    return sum((flows.get(unit, Flow()) for unit in units), Flow())
