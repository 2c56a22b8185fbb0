"""Looks for combinations of published sums that touch fewer people than the floor.

First the certificate: with H the projection onto the span of the groups' indicators over people,
no set T of fewer than `floor` people carries a combination of its own if each person's row of |H|,
added up over T, stays below 1 (Gershgorin). Where that proves nothing, a mixed-integer programme
looks for the combination that touches the fewest people, and prints it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from pulse.audit.files import Group
from pulse.audit.report import Finding

ENGINE = "combinations"
PROVEN = 1 - 1e-6
_LARGEST_FACTOR = 20.0
_CHUNK = 256
_NOTHING = 1e-6
_SEARCHED = 5
Matrix: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sums:
    """Groups over kinds of people: a row for each kind, `people` how many there are of it."""

    groups: Sequence[Group]
    kinds: Sequence[str]
    inside: Matrix
    people: Matrix


def row_sums(published: Sums, floor: int) -> Matrix:
    """Give for each kind the largest sum of its row of |H| over fewer than `floor` people."""
    weighted = np.sqrt(published.people)[:, None] * published.inside
    left, sizes, _ = np.linalg.svd(weighted, full_matrices=False)
    basis = left[:, sizes > sizes[0] * 1e-10] / np.sqrt(published.people)[:, None]
    sums = np.empty(len(basis))
    for start in range(0, len(basis), _CHUNK):
        rows = np.abs(basis[start : start + _CHUNK] @ basis.T)
        for at, row in enumerate(rows, start):
            sums[at] = _largest(row, published.people, at, floor)
    return sums


def _largest(row: Matrix, people: Matrix, own: int, floor: int) -> float:
    """Add the `floor` - 2 largest entries of other people to a person's own."""
    total, left = float(row[own]), floor - 2
    few = np.argpartition(-row, min(floor, len(row)) - 1)[:floor]
    for at in few[np.argsort(-row[few])]:
        used = min(left, int(people[at]) - (1 if at == own else 0))
        total, left = total + used * float(row[at]), left - used
    return total


def findings(published: Sums, floor: int) -> Iterator[Finding]:
    """Look for combinations around the people for whom the certificate proves nothing."""
    if not len(published.people) or not published.groups:
        return
    sums = row_sums(published, floor)
    doubtful = [int(at) for at in np.argsort(-sums) if sums[at] >= PROVEN]
    told: set[int] = set()
    for at in doubtful[:_SEARCHED]:
        factors = fewest(published, at)
        touched = np.flatnonzero(np.abs(published.inside @ factors) > _NOTHING)
        people = int(published.people[touched].sum())
        if 0 < people < floor and not told & set(touched.tolist()):
            told.update(touched.tolist())
            yield _finding(published, simplest(published, at, touched), touched, people)


def fewest(published: Sums, at: int) -> Matrix:
    """Find the combination that touches one kind of people and the fewest besides (MILP, HiGHS)."""
    kinds, groups = published.inside.shape
    big = _LARGEST_FACTOR * groups
    cost = np.concatenate([np.zeros(groups), published.people])
    switch = sparse.diags_array(np.full(kinds, big))
    inside = sparse.csr_array(published.inside)
    below = sparse.hstack([inside, -switch])
    above = sparse.hstack([inside, switch])
    touches = np.concatenate([published.inside[at], np.zeros(kinds)])[None, :]
    found = optimize.milp(
        cost,
        constraints=[
            optimize.LinearConstraint(below, -np.inf, 0),
            optimize.LinearConstraint(above, 0, np.inf),
            optimize.LinearConstraint(touches, 1, 1),
        ],
        integrality=np.concatenate([np.zeros(groups), np.ones(kinds)]),
        bounds=optimize.Bounds(
            np.concatenate([np.full(groups, -_LARGEST_FACTOR), np.zeros(kinds)]),
            np.concatenate([np.full(groups, _LARGEST_FACTOR), np.ones(kinds)]),
        ),
    )
    return np.zeros(groups) if found.x is None else np.asarray(found.x[:groups])


def simplest(published: Sums, at: int, touched: NDArray[np.intp]) -> Matrix:
    """Give the combination with the smallest factors that touches no others: one to be read."""
    inside = published.inside
    others = np.setdiff1d(np.arange(len(inside)), touched)
    nothing_else = np.concatenate([inside[others], inside[[at]]])
    found = optimize.linprog(
        np.ones(2 * inside.shape[1]),
        A_eq=np.hstack([nothing_else, -nothing_else]),
        b_eq=np.concatenate([np.zeros(len(others)), [1.0]]),
    )
    ahead, back = np.split(np.asarray(found.x), 2)
    return np.asarray(ahead - back)


def _finding(published: Sums, factors: Matrix, touched: NDArray[np.intp], people: int) -> Finding:
    used = [
        (factor, group)
        for factor, group in zip(factors, published.groups, strict=True)
        if abs(factor) > _NOTHING
    ]
    sum_of = " ".join(f"{factor:+.3g} x “{group.name}”" for factor, group in used)
    whom = "; ".join(published.kinds[at] for at in touched)
    return Finding(
        ENGINE,
        f"{sum_of} is the sum of {people} {'person' if people == 1 else 'people'} ({whom})",
        people,
        tuple(f"{group.dimension}:{group.code} n={group.n}" for _, group in used),
    )
