"""Units as a tree, from paths such as "Sales / North" or from pairs of unit and parent number.

A slash without spaces belongs to a name ("IT/IS" is one unit). A tree holds no circles: a unit
that would be above itself is found and named before anything is written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

SEPARATOR = " / "
MAX_UNITS = 20_000
MAX_DEPTH = 12
NAME_LENGTH = 120
KEY_LENGTH = 600
_SPLIT = re.compile(r"\s+[/>|\u203a\u00bb]\s+")


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as one row of the file names it."""

    key: str
    name: str
    parent: str | None


@lru_cache(maxsize=32768)
def from_path(text: str) -> tuple[UnitRef, ...]:
    """Read a path into its units, the outermost first.

    >>> [unit.key for unit in from_path("Sales / North")]
    ['Sales', 'Sales / North']
    >>> from_path("IT/IS")
    (UnitRef(key='IT/IS', name='IT/IS', parent=None),)
    """
    names = [name.strip() for name in _SPLIT.split(text) if name.strip()]
    refs: list[UnitRef] = []
    for name in names:
        parent = refs[-1].key if refs else None
        key = name if parent is None else parent + SEPARATOR + name
        refs.append(UnitRef(key, name, parent))
    return tuple(refs)


@dataclass(slots=True)
class UnitBook:
    """The units a file names, gathered row by row; two rows may not disagree about one unit."""

    units: dict[str, UnitRef] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, ref: UnitRef, line: int) -> str | None:
        """Keep a unit; give the reason where an earlier row says otherwise."""
        known = self.units.get(ref.key)
        if known == ref:
            return None
        if known is not None:
            return (
                f"unit {ref.key} is “{ref.name}” under {ref.parent or 'no unit'} here, but "
                f"“{known.name}” under {known.parent or 'no unit'} on line {self.lines[ref.key]}"
            )
        self.units[ref.key] = ref
        self.lines[ref.key] = line
        return None

    @property
    def full(self) -> bool:
        """Whether the file names more units than any company has."""
        return len(self.units) > MAX_UNITS


def parents_first(parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Order units so that each stands after the unit above it; units in circles are left out.

    >>> parents_first({"b": "a", "a": None, "x": "y", "y": "x"})
    ('a', 'b')
    """
    placed: dict[str, None] = {}
    circular = caught(parents)
    for unit in parents:
        if unit not in circular:
            placed.update(dict.fromkeys(reversed(_climb(unit, parents, placed))))
    return tuple(unit for unit in placed if unit in parents)


def caught(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Find the units that are on a circle or below one, each with its circle.

    >>> caught({"a": "b", "b": "a", "c": "a", "d": None})["c"]
    ('a', 'b', 'a')
    """
    state: dict[str, tuple[str, ...]] = {}
    for unit in parents:
        trail = _climb(unit, parents, state)
        last = trail[-1]
        verdict = state.get(last)
        if verdict is None:
            above = parents.get(last)
            verdict = (*trail[trail.index(above) :], above) if above in trail else ()
        state.update(dict.fromkeys(trail, verdict))
    return {unit: circle for unit, circle in state.items() if circle}


def _climb(unit: str, parents: Mapping[str, str | None], stop: Iterable[str] = ()) -> list[str]:
    """Walk upwards until the top, a unit already judged, or a unit met before."""
    trail = [unit]
    seen = {unit}
    while trail[-1] not in stop:
        above = parents.get(trail[-1])
        if above is None or above in seen:
            break
        trail.append(above)
        seen.add(above)
    return trail
