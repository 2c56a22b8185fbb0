"""The one way to a linear programme: sparse rows in, a solution out, and a limit of time."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

Vector: TypeAlias = NDArray[np.float64]
_OUT_OF_TIME = 1
_LEAST_SECONDS = 0.1


class OutOfTimeError(Exception):
    """The time was over before there was an answer."""


class NoneFitsError(Exception):
    """No values fulfil all the rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What must hold: `matrix` times the values equals `right`, or is at most that."""

    matrix: sparse.csr_array
    right: Vector
    equal: bool = False


def least(cost: Vector, rows: Rows, ranges: tuple[Vector, Vector], seconds: float) -> Vector:
    """Give values of least cost between the ends of their ranges (HiGHS).

    Raises NoneFitsError and OutOfTimeError.
    """
    which = ("A_eq", "b_eq") if rows.equal else ("A_ub", "b_ub")
    # The stubs know only dense matrices; HiGHS takes sparse ones.
    found = optimize.linprog(  # type: ignore[call-overload]
        cost,
        **dict(zip(which, (rows.matrix, rows.right), strict=True)),
        bounds=np.column_stack(ranges),
        options={"time_limit": max(_LEAST_SECONDS, seconds)},
    )
    if found.status == _OUT_OF_TIME:
        raise OutOfTimeError
    if found.status != 0:
        raise NoneFitsError
    return np.asarray(found.x)
