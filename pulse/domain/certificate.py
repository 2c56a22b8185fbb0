"""Certifies that groups of several dimensions, taken together, isolate nobody.

The published figures are sums over groups, and whoever reads them may add and subtract as they
like. Let H be the orthogonal projection onto the span of the groups' indicator vectors over
people. A combination that touches only the people of a set T lies in that span, so H restricted to
T has the eigenvalue 1; by Gershgorin's theorem it cannot, if every person's row within T adds up to
less than 1. So the largest such sum over sets of fewer than `floor` people, below 1, is a proof.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from pulse.domain.joint import Joint

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
_CHUNK = 256
# Proofs need a sum below 1; the rest is for rounding in the linear algebra.
LIMIT = 0.98
# A row that is surely below this needs no exact sum.
_PROVES_ENOUGH = 0.9
# The number of a block that is none.
_NO_BLOCK = -1


@dataclass(frozen=True, slots=True)
class Bound:
    """The largest row sum; below 1 nobody is isolated.

    `unsafe` are the labels of everybody whose sum reaches `LIMIT`, those with the largest first.
    """

    value: float
    unsafe: tuple[tuple[str, ...], ...] = ()

    @property
    def is_safe(self) -> bool:
        """Whether it proves that no combination isolates fewer people than the floor."""
        return self.value < LIMIT


@dataclass(frozen=True, slots=True)
class _Cells:
    """People with the same block in every dimension: `at` are their blocks, `people` how many.

    The first column numbers the blocks of the first dimension; the others number all the rest,
    where a crossing may leave people out.
    """

    at: Integers
    people: Floats
    labels: Sequence[tuple[str, ...]]


def bound(joint: Joint, block_of: Mapping[str, Mapping[str, str]], floor: int) -> Bound:
    """Bound how far published groups come to isolating fewer than `floor` people.

    `block_of` gives the block of each label, by dimension; the first of them has one for every
    label, and others may leave labels out. The value may be larger than the largest
    row sum, and never smaller; rows are added up exactly where the quick bound proves too little.
    """
    if not block_of or not joint.total:
        return Bound(0.0)
    cells = _cells(joint, block_of)
    projection = _projected(cells)
    sums = _quick(cells, projection, floor)
    open_rows = np.flatnonzero(sums >= _PROVES_ENOUGH)
    for start in range(0, len(open_rows), _CHUNK):
        rows = open_rows[start : start + _CHUNK]
        entries = projection.entries(rows, np.arange(len(sums)))
        # Everybody is among the entries, so nothing is left outside them.
        sums[rows] = _row_sums(entries, rows, cells.people, np.zeros(len(rows)), floor)
    unsafe = [place for place in np.argsort(-sums) if sums[place] >= LIMIT]
    return Bound(float(sums.max()), tuple(cells.labels[place] for place in unsafe))


@dataclass(frozen=True, slots=True)
class _Projection:
    """H in two parts: 1 / size within a block of the first dimension, and `left` times `right`.

    `right` of somebody is who they are in the other dimensions, less the `shares` of their block.
    """

    first: Integers
    sizes: Floats
    shares: Floats
    left: Floats
    right: Floats

    def entries(self, rows: Integers, columns: Integers) -> Floats:
        """Give the entries of |H| in some rows and columns."""
        found: Floats = self.left[rows] @ self.right[columns].T
        same = self.first[rows][:, None] == self.first[columns][None, :]
        found = found + same / self.sizes[self.first[rows]][:, None]
        return np.asarray(np.abs(found))

    def farthest(self, rows: Integers, dimensions: Sequence[Integers]) -> Floats:
        """Bound the entries of |H| outside the own block of the first dimension.

        `dimensions` gives the columns of each other dimension. Somebody elsewhere is in one block
        of each: at most in that with the largest entry, and at least in that with the smallest.
        """
        left = self.left[rows]
        offset = left @ self.shares.T
        highest, lowest = -offset.min(axis=1), -offset.max(axis=1)
        for columns in dimensions:
            highest += left[:, columns].max(axis=1)
            lowest += left[:, columns].min(axis=1)
        return np.asarray(np.maximum(np.abs(highest), np.abs(lowest)))


def _projected(cells: _Cells) -> _Projection:
    """Project onto the blocks of the first dimension, and onto what the others add to them.

    The Gram matrix of all blocks is diagonal for one dimension, so only the Schur complement of the
    others is inverted: it is as large as they are, however many units there are. Any generalised
    inverse gives the same projection.
    """
    first = cells.at[:, 0]
    sizes: Floats = np.bincount(first, weights=cells.people).astype(np.float64)
    others = cells.at[:, 1:]
    # The last column stands for no block at all, and stays empty.
    number = int(others.max(initial=_NO_BLOCK)) + 2
    inside = np.zeros((len(first), number))
    inside[np.arange(len(first))[:, None], others] = 1
    inside[:, _NO_BLOCK] = 0
    shares = np.zeros((len(sizes), number))
    np.add.at(shares, first, inside * cells.people[:, None])
    shares /= sizes[:, None]
    beyond: Floats = inside - shares[first]
    schur = beyond.T @ (beyond * cells.people[:, None])
    inverse: Floats = np.asarray(linalg.pinvh(schur), dtype=np.float64)
    return _Projection(first, sizes, shares, beyond @ inverse, beyond)


def _cells(joint: Joint, block_of: Mapping[str, Mapping[str, str]]) -> _Cells:
    """Give every block a number, and put people together who share all of them."""
    where = [(key, place) for place, key in enumerate(joint.keys) if key in block_of]
    firsts: dict[tuple[str, str | None], int] = {}
    others: dict[tuple[str, str | None], int] = {}
    found: dict[tuple[int, ...], int] = {}
    labels_of: dict[tuple[int, ...], tuple[str, ...]] = {}
    for labels, people in joint.counts.items():
        if people:
            blocks = [(key, block_of[key].get(labels[place])) for key, place in where]
            at = (
                firsts.setdefault(blocks[0], len(firsts)),
                *(
                    _NO_BLOCK if block[1] is None else others.setdefault(block, len(others))
                    for block in blocks[1:]
                ),
            )
            found[at] = found.get(at, 0) + people
            labels_of.setdefault(at, labels)
    order = sorted(found)
    return _Cells(
        np.array(order, dtype=np.int64),
        np.array([found[at] for at in order], dtype=np.float64),
        [labels_of[at] for at in order],
    )


def _quick(cells: _Cells, projection: _Projection, floor: int) -> Floats:
    """Bound every row sum: exact within a cell's first block, and by the largest entry outside."""
    sums = np.empty(len(cells.people))
    others = [np.unique(cells.at[:, place]) for place in range(1, cells.at.shape[1])]
    starts = np.flatnonzero(np.diff(cells.at[:, 0], prepend=-1))
    far = np.zeros(len(sums))
    if others and len(starts) > 1:
        for start in range(0, len(sums), _CHUNK):
            part = np.arange(start, min(start + _CHUNK, len(sums)))
            far[part] = projection.farthest(part, others)
    for rows in np.split(np.arange(len(sums)), starts[1:]):
        near = projection.entries(rows, rows)
        own = np.arange(len(rows))
        sums[rows] = _row_sums(near, own, cells.people[rows], far[rows], floor)
    return sums


def _row_sums(
    entries: Floats, own: Integers, people: Floats, outside: Floats, floor: int
) -> Floats:
    """Add to each person's own entry the `floor` - 2 largest others, as often as there are people.

    `entries` are rows of |H|, `own` is where each row's own entry stands and `people` how many each
    column counts; `outside` bounds the entries that are left out, and is taken as often as wanted.
    """
    lines = np.arange(len(entries))
    wanted = min(floor - 1, entries.shape[1])
    top = np.argpartition(-entries, wanted - 1, axis=1)[:, :wanted]
    values = np.take_along_axis(entries, top, axis=1)
    times = people[top] - (top == own[:, None])
    values = np.concatenate([values, outside[:, None]], axis=1)
    times = np.concatenate([times, np.full((len(entries), 1), float(floor))], axis=1)
    order = np.argsort(-values, axis=1)
    values, times = (np.take_along_axis(part, order, axis=1) for part in (values, times))
    before = np.cumsum(times, axis=1) - times
    used = np.clip(floor - 2 - before, 0, times)
    return np.asarray(entries[lines, own] + (values * used).sum(axis=1))
