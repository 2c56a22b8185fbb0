"""Cox's model (1972): how many times as often people leave, with all columns in it at once.

Ties are Efron's, as people leave in whole months. Whoever is observed from some month on is
compared from the moment after it. Loaded by the worker and the command line only.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from pulse.domain import steadiness
from pulse.domain.consented import ConsentedFile, Hazard, Term, terms
from pulse.domain.errors import Invalid
from pulse.domain.steadiness import Observed

Vector = NDArray[np.float64]
_Z = float(stats.norm.isf(0.025))
UNSTEADY = 0.05
# A ratio per standard deviation beyond exp(8) is no finding: something parts leavers from others.
_ENDLESS = 8.0
_ALIKE = "Columns say the same, or part all who left from all who stayed; leave one of them out."


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients on the log scale with their covariance."""

    estimate: Vector
    covariance: Vector

    @property
    def standard_error(self) -> Vector:
        return np.sqrt(np.diag(self.covariance))


def hazards(file: ConsentedFile) -> tuple[Hazard, ...]:
    """Give the ratio of each term; none where there is nothing to compare.

    Raises Invalid where there are too few leavers or the columns cannot be told apart.
    """
    compared = terms(file)
    if not compared:
        return ()
    observed = observe(file, compared)
    found = fit(observed)
    p = stats.chi2.sf(steadiness.statistics(observed, found.estimate, found.covariance), 1)
    half = _Z * found.standard_error
    ends = np.exp(found.estimate), np.exp(found.estimate - half), np.exp(found.estimate + half)
    return tuple(
        Hazard(term.name, float(ratio), float(low), float(high), bool(one >= UNSTEADY))
        for term, ratio, low, high, one in zip(compared, *ends, p, strict=True)
    )


def observe(file: ConsentedFile, compared: Sequence[Term]) -> Observed:
    """Bring a file into arrays, with a column for each term."""
    rows = file.rows
    return Observed(
        np.array([row.months for row in rows]),
        np.array([row.left for row in rows], dtype=np.bool_),
        np.array([row.entry for row in rows]),
        np.array([[term.value(row) for term in compared] for row in rows]),
    )


def fit(observed: Observed) -> Fit:
    """Fit the model. Raises Invalid where it has no one answer."""
    scale = observed.columns.std(axis=0)
    # statsmodels takes somebody for present at the very moment of entering; a moment later, then.
    entry = np.nextafter(observed.entry, np.inf)
    # Whoever comes after the last leaver is beside nobody, and statsmodels has no place for them.
    used = entry <= observed.months[observed.left].max()
    columns = (observed.columns - observed.columns.mean(axis=0)) / scale
    if np.linalg.matrix_rank(columns[used]) < columns.shape[1]:
        raise Invalid(_ALIKE)
    model = PHReg(
        observed.months[used],
        columns[used],
        status=observed.left[used].astype(np.float64),
        entry=entry[used],
        ties="efron",
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = model.fit()
            covariance = np.asarray(found.cov_params())
    except (ArithmeticError, Warning, np.linalg.LinAlgError) as error:
        raise Invalid(_ALIKE) from error
    if not np.abs(found.params).max() < _ENDLESS:
        raise Invalid(_ALIKE)
    return Fit(found.params / scale, covariance / np.outer(scale, scale))
