"""Looks for combinations of published sums that touch fewer people than the floor, and prints them.

The certificate comes first. For each kind of people for whom it proves nothing, a linear programme
looks for a light combination, and if that touches too many, a mixed-integer one for any that
touches few; its "there is none" is a proof for factors up to the largest one.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from pulse.audit import solver
from pulse.audit.budget import Budget
from pulse.audit.linear import Matrix, unproven
from pulse.audit.report import Finding
from pulse.audit.solver import NoneFitsError, OutOfTimeError
from pulse.audit.system import Sums

ENGINE = "combinations"
STARTS = 400
_LARGEST_FACTOR = 20.0
_NOTHING = 1e-6
_TOLD = 5
_NAMED = 12
# Seconds for writing down a combination that is known to exist.
_A_WITNESS = 60.0


def findings(published: Sums, floor: int, budget: Budget) -> Iterator[Finding]:
    """Look around the people for whom the certificate proves nothing, the riskiest first."""
    if not len(published.people) or not published.groups:
        return
    doubtful = unproven(published, floor, budget.part(0.5))
    told: set[int] = set()
    found = 0
    for tried, at in enumerate(doubtful):
        if at in told:
            continue
        if budget.is_over or tried >= STARTS or found >= _TOLD:
            words = f"searched from the {tried} riskiest of {len(doubtful)} starting points"
            budget.undone.append(words)
            return
        touched = few(published, at, floor, budget)
        if touched is not None:
            told.update(touched.tolist())
            found += 1
            yield finding(ENGINE, published, simplest(published, at, touched), touched)


def few(published: Sums, at: int, floor: int, budget: Budget) -> NDArray[np.intp] | None:
    """Give kinds of fewer than `floor` people, one of them `at`, that a combination touches."""
    if published.people[at] >= floor:
        return None
    for search in (_lightest, _fewest):
        factors = search(published, at, floor, budget)
        if factors is None:
            continue
        touched = np.flatnonzero(np.abs(published.inside @ factors) > _NOTHING)
        if at in touched and 0 < published.people[touched].sum() < floor:
            return touched
    return None


def _lightest(published: Sums, at: int, floor: int, budget: Budget) -> Matrix | None:
    """Minimise the absolute values over all people: what is light mostly touches few (LP)."""
    del floor
    kinds, groups = published.inside.shape
    inside = published.inside
    # inside @ factors = above - below, and it is 1 for the kind from which the search starts.
    same = sparse.hstack([inside, -sparse.eye_array(kinds), sparse.eye_array(kinds)])
    fixed = sparse.hstack([inside[[at]], sparse.csr_array((1, 2 * kinds))])
    rows = solver.Rows(
        sparse.csr_array(sparse.vstack([same, fixed])),
        np.concatenate([np.zeros(kinds), [1.0]]),
        equal=True,
    )
    cost = np.concatenate([np.zeros(groups), published.people, published.people])
    low = np.concatenate([np.full(groups, -np.inf), np.zeros(2 * kinds)])
    try:
        found = solver.least(cost, rows, (low, np.full(len(low), np.inf)), budget.left)
    except (NoneFitsError, OutOfTimeError):
        return None
    return _rounded(found[:groups])


def _fewest(published: Sums, at: int, floor: int, budget: Budget) -> Matrix | None:
    """Find a combination that touches one kind and fewer than `floor` people (MILP, HiGHS)."""
    kinds, groups = published.inside.shape
    inside = published.inside
    # A kind in three groups cannot be touched by more than three of the largest factors.
    most = _LARGEST_FACTOR * np.asarray(inside.sum(axis=1)).ravel()
    switch = sparse.diags_array(most)
    weight = np.concatenate([np.zeros(groups), published.people])
    touches = sparse.hstack([inside[[at]], sparse.csr_array((1, kinds))])
    found = optimize.milp(
        weight,
        constraints=[
            optimize.LinearConstraint(sparse.hstack([inside, -switch]), -np.inf, 0),
            optimize.LinearConstraint(sparse.hstack([inside, switch]), 0, np.inf),
            optimize.LinearConstraint(touches, 1, 1),
            optimize.LinearConstraint(weight[None, :], 0, floor - 1),
        ],
        integrality=np.concatenate([np.zeros(groups), np.ones(kinds)]),
        bounds=optimize.Bounds(
            np.concatenate([np.full(groups, -_LARGEST_FACTOR), np.zeros(kinds)]),
            np.concatenate([np.full(groups, _LARGEST_FACTOR), np.ones(kinds)]),
        ),
        options={"time_limit": max(1.0, budget.left)},
    )
    if found.x is None and found.status == 1:
        budget.undone.append(f"no answer in time around {published.kinds[at]}")
    if found.x is None:
        return None
    chosen = np.flatnonzero(np.asarray(found.x[groups:]) > 1 / 2)
    return simplest(published, at, chosen)


def simplest(published: Sums, at: int, touched: NDArray[np.intp]) -> Matrix:
    """Give the combination with the smallest factors that touches no others: one to be read."""
    inside = published.inside
    others = np.setdiff1d(np.arange(inside.shape[0]), touched)
    nothing_else = sparse.vstack([inside[others], inside[[at]]])
    both = sparse.csr_array(sparse.hstack([nothing_else, -nothing_else]))
    rows = solver.Rows(both, np.concatenate([np.zeros(len(others)), [1.0]]), equal=True)
    size = 2 * inside.shape[1]
    ranges = (np.zeros(size), np.full(size, np.inf))
    try:
        found = solver.least(np.ones(size), rows, ranges, _A_WITNESS)
    except (NoneFitsError, OutOfTimeError):
        return np.zeros(inside.shape[1])
    ahead, back = np.split(found, 2)
    return _rounded(np.asarray(ahead - back))


def _rounded(factors: Matrix) -> Matrix:
    """Take away what the solver left of rounding: factors of witnesses are plain fractions."""
    return np.where(np.abs(factors) < _NOTHING, 0.0, np.round(factors, 9))


def witness(published: Sums, factors: Matrix) -> str:
    """Write a combination as people read it: “A” + “B” - “C”."""
    order = np.argsort(-factors, kind="stable").tolist()
    used = [at for at in order if abs(factors[at]) > _NOTHING]
    parts = [_part(float(factors[at]), published.groups[at].name) for at in used[:_NAMED]]
    more = f" and {len(used) - _NAMED} more" if len(used) > _NAMED else ""
    return " ".join(parts).removeprefix("+ ") + more


def _part(factor: float, name: str) -> str:
    size = abs(factor)
    times = "" if abs(size - 1) < _NOTHING else f"{size:.3g} x "
    return f"{'-' if factor < 0 else '+'} {times}“{name}”"


def finding(engine: str, published: Sums, factors: Matrix, touched: NDArray[np.intp]) -> Finding:
    """Tell of a combination: its witness, how many people that is, and the cells used."""
    people = int(published.people[touched].sum())
    used = [published.groups[at] for at in np.flatnonzero(np.abs(factors) > _NOTHING).tolist()]
    whom = "; ".join(published.kinds[at] for at in touched)
    count = f"{people} {'person' if people == 1 else 'people'}"
    return Finding(
        engine,
        f"{witness(published, factors)} = {count} ({whom})",
        people,
        tuple(group.line for group in used),
        tuple(dict.fromkeys(group.dimension for group in used)),
    )
