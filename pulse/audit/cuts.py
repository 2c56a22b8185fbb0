"""Pairs of partitions: the fewest people that sums of both can isolate are a minimum cut.

Lay the blocks of two dimensions out as nodes and the people that two blocks share as the weight of
their edge. Adding the blocks of one dimension on one side of a cut and subtracting those of the
other leaves just the people on the edges cut (theorem: with two partitions nothing leaves fewer).
People who lie in one of the two only hang on a node of their own, which stands for "nobody".
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from pulse.audit import search
from pulse.audit.budget import Budget
from pulse.audit.report import Finding
from pulse.audit.system import Sums

ENGINE = "minimum cuts"
_FEWEST_SIDES = 2


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two partitions as columns of the sums; a kind that one lacks lies in its last part."""

    one: list[int]
    other: list[int]

    @property
    def columns(self) -> list[int]:
        return [*self.one, *self.other]


def pairs(published: Sums) -> int:
    """Count the pairs of partitions."""
    return sum(1 for _ in combinations(_partitions(published), 2))


def findings(published: Sums, floor: int, budget: Budget) -> Iterator[Finding]:
    """Cut every two partitions; what cuts fewer than `floor` people isolates them."""
    every = list(combinations(_partitions(published), 2))
    for at, (one, other) in enumerate(every):
        if budget.is_over:
            budget.undone.append(f"cut {at} of {len(every)} pairs of partitions")
            return
        pair = _Pair(one, other)
        side = narrow(_graph(published, pair), floor, budget)
        if side is not None:
            yield _finding(published, pair, side)


def _partitions(published: Sums) -> list[list[int]]:
    """Give the blocks of each dimension of each publication, where they share nobody."""
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for column, group in enumerate(published.groups):
        if group.is_block:
            found[group.source, group.dimension].append(column)
    most = {
        place: published.inside[:, columns].sum(axis=1).max(initial=0.0)
        for place, columns in found.items()
    }
    return [columns for place, columns in found.items() if most[place] <= 1]


def _graph(published: Sums, pair: _Pair) -> sparse.csr_array:
    """Give the weights between all blocks of both; the last node stands for "in no block"."""
    inside = published.inside[:, pair.columns]
    alone = 2 - np.asarray(inside.sum(axis=1)).ravel()
    with_nobody = sparse.csr_array(sparse.hstack([inside, sparse.csr_array(alone[:, None])]))
    # Whoever lies in neither touches no sum.
    people = np.where(alone < _FEWEST_SIDES, published.people, 0.0)
    shared = with_nobody.T @ sparse.diags_array(people) @ with_nobody
    return _between(sparse.csr_array(shared))


def narrow(weights: sparse.csr_array, floor: int, budget: Budget) -> NDArray[np.bool_] | None:
    """Give the nodes on one side of a cut of less than `floor` within a connected part, if any.

    Nodes that no such cut can separate are made one: those with an edge of `floor` or more between
    them, and those between which as much can flow.
    """
    part = np.arange(weights.shape[0])
    while True:
        part = _thick(weights, part, floor)
        merged = _merged(weights, part)
        ends = _ends(merged)
        if ends is None:
            return None
        if budget.is_over:
            budget.undone.append(f"{merged.shape[0]} parts of a graph were not cut")
            return None
        flow = csgraph.maximum_flow(sparse.csr_array(merged.astype(np.int32)), *ends)
        if flow.flow_value < floor:
            residual = sparse.csr_array(merged - flow.flow) > 0
            reached = csgraph.breadth_first_order(residual, ends[0], return_predecessors=False)
            return np.asarray(np.isin(part, reached))
        part = np.where(part == ends[1], ends[0], part)


def _thick(weights: sparse.csr_array, part: NDArray[np.intp], floor: int) -> NDArray[np.intp]:
    """Make parts one that share an edge of at least `floor`, until there is none."""
    while True:
        _, part = np.unique(part, return_inverse=True)
        merged = _merged(weights, part)
        count, joined = csgraph.connected_components(merged >= floor, directed=False)
        if count == merged.shape[0]:
            return part
        part = joined[part].astype(np.intp)


def _merged(weights: sparse.csr_array, part: NDArray[np.intp]) -> sparse.csr_array:
    size = int(part.max()) + 1
    into = sparse.csr_array((np.ones(len(part)), (np.arange(len(part)), part)), (len(part), size))
    return _between(sparse.csr_array(into.T @ weights @ into))


def _between(weights: sparse.csr_array) -> sparse.csr_array:
    """Take away what lies within a node."""
    left = sparse.csr_array(weights - sparse.diags_array(weights.diagonal()))
    left.eliminate_zeros()
    return left


def _ends(merged: sparse.csr_array) -> tuple[int, int] | None:
    """Choose the two heaviest nodes of one connected part; None where all are single."""
    _, parts = csgraph.connected_components(merged, directed=False)
    heavy = np.argsort(-np.asarray(merged.sum(axis=1)).ravel(), kind="stable")
    first: dict[int, int] = {}
    for node in heavy.tolist():
        before = first.setdefault(int(parts[node]), node)
        if before != node:
            return before, node
    return None


def _finding(published: Sums, pair: _Pair, side: NDArray[np.bool_]) -> Finding:
    """Add the blocks of one partition on the side without "nobody", and subtract the other's."""
    inside = ~side if side[-1] else side
    factors = np.zeros(len(published.groups))
    size = len(pair.one)
    factors[pair.one] = inside[:size]
    factors[pair.other] = -inside[size:-1].astype(float)
    touched = np.flatnonzero(published.inside @ factors)
    return search.finding(ENGINE, published, factors, touched)
