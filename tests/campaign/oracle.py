"""What really leaks, by whole numbers and nothing else: the truth that the attacker is held to.

It knows who lies in which group, and shares no code with planner, certificate or attacker.
For tiny companies every set of people and every world of answers is looked at. For larger ones
it looks for plain witnesses only: what it finds is a leak, and there may be more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

# A prime so large that a rank modulo it is the rank.
PRIME = (1 << 61) - 1
MOST_WORLDS = 40_000
MOST_SETS = 4_000


@dataclass(frozen=True, slots=True)
class Shown:
    """Published groups over kinds of people: for each kind the groups it lies in, and its size."""

    kinds: Mapping[tuple[int, ...], int]
    groups: int

    @classmethod
    def of(cls, people: Iterable[Sequence[int]], groups: int) -> "Shown":
        """Put people together who lie in the same groups."""
        return cls(Counter(tuple(sorted(one)) for one in people if one), groups)


def isolates(shown: Shown, floor: int) -> bool:
    """Say whether some combination of the groups' sums touches fewer than `floor` people.

    It exists for a set of people just if the groups lose rank when they are struck out. If it does
    for a set it does for every larger one, so only the largest sets below the floor are tried.
    """
    kinds = list(shown.kinds)
    full = _rank(kinds, shown.groups)
    small = [kind for kind in kinds if shown.kinds[kind] < floor]
    for at, few in enumerate(_largest_sets(small, shown.kinds, floor)):
        if at >= MOST_SETS:
            break
        if few and _rank([kind for kind in kinds if kind not in few], shown.groups) < full:
            return True
    return False


def differs_by_few(groups: Sequence[frozenset[int]], floor: int) -> bool:
    """Say whether a group has fewer than `floor` people, or one that it contains leaves so few."""
    return any(0 < len(group) < floor for group in groups) or any(
        0 < len(one) - len(other) < floor and other < one for one in groups for other in groups
    )


def is_certain(shown: Shown, spans: Sequence[tuple[float, float]], floor: int) -> bool:
    """Say whether fewer than `floor` people of a kind must all, or none, be of a class.

    `spans` bounds how many of each group are. Every world is looked at; where there are too many,
    only whether a group as a whole is of one mind.
    """
    kinds, sizes = list(shown.kinds), list(shown.kinds.values())
    if _of_one_mind(shown, spans):
        return True
    worlds = 1
    for size in sizes:
        worlds *= size + 1
    if worlds > MOST_WORLDS:
        return False
    seen: list[set[int]] = [set() for _ in kinds]
    for world in product(*(range(size + 1) for size in sizes)):
        if _fits(kinds, world, spans):
            for found, count in zip(seen, world, strict=True):
                found.add(count)
    return any(
        size < floor and found and (max(found) == 0 or min(found) == size)
        for size, found in zip(sizes, seen, strict=True)
    )


def _of_one_mind(shown: Shown, spans: Sequence[tuple[float, float]]) -> bool:
    totals = [0] * shown.groups
    for kind, size in shown.kinds.items():
        for group in kind:
            totals[group] += size
    return any(
        total and (high < 1 or low > total - 1)
        for total, (low, high) in zip(totals, spans, strict=True)
    )


def _fits(
    kinds: Sequence[tuple[int, ...]], world: Sequence[int], spans: Sequence[tuple[float, float]]
) -> bool:
    totals = [0] * len(spans)
    for kind, count in zip(kinds, world, strict=True):
        for group in kind:
            totals[group] += count
    return all(low <= total <= high for total, (low, high) in zip(totals, spans, strict=True))


def _largest_sets(
    small: Sequence[tuple[int, ...]], sizes: Mapping[tuple[int, ...], int], floor: int
) -> Iterator[frozenset[tuple[int, ...]]]:
    """List the sets of kinds below the floor to which no further kind can be added."""
    waiting: list[tuple[int, frozenset[tuple[int, ...]], int]] = [(0, frozenset(), 0)]
    while waiting:
        at, chosen, people = waiting.pop()
        room = floor - 1 - people
        if at == len(small):
            if all(sizes[kind] > room for kind in small if kind not in chosen):
                yield chosen
            continue
        waiting.append((at + 1, chosen, people))
        if sizes[small[at]] <= room:
            waiting.append((at + 1, chosen | {small[at]}, people + sizes[small[at]]))


def _rank(kinds: Sequence[tuple[int, ...]], groups: int) -> int:
    """Give the rank of kinds by groups, by elimination modulo a prime."""
    kept: dict[int, list[int]] = {}
    for kind in kinds:
        row = [0] * groups
        for group in kind:
            row[group] = 1
        for at in range(groups):
            if not row[at]:
                continue
            if at not in kept:
                inverse = pow(row[at], -1, PRIME)
                kept[at] = [value * inverse % PRIME for value in row]
                break
            factor, line = row[at], kept[at]
            row = [(mine - factor * its) % PRIME for mine, its in zip(row, line, strict=True)]
    return len(kept)
