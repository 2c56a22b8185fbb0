"""The certificate: for whom it is proven that no combination of published sums touches only few.

With H the projection onto the span of the groups' indicators over people, no set of fewer than
`floor` people carries a combination of its own if each person's row of |H|, added up over the set,
stays below 1 (Gershgorin). H is never written down as a whole: its diagonal comes first, and by
H = H² a row has squares that add up to its diagonal entry, which bounds most rows at once.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from pulse.audit.budget import Budget
from pulse.audit.system import Sums

PROVEN = 1 - 1e-6
_DEPENDENT = 1e-9
_CHUNK = 256
Matrix: TypeAlias = NDArray[np.float64]


def unproven(published: Sums, floor: int, budget: Budget) -> list[int]:
    """Give the kinds of people for whom nothing is proven, the riskiest first.

    Where the time is over, those whose row was not looked at are among them.
    """
    basis, inverse = _basis(published)
    own = np.clip(_diagonal(basis, inverse), 0.0, 1.0)
    # By Cauchy and Schwarz no floor - 2 others of a row add up to more than this.
    bound = own + np.sqrt(max(0, floor - 2) * own * (1 - own))
    doubtful = np.flatnonzero(bound >= PROVEN)
    doubtful = doubtful[np.argsort(-own[doubtful])]
    sums = dict(_row_sums((inverse, basis), published.people, doubtful, (floor, budget)))
    missing = len(doubtful) - len(sums)
    if missing:
        budget.undone.append(
            f"the certificate looked at {len(sums)} of {len(doubtful)} kinds of people in doubt"
        )
    found = [int(at) for at in doubtful if sums.get(int(at), np.inf) >= PROVEN]
    return sorted(found, key=lambda at: -sums.get(at, 0.0))


def _basis(published: Sums) -> tuple[sparse.csr_array, Matrix]:
    """Choose groups that span all the others (pivoted Cholesky), and invert their Gram matrix.

    Each is divided by the root of its size, so that 1 stands on the diagonal.
    """
    weighted = sparse.diags_array(published.people) @ published.inside
    gram = (published.inside.T @ weighted).toarray()
    sizes = np.sqrt(np.maximum(np.diagonal(gram), 1.0))
    scaled = gram / sizes[:, None] / sizes[None, :]
    _, pivots, rank, _ = lapack.dpstrf(scaled, tol=_DEPENDENT)
    chosen = np.sort(pivots[:rank] - 1)
    basis = sparse.csr_array(published.inside[:, chosen] @ sparse.diags_array(1 / sizes[chosen]))
    return basis, np.linalg.inv(scaled[np.ix_(chosen, chosen)])


def _diagonal(basis: sparse.csr_array, inverse: Matrix) -> Matrix:
    """Give the own entry of each, some rows at a time: kinds by groups would be a huge matrix."""
    parts = [
        np.asarray(some.multiply(some @ inverse).sum(axis=1)).ravel()
        for some in (basis[at : at + _CHUNK] for at in range(0, basis.shape[0], _CHUNK))
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _row_sums(
    projection: tuple[Matrix, sparse.csr_array],
    people: Matrix,
    doubtful: NDArray[np.intp],
    limits: tuple[int, Budget],
) -> Iterator[tuple[int, float]]:
    """Add up, for each kind, the largest entries of its row over fewer than `floor` people."""
    inverse, basis = projection
    floor, budget = limits
    for start in range(0, len(doubtful), _CHUNK):
        if budget.is_over:
            return
        chunk = doubtful[start : start + _CHUNK]
        rows = np.abs(np.asarray(basis @ (basis[chunk] @ inverse).T)).T
        for at, row in zip(chunk.tolist(), rows, strict=True):
            yield at, _largest(row, people, at, floor)


def _largest(row: Matrix, people: Matrix, own: int, floor: int) -> float:
    """Add the `floor` - 2 largest entries of other people to a person's own."""
    total, left = float(row[own]), floor - 2
    few = np.argpartition(-row, min(floor, len(row)) - 1)[:floor]
    for at in few[np.argsort(-row[few])]:
        used = min(left, int(people[at]) - (1 if at == own else 0))
        total, left = total + used * float(row[at]), left - used
    return total
