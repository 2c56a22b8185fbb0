"""Whether a ratio of Cox's model stays the same however long people have served.

Grambsch and Therneau (1994): Schoenfeld's residuals, one for each leaver, must not go with the
time at which people leave. Time is measured by the share that has left by then, as R does by
default. The statistic is that of lifelines; newer versions of R have a slightly different one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.duration.survfunc import SurvfuncRight

Vector = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Observed:
    """People in arrays: months served, who left, months at entry, and a column for each term."""

    months: Vector
    left: Flags
    entry: Vector
    columns: Vector


@dataclass(frozen=True, slots=True)
class _Risk:
    """People sorted by a moment, to add up what is at risk from some moment on."""

    moments: Vector
    sums: Vector

    def from_on(self, moments: Vector) -> Vector:
        """Sum over everybody whose moment is not before each of these."""
        return np.asarray(self.sums[np.searchsorted(self.moments, moments)])


def statistics(
    observed: Observed, estimate: Vector, covariance: Vector, at: Vector | None = None
) -> Vector:
    """Give a chi-squared with one degree of freedom for each column.

    `at` replaces the share that has left: a number for each leaver, in the order of `residuals`.
    """
    when, found = residuals(observed, estimate)
    time = gone_by(observed, when) if at is None else at
    apart = time - time.mean()
    scaled = len(when) * found @ covariance
    spread = len(when) * np.diag(covariance) * (apart**2).sum()
    return np.asarray((apart @ scaled) ** 2 / np.where(spread > 0, spread, np.inf))


def gone_by(observed: Observed, moments: Vector) -> Vector:
    """Give the share that has left by each of these moments, at which somebody left."""
    found = SurvfuncRight(observed.months, observed.left.astype(np.float64), entry=observed.entry)
    return np.asarray(1 - found.surv_prob[np.searchsorted(found.surv_times, moments)])


def residuals(observed: Observed, estimate: Vector) -> tuple[Vector, Vector]:
    """Give when each leaver left, in order, and their columns less those expected at that moment.

    What is expected is the mean over everybody at risk, weighted by how often such people leave,
    and by Efron's rule for leavers of the same moment. Over all leavers they sum to nothing.
    """
    order = np.argsort(observed.months[observed.left], kind="stable")
    when = observed.months[observed.left][order]
    columns = observed.columns[observed.left][order]
    linear = observed.columns @ estimate
    weight = np.exp(linear - linear.max())
    weighted = np.column_stack([weight, weight[:, None] * observed.columns])
    moments, first, count = np.unique(when, return_index=True, return_counts=True)
    there = _sums(observed.months, weighted).from_on(moments)
    # Whoever enters at this very moment, or after it, is not at risk yet.
    there -= _sums(observed.entry, weighted).from_on(moments)
    leaving = np.add.reduceat(weighted[observed.left][order], first)
    expected = np.empty((len(moments), columns.shape[1]))
    for place, many in enumerate(count):
        parts = there[place] - np.outer(np.arange(many) / many, leaving[place])
        expected[place] = (parts[:, 1:] / parts[:, :1]).mean(axis=0)
    return when, columns - np.repeat(expected, count, axis=0)


def _sums(moments: Vector, weighted: Vector) -> _Risk:
    order = np.argsort(moments, kind="stable")
    downwards = np.cumsum(weighted[order][::-1], axis=0)[::-1]
    return _Risk(moments[order], np.vstack([downwards, np.zeros(weighted.shape[1])]))
