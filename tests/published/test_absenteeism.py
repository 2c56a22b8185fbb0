"""Counts on `absenteeism`: K. McNulty, Handbook of Regression Modeling in People Analytics (2021),
the chapter on counts of events; the test of overdispersion is Cameron and Trivedi's (1990), as
`AER::dispersiontest` in R does it.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from pulse.domain import rate_model
from pulse.domain.rate_model import Fit, Rows
from tests.published import data

COLUMNS = ("tenure", "is_manager", "performance_rating")
TENURE, MANAGER = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return data.table("absenteeism")


@pytest.fixture(scope="module")
def ours(table: pd.DataFrame) -> Fit:
    """Our model of separations, with days for separations and everybody in one period."""
    many = len(table)
    return rate_model.fit(
        Rows(
            table.days_absent.to_numpy(dtype=np.float64),
            np.ones(many),
            np.arange(many),
            np.zeros(many, dtype=np.int64),
            data.columns(table, *COLUMNS),
        )
    )


@pytest.fixture(scope="module")
def poisson(table: pd.DataFrame) -> sm.GLM:
    return sm.GLM(table.days_absent, design(table), family=sm.families.Poisson()).fit()


def design(table: pd.DataFrame) -> np.ndarray:
    return sm.add_constant(data.columns(table, *COLUMNS))


@pytest.mark.parametrize(
    ("weights", "estimate", "error"),
    [(TENURE, 0.051144, 0.001270), (MANAGER, -0.157984, 0.033025)],
)
def test_poisson(ours: Fit, weights: list[float], estimate: float, error: float) -> None:
    assert round(ours.value(weights), 6) == estimate
    of_model = weights @ ours.quasi @ weights / ours.dispersion
    assert round(np.sqrt(of_model), 6) == error


def test_poisson_as_a_whole(ours: Fit, table: pd.DataFrame, poisson: sm.GLM) -> None:
    days, expected = table.days_absent.to_numpy(dtype=np.float64), ours.expected
    logs = np.log(np.where(days > 0, days, 1) / expected)
    deviance = 2 * np.sum(np.where(days > 0, days * logs, 0) - (days - expected))
    assert round(deviance, 1) == 5799.6
    assert round(poisson.aic, 3) == 8927.050


def test_quasi_poisson(ours: Fit) -> None:
    assert ours.dispersion == pytest.approx(6.96191, abs=2e-5)
    assert round(np.sqrt(ours.quasi[1, 1]), 6) == 0.087137


def test_negative_binomial(table: pd.DataFrame, poisson: sm.GLM) -> None:
    """`sm.NegativeBinomial` finds alpha; the family of the same name takes 1, and errs."""
    found = sm.NegativeBinomial(table.days_absent, design(table)).fit(
        method="newton", maxiter=100, disp=0
    )
    alpha = found.params.iloc[-1]
    assert round(1 / alpha, 4) == 1.5536
    assert found.params.iloc[1] == pytest.approx(0.049723, abs=2e-6)
    assert round(found.aic, 3) == 5637.075
    assert round(2 * (found.llf - poisson.llf)) == 3292
    # R holds the dispersion fixed for its standard errors.
    family = sm.families.NegativeBinomial(alpha=alpha)
    errors = sm.GLM(table.days_absent, design(table), family=family).fit().bse
    assert (round(errors.iloc[1], 6), round(errors.iloc[2], 6)) == (0.003338, 0.088722)


def test_overdispersion(ours: Fit, table: pd.DataFrame) -> None:
    days, expected = table.days_absent.to_numpy(dtype=np.float64), ours.expected
    each = ((days - expected) ** 2 - days) / expected
    found = sm.OLS(each, np.ones_like(each)).fit()
    assert round(1 + found.params[0], 6) == 6.926057
    assert round(found.tvalues[0], 2) == 13.31
