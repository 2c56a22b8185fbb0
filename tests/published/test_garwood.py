"""The exact interval of a Poisson count: F. Garwood, Fiducial limits for the Poisson distribution,
Biometrika 28 (1936).
"""

import pytest

from pulse.churn.intervals import rate_interval
from pulse.domain import rates

# In 100 person-years the rate per 100 of them is the count itself.
HUNDRED_YEARS = 36525


@pytest.mark.parametrize(("count", "low", "high"), [(0, 0.0, 3.689), (10, 4.795, 18.390)])
def test_interval(count: int, low: float, high: float) -> None:
    assert rates.person_years(HUNDRED_YEARS) == 100
    found = rate_interval(count, HUNDRED_YEARS)
    assert (round(found.low, 3), round(found.high, 3)) == (low, high)
