"""One wave as a system of equations: every publication of its ballots, over all kinds of people.

Two publications of the same ballots, before and after a late one, on an old tree and a new one or
with another floor, are equations about the same unknowns. People who lie in the same groups of all
of them are one kind: nothing that was published tells them apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pulse.audit.files import Group, Publication
from pulse.audit.people import Atom

Vector: TypeAlias = NDArray[np.float64]
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Source:
    """A publication beside the staff list as it was for it."""

    published: Publication
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """Groups over kinds of people: `inside` has a row for each kind, `people` how many it holds."""

    groups: Sequence[Group]
    kinds: Sequence[str]
    inside: sparse.csr_array
    people: Vector


@dataclass(frozen=True, slots=True)
class People:
    """Some people of a wave: their labels for each publication, and which ones they are in."""

    atoms: tuple[Atom | None, ...]
    came_in: tuple[bool, ...]
    count: int

    @property
    def name(self) -> str:
        """Name them by their labels in the newest publication."""
        known = [atom for atom in self.atoms if atom is not None]
        return known[-1].name


@dataclass(frozen=True, slots=True)
class System:
    """The publications of one wave, joined: everybody asked, and everybody who took part."""

    sources: tuple[Source, ...]
    asked: tuple[People, ...]
    came: tuple[People, ...]

    @property
    def floor(self) -> int:
        """The largest floor that any publication promised."""
        return max(source.published.floor for source in self.sources)

    def groups(self) -> list[tuple[int, Group]]:
        """Give every published group with the number of its publication."""
        return [
            (at, group)
            for at, source in enumerate(self.sources)
            for group in source.published.groups.values()
        ]

    def sums(self, groups: Sequence[tuple[int, Group]], *, of_answers: bool) -> Sums:
        """Lay groups over those who took part, for answers, or over all asked, for turnout."""
        index = _index(groups)
        merged: dict[tuple[int, ...], tuple[list[str], int]] = {}
        for people in self.came if of_answers else self.asked:
            row = tuple(sorted(_columns(people, index, of_answers=of_answers)))
            names, count = merged.get(row, ([], 0))
            merged[row] = ([*names, people.name], count + people.count)
        return _sums([group for _, group in groups], merged)


def join(sources: Sequence[Source]) -> System:
    """Join the publications of one wave. Raises ValueError where nobody could say who is who.

    People are joined by `person` where the staff lists have it, and else by all their labels: then
    every list must hold the same labels and as many people of each.
    """
    by_key: defaultdict[object, list[Atom | None]] = defaultdict(lambda: [None] * len(sources))
    for at, source in enumerate(sources):
        for atom in source.atoms:
            if by_key[atom.key][at] is not None:
                raise ValueError(f"the staff list names {atom.name} twice")
            by_key[atom.key][at] = atom
    rows = [tuple(atoms) for atoms in by_key.values()]
    if not all(_is_same(row) for row in rows):
        raise ValueError("the staff lists of one wave differ, and name no `person` to join them by")
    every = (True,) * len(sources)
    asked = [People(row, every, next(atom.people for atom in row if atom)) for row in rows]
    came = [people for row in rows for people in _came(row)]
    return System(tuple(sources), tuple(people for people in asked if people.count), tuple(came))


def _is_same(row: tuple[Atom | None, ...]) -> bool:
    known = [atom for atom in row if atom is not None]
    return known[0].person is not None or (
        len(known) == len(row) and len({atom.people for atom in known}) == 1
    )


def _came(row: tuple[Atom | None, ...]) -> Iterator[People]:
    """Cut a kind by the publications its people are in: what came later is in the larger ones."""
    took = [0 if atom is None else atom.took_part for atom in row]
    before = 0
    for count in sorted(set(took)):
        if count > before:
            yield People(row, tuple(one >= count for one in took), count - before)
            before = count


def _index(groups: Sequence[tuple[int, Group]]) -> dict[tuple[int, str, str], list[int]]:
    """Give the columns of the groups that hold a label, by publication, dimension and label."""
    found: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    for column, (at, group) in enumerate(groups):
        for label in group.labels:
            found[at, group.dimension, label].append(column)
    return found


def _columns(
    people: People, index: dict[tuple[int, str, str], list[int]], *, of_answers: bool
) -> Iterator[int]:
    for at, atom in enumerate(people.atoms):
        if atom is None or (of_answers and not people.came_in[at]):
            continue
        for dimension, label in atom.labels.items():
            yield from index.get((at, dimension, label), ())


def _sums(groups: list[Group], merged: dict[tuple[int, ...], tuple[list[str], int]]) -> Sums:
    starts = np.cumsum([0, *(len(row) for row in merged)])
    columns = np.array([column for row in merged for column in row], dtype=np.int64)
    shape = (len(merged), len(groups))
    inside = sparse.csr_array((np.ones(len(columns)), columns, starts), shape=shape)
    names = [_named(names) for names, _ in merged.values()]
    return Sums(groups, names, inside, counts(count for _, count in merged.values()))


def counts(numbers: Iterable[int]) -> Vector:
    """Give numbers of people as an array."""
    return np.array(list(numbers), dtype=np.float64)


def _named(names: list[str]) -> str:
    """Name a kind; one made of many by the first of them."""
    few = list(dict.fromkeys(names))
    more = len(few) - _NAMED
    return " or ".join(few[:_NAMED]) + (f" or {more} more" if more > 0 else "")
