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
from scipy import linalg, sparse

from pulse.domain.joint import Joint

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Bound:
    """The largest row sum, and the labels of somebody who has it. Below 1 nobody is isolated."""

    value: float
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """People with the same block in every dimension: `at` are their blocks, `people` how many."""

    at: Integers
    people: Floats
    labels: Sequence[tuple[str, ...]]
    blocks: int


def bound(joint: Joint, block_of: Mapping[str, Mapping[str, str]], floor: int) -> Bound:
    """Bound how far published groups come to isolating fewer than `floor` people.

    `block_of` gives the block of each label, by dimension. The value may be larger than the largest
    row sum, and never smaller; exact row sums are taken only where the quick bound proves nothing.
    """
    if not block_of or not joint.total:
        return Bound(0.0, ())
    cells = _cells(joint, block_of)
    spread = sparse.csr_array(
        (
            np.ones(cells.at.size),
            cells.at.ravel(),
            np.arange(0, cells.at.size + 1, cells.at.shape[1]),
        ),
        shape=(len(cells.people), cells.blocks),
    )
    gram = (spread.T @ sparse.diags_array(cells.people) @ spread).toarray()
    inverse: Floats = np.asarray(linalg.pinvh(gram), dtype=np.float64)
    sums = _quick(cells, inverse, floor)
    open_rows = np.flatnonzero(sums >= 1)
    for start in range(0, len(open_rows), _CHUNK):
        rows = open_rows[start : start + _CHUNK]
        sums[rows] = _exact(cells, inverse, rows, floor)
    worst = int(np.argmax(sums))
    return Bound(float(sums[worst]), cells.labels[worst])


def _cells(joint: Joint, block_of: Mapping[str, Mapping[str, str]]) -> _Cells:
    """Give every block a number, and put people together who share all of them."""
    keys = [key for key in joint.keys if key in block_of]
    places = [joint.keys.index(key) for key in keys]
    numbers: dict[tuple[str, str], int] = {}
    found: dict[tuple[int, ...], int] = {}
    labels_of: dict[tuple[int, ...], tuple[str, ...]] = {}
    for labels, people in joint.counts.items():
        if people:
            at = tuple(
                numbers.setdefault((key, block_of[key][labels[place]]), len(numbers))
                for key, place in zip(keys, places, strict=True)
            )
            found[at] = found.get(at, 0) + people
            labels_of.setdefault(at, labels)
    order = sorted(found)
    return _Cells(
        np.array(order, dtype=np.int64),
        np.array([found[at] for at in order], dtype=np.float64),
        [labels_of[at] for at in order],
        len(numbers),
    )


def _quick(cells: _Cells, inverse: Floats, floor: int) -> Floats:
    """Bound every row sum: exact within a cell's first block, and by the largest entry outside."""
    sums = np.empty(len(cells.people))
    dimensions = [np.unique(cells.at[:, place]) for place in range(cells.at.shape[1])]
    starts = np.flatnonzero(np.diff(cells.at[:, 0], prepend=-1))
    for rows in np.split(np.arange(len(cells.people)), starts[1:]):
        near = _gathered(cells.at[rows], inverse) @ _membership(cells.at[rows], cells.blocks)
        far = _farthest(_gathered(cells.at[rows], inverse), dimensions, cells.at[rows[0], 0])
        sums[rows] = _row_sums(near, cells.people[rows], far, floor)
    return sums


def _gathered(at: Integers, inverse: Floats) -> Floats:
    """Give for each cell the sum of the rows of its blocks."""
    rows: Floats = inverse[at[:, 0]]
    for place in range(1, at.shape[1]):
        rows = rows + inverse[at[:, place]]
    return rows


def _membership(at: Integers, blocks: int) -> Floats:
    found = np.zeros((blocks, len(at)))
    for place in range(at.shape[1]):
        found[at[:, place], np.arange(len(at))] += 1
    return found


def _farthest(rows: Floats, dimensions: Sequence[Integers], own: int) -> Floats:
    """Bound the entries outside the own block of the first dimension, by absolute value."""
    highest = np.zeros(len(rows))
    lowest = np.zeros(len(rows))
    for place, blocks in enumerate(dimensions):
        others = blocks[blocks != own] if place == 0 else blocks
        if len(others):
            highest += rows[:, others].max(axis=1)
            lowest += rows[:, others].min(axis=1)
    return np.asarray(np.maximum(np.abs(highest), np.abs(lowest)))


def _exact(cells: _Cells, inverse: Floats, rows: Integers, floor: int) -> Floats:
    gathered = _gathered(cells.at[rows], inverse)
    entries = gathered[:, cells.at[:, 0]]
    for place in range(1, cells.at.shape[1]):
        entries = entries + gathered[:, cells.at[:, place]]
    # Everybody is among the entries, so nothing is left outside them.
    return _row_sums(entries, cells.people, np.zeros(len(rows)), floor, own=rows)


def _row_sums(
    entries: Floats, people: Floats, outside: Floats, floor: int, own: Integers | None = None
) -> Floats:
    """Add to each person's own entry the `floor` - 2 largest others, as often as there are people.

    `entries` is cells x cells of a part; `outside` may be taken as often as wanted.
    """
    here = np.arange(len(entries)) if own is None else own
    lines = np.arange(len(entries))
    sizes = np.abs(entries)
    mine = sizes[lines, here]
    wanted = min(floor - 1, sizes.shape[1])
    top = np.argpartition(-sizes, wanted - 1, axis=1)[:, :wanted]
    values = np.take_along_axis(sizes, top, axis=1)
    times = people[top] - (top == here[:, None])
    values = np.concatenate([values, outside[:, None]], axis=1)
    times = np.concatenate([times, np.full((len(entries), 1), float(floor))], axis=1)
    order = np.argsort(-values, axis=1)
    values, times = (np.take_along_axis(part, order, axis=1) for part in (values, times))
    before = np.cumsum(times, axis=1) - times
    used = np.clip(floor - 2 - before, 0, times)
    return np.asarray(mine + (values * used).sum(axis=1))
