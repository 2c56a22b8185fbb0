"""Kaplan and Meier's curve (1958): which share of a group is still there after each whole month.

Who is observed only from some month on counts from then on, and not before (left truncation). The
curve begins with the first whole month at which enough people are under observation, and ends
before the first moment at which too few are. Loaded by the worker and the command line only.
"""

from collections.abc import Sequence
from math import exp, isfinite, log

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from pulse.domain.consented import FEWEST_AT_RISK, Curve, Row, Step, large

_Z = float(stats.norm.isf(0.025))
Vector = NDArray[np.float64]


def curve(group: str, rows: Sequence[Row]) -> Curve | None:
    """Give the curve of a group; None where too little of it can be observed."""
    start = _start(rows)
    if start is None:
        return None
    observed = [row for row in rows if row.months > start]
    if not large(observed):
        return None
    months = np.array([row.months for row in observed])
    entry = np.array([max(row.entry, float(start)) for row in observed])
    left = np.array([row.left for row in observed], dtype=np.float64)
    steps = tuple(_steps(start, months, entry, left))
    return Curve(group, len(observed), int(left.sum()), steps)


def _start(rows: Sequence[Row]) -> int | None:
    """Find the first whole month with enough people under observation at its end."""
    entry = np.array([row.entry for row in rows])
    months = np.array([row.months for row in rows])
    for month in range(int(months.max()) + 1):
        if np.sum((entry <= month) & (months > month)) >= FEWEST_AT_RISK:
            return month
    return None


def _steps(start: int, months: Vector, entry: Vector, left: Vector) -> list[Step]:
    found = SurvfuncRight(months, left, entry=entry)
    few = found.surv_times[found.n_risk < FEWEST_AT_RISK]
    end = float(few.min()) if len(few) else np.inf
    steps = [Step(start, int(np.sum(entry <= start)), 1.0, 0.0)]
    for month in range(start + 1, int(months.max()) + 1):
        at_risk = int(np.sum((entry < month) & (months >= month)))
        if at_risk < FEWEST_AT_RISK or month >= end:
            break
        last = int(np.searchsorted(found.surv_times, month, side="right")) - 1
        if last < 0:
            steps.append(Step(month, at_risk, 1.0, 0.0))
        else:
            stayed, error = float(found.surv_prob[last]), float(found.surv_prob_se[last])
            steps.append(_step(month, at_risk, stayed, error))
    return steps


def _step(month: int, at_risk: int, stayed: float, error: float) -> Step:
    """Add the interval that is symmetric for log(-log) of the share, which keeps it within 0 to 1.

    A share of nothing or of everybody has none.
    """
    if not (0 < stayed < 1 and isfinite(error)):
        return Step(month, at_risk, stayed, 0.0)
    half = _Z * error / (stayed * abs(log(stayed)))
    return Step(month, at_risk, stayed, error, stayed ** exp(half), stayed ** exp(-half))
