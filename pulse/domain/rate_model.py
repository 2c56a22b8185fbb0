"""The Poisson model of separations: how many, per time, beside numbers about the same groups.

    log E[separations] = log(person-years) + period + sum of coefficient * column

The effects of periods are concentrated out: for given coefficients they have a closed form, so a
panel of 5,000 groups and 130 periods needs no matrix of 130 columns more. That is the same
estimate and the same covariance as with a dummy for each period (checked against statsmodels in
`tests/domain/test_rate_model.py`; A. C. Cameron, P. K. Trivedi, Regression Analysis of Count
Data, 2nd ed. 2013, 9.4.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pulse.domain.errors import Invalid

Vector: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
_MOST_STEPS = 100
_FEWEST_GROUPS = 2
_CLOSE = 1e-10
# A number that varies by less than this share of itself varies by rounding only.
_CONSTANT = 1e-9
_NO_DIFFERENCE = "What is compared does not vary between groups and periods."


@dataclass(frozen=True, slots=True)
class Rows:
    """One row for each group and period: separations over person-years.

    `group` and `period` number them from 0; `columns` has a row for each row and a column for each
    number that separations are looked at beside.
    """

    separations: Vector
    person_years: Vector
    group: Codes
    period: Codes
    columns: Vector


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients on the log scale, and what is known of their precision.

    `clustered` and `quasi` are covariances: by group (with the correction for few of them), and
    of the model, widened by the `dispersion` where that is above 1. `df` is groups less one.
    """

    estimate: Vector
    clustered: Vector
    quasi: Vector
    dispersion: float
    df: int
    rows: int
    expected: Vector

    def standard_error(self, weights: Sequence[float]) -> float:
        """Give that of a sum of coefficients: the larger of both, since each can be too small.

        Clustered errors are too small for few groups, those of the model where groups differ.
        """
        times = np.array(weights, dtype=np.float64)
        return float(np.sqrt(max(times @ self.clustered @ times, times @ self.quasi @ times)))

    def value(self, weights: Sequence[float]) -> float:
        """Give a sum of coefficients."""
        return float(np.array(weights) @ self.estimate)

    def p(self, weights: Sequence[float]) -> float:
        """Give the two-sided p-value of a sum of coefficients against 0, by Student's t."""
        error = self.standard_error(weights)
        return float(2 * stats.t.sf(abs(self.value(weights)) / error, self.df))

    def interval(self, weights: Sequence[float], looks: int = 1) -> tuple[float, float]:
        """Give the 95 % interval; over several looks all of them together have that."""
        times = float(stats.t.isf(0.025 / looks, self.df))
        half = times * self.standard_error(weights)
        return self.value(weights) - half, self.value(weights) + half


def fit(rows: Rows) -> Fit:
    """Fit the model by Newton's steps.

    Raises Invalid where the columns cannot be told apart or there is nothing to fit.
    """
    rows = _used(rows)
    many, width = rows.columns.shape
    groups = len(np.unique(rows.group))
    free = many - width - len(np.unique(rows.period))
    if free <= 0 or groups < _FEWEST_GROUPS:
        raise Invalid("There are too few groups and periods for this model.", "panel")
    estimate = _estimated(rows)
    expected, centred = _at(rows, estimate)
    inverse = _solved(_information(expected, centred), np.eye(width))
    left = rows.separations - expected
    dispersion = float((left**2 / expected).sum() / free)
    scores = np.zeros((int(rows.group.max()) + 1, width))
    np.add.at(scores, rows.group, centred * left[:, None])
    correction = groups / (groups - 1) * (many - 1) / free
    return Fit(
        estimate,
        correction * inverse @ (scores.T @ scores) @ inverse,
        max(dispersion, 1.0) * inverse,
        dispersion,
        groups - 1,
        many,
        expected,
    )


def _estimated(rows: Rows) -> Vector:
    """Take Newton's steps until they are nothing. Raises Invalid where they lead nowhere."""
    spread = rows.columns.std(axis=0)
    if (spread <= _CONSTANT * np.maximum(1, np.abs(rows.columns.mean(axis=0)))).any():
        raise Invalid(_NO_DIFFERENCE, "panel")
    estimate = np.zeros(rows.columns.shape[1])
    for _ in range(_MOST_STEPS):
        expected, centred = _at(rows, estimate)
        score = centred.T @ (rows.separations - expected)
        step = _solved(_information(expected, centred), score)
        # A step that is too long would make numbers of people without end.
        step *= min(1.0, 5.0 / max(np.abs(step).max(), _CLOSE))
        estimate = estimate + step
        if np.abs(step).max() < _CLOSE:
            return estimate
    # Where one side of a number never separates, its coefficient would grow for ever.
    raise Invalid("What is compared goes apart without end in these few separations.", "panel")


def _used(rows: Rows) -> Rows:
    """Leave out periods in which nobody separated: they say nothing about differences."""
    total = np.bincount(rows.period, rows.separations)
    if total.any() and total.all():
        return rows
    kept = total[rows.period] > 0
    if not kept.any():
        raise Invalid("Nobody separated in the periods that can be used.", "panel")
    return Rows(
        rows.separations[kept],
        rows.person_years[kept],
        np.unique(rows.group[kept], return_inverse=True)[1],
        np.unique(rows.period[kept], return_inverse=True)[1],
        rows.columns[kept],
    )


def _at(rows: Rows, estimate: Vector) -> tuple[Vector, Vector]:
    """Give what is expected in each row, and the columns less their mean of the period."""
    before = rows.person_years * np.exp(rows.columns @ estimate)
    found = np.bincount(rows.period, rows.separations)
    expected = before * (found / np.bincount(rows.period, before))[rows.period]
    mean = np.column_stack(
        [np.bincount(rows.period, expected * column) / found for column in rows.columns.T]
    )
    return expected, rows.columns - mean[rows.period]


def _information(expected: Vector, centred: Vector) -> Vector:
    return np.asarray(centred.T @ (expected[:, None] * centred))


def _solved(information: Vector, right: Vector) -> Vector:
    scale = np.sqrt(np.diag(information))
    if not (np.isfinite(information).all() and scale.all()):
        raise Invalid(_NO_DIFFERENCE, "panel")
    if np.linalg.cond(information / np.outer(scale, scale)) > 1 / _CLOSE:
        raise Invalid(_NO_DIFFERENCE, "panel")
    return np.asarray(np.linalg.solve(information, right))
