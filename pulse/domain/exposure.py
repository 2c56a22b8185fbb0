"""Exposure: exact person-days per unit and window, and the separations that fall in each.

All windows and spells are half open: they hold their first day and not their last. Person-days
are integers; they add up over any split of a window and over units, which is what makes a
separation rate honest. A separation is dated by its notice where one is known.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pulse.domain.separation import Separation


@dataclass(frozen=True, slots=True)
class Window:
    """A range of days; `ends_on` is the first day not in it."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_on


@dataclass(frozen=True, slots=True)
class UnitExposure:
    """What one unit went through in one window (its place in the sequence asked for).

    So many of its voluntary separations are dated by a `notice`, the others by the last day.
    """

    unit_id: int
    window: int
    person_days: int
    voluntary: int
    involuntary: int
    other: int
    by_notice: int = 0


@dataclass(slots=True)
class Presence:
    """How many people came to a unit and went from it, by day; enough for exact person-days."""

    changes: Counter[int] = field(default_factory=Counter)

    def add(self, starts_on: date, ends_on: date | None, people: int = 1) -> None:
        """Count people who were in the unit from one day up to, not including, another."""
        self.changes[starts_on.toordinal()] += people
        if ends_on is not None:
            self.changes[ends_on.toordinal()] -= people

    def person_days(self, window: Window) -> int:
        """Days of all people within a window.

        >>> presence = Presence()
        >>> presence.add(date(2024, 1, 1), date(2024, 1, 11))
        >>> presence.add(date(2024, 1, 9), None, people=2)
        >>> presence.person_days(Window(date(2024, 1, 1), date(2024, 2, 1)))
        56
        """
        return self._until(window.ends_on) - self._until(window.starts_on)

    def _until(self, day: date) -> int:
        end = day.toordinal()
        return sum(people * (end - at) for at, people in self.changes.items() if at < end)


@dataclass(frozen=True, slots=True)
class Departures:
    """Separations of one kind from one unit that share their dates."""

    unit_id: int
    kind: Separation
    notice_on: date | None
    ends_on: date
    people: int

    @property
    def dated(self) -> date:
        """The day the decision was made known, or else the last day."""
        return self.notice_on or self.ends_on - timedelta(days=1)


def summarise(
    presences: dict[int, Presence], departures: Iterable[Departures], windows: Sequence[Window]
) -> tuple[UnitExposure, ...]:
    """Put presence and departures together, one entry per unit and window that saw anybody."""
    left: Counter[tuple[int, int, Separation]] = Counter()
    by_notice: Counter[tuple[int, int]] = Counter()
    for group in departures:
        for index, window in enumerate(windows):
            if group.dated in window:
                left[group.unit_id, index, group.kind] += group.people
                if group.notice_on and group.kind is Separation.VOLUNTARY:
                    by_notice[group.unit_id, index] += group.people
    units = sorted(presences.keys() | {unit for unit, _, _ in left})
    entries = (
        UnitExposure(
            unit_id=unit,
            window=index,
            person_days=presences.get(unit, Presence()).person_days(window),
            voluntary=left[unit, index, Separation.VOLUNTARY],
            involuntary=left[unit, index, Separation.INVOLUNTARY],
            other=left[unit, index, Separation.OTHER],
            by_notice=by_notice[unit, index],
        )
        for unit in units
        for index, window in enumerate(windows)
    )
    return tuple(e for e in entries if e.person_days or e.voluntary or e.involuntary or e.other)
