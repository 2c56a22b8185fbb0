"""Exchanges: from one solution to many others, without a solver.

Two people of one block change their answers with one another, and two people of another block
change theirs the other way round. Where the first two differ in all other groups just as the second
two do, every published sum is what it was, so what anybody gets by such an exchange fits as well.

    block t:  A had c   B had c'   ->   A has c'   B has c
    block u:  C had c'  D had c    ->   C has c    D has c'
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pulse.audit.system import Sums, Vector

_CLOSE = 1e-6
_MOST_PAIRS = 5_000_000
Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Every two kinds of people of one block; `differ` is equal where they differ alike."""

    first: Numbers
    second: Numbers
    block: Numbers
    differ: Numbers


def pairs(published: Sums) -> Pairs | None:
    """Pair kinds within the blocks of the finest partition; None where none holds everybody."""
    places = _places(published)
    size = published.inside.shape[0]
    whole = [at for at, (_, times) in enumerate(places) if (times == 1).all()]
    if not whole or not size:
        return None
    base = max(whole, key=lambda at: int(places[at][0].max()))
    block = places[base][0]
    order = np.argsort(block, kind="stable")
    counts = np.bincount(block)
    if (counts**2).sum() > _MOST_PAIRS:
        return None
    ends = np.cumsum(counts)
    each = counts[block[order]]
    first = np.repeat(order, each)
    within = np.arange(len(first)) - np.repeat(np.cumsum(each) - each, each)
    second = order[np.repeat((ends - counts)[block[order]], each) + within]
    apart = first != second
    if not apart.any():
        return None
    first, second = first[apart], second[apart]
    others = [codes for at, (codes, _) in enumerate(places) if at != base]
    return Pairs(first, second, block[first], _differences(first, second, others))


def _places(published: Sums) -> list[tuple[Numbers, Numbers]]:
    """Say for each dimension of each publication in which of its groups a kind lies; how many."""
    columns: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for column, group in enumerate(published.groups):
        columns[group.source, group.dimension].append(column)
    found = []
    for chosen in columns.values():
        inside = published.inside[:, chosen].tocsr()
        inside.sort_indices()
        rows = np.split(inside.indices, inside.indptr[1:-1])
        known: dict[bytes, int] = {}
        codes = [known.setdefault(row.tobytes(), len(known)) for row in rows]
        found.append((np.array(codes, dtype=np.int64), np.diff(inside.indptr).astype(np.int64)))
    return found


def _differences(first: Numbers, second: Numbers, others: list[Numbers]) -> Numbers:
    """Give a number to each way in which two kinds differ, whatever groups both lie in."""
    found = np.zeros(len(first), dtype=np.int64)
    for codes in others:
        one, other, width = codes[first], codes[second], int(codes.max()) + 1
        here = np.where(one == other, 0, one * width + other + 1)
        _, found = np.unique(found * (width * width + 1) + here, return_inverse=True)
    return found


def within_reach(laid: Pairs | None, classes: tuple[Vector, ...]) -> list[Flags]:
    """Say for each class which kinds have one who chose it, or get one by a single exchange."""
    has = [counts >= 1 - _CLOSE for counts in classes]
    reached = [flags.copy() for flags in has]
    for to, wanted in enumerate(has):
        for away, own in enumerate(has):
            if laid is not None and away != to:
                reached[to][_exchanged(laid, wanted, own)] = True
    return reached


def _exchanged(laid: Pairs, wanted: Flags, own: Flags) -> Numbers:
    """Give the kinds that have `own`, find somebody to change with, and a pair that undoes it.

    The second pair lies in another block, so that nobody changes twice.
    """
    undoes = wanted[laid.first] & own[laid.second]
    lowest = np.full(int(laid.differ.max()) + 1, np.iinfo(np.int64).max)
    highest = np.full(len(lowest), -1)
    np.minimum.at(lowest, laid.differ[undoes], laid.block[undoes])
    np.maximum.at(highest, laid.differ[undoes], laid.block[undoes])
    asks = np.flatnonzero(own[laid.first] & wanted[laid.second])
    differ, block = laid.differ[asks], laid.block[asks]
    elsewhere = (highest[differ] >= 0) & ((lowest[differ] != block) | (highest[differ] != block))
    found: Numbers = laid.first[asks[elsewhere]]
    return found


def shuffled(
    laid: Pairs, classes: tuple[Vector, ...], random: np.random.Generator
) -> tuple[Vector, ...]:
    """Carry out many exchanges at once, none of which touches what another one did."""
    after = [counts.copy() for counts in classes]
    used = np.zeros(len(classes[0]), dtype=bool)
    for to, away in random.permutation([(0, 1), (0, 2), (1, 2)]).tolist():
        wanted, own = (classes[at] >= 1 - _CLOSE for at in (to, away))
        for one, other in _matched(laid, wanted, own, random):
            few = [laid.first[one], laid.second[one], laid.first[other], laid.second[other]]
            if laid.block[one] == laid.block[other] or used[few].any():
                continue
            used[few] = True
            change = np.array([1.0, -1.0, -1.0, 1.0])
            after[to][few] += change
            after[away][few] -= change
    return tuple(after)


def _matched(
    laid: Pairs, wanted: Flags, own: Flags, random: np.random.Generator
) -> list[tuple[int, int]]:
    """Match pairs at random that ask for an exchange with pairs that undo it, one for each way."""
    asks = np.flatnonzero(own[laid.first] & wanted[laid.second])
    undoes = np.flatnonzero(wanted[laid.first] & own[laid.second])
    asks, undoes = random.permutation(asks), random.permutation(undoes)
    one = dict(zip(laid.differ[asks].tolist(), asks.tolist(), strict=True))
    other = dict(zip(laid.differ[undoes].tolist(), undoes.tolist(), strict=True))
    found = [(one[way], other[way]) for way in one.keys() & other.keys()]
    random.shuffle(found)
    return found
