import pytest

from pulse.churn.intervals import rate_interval

PERSON_DAYS = 36525  # 100 person-years, so that a rate is a count.


# Garwood, "Fiducial limits for the Poisson distribution" (1936), two-sided 95 %.
@pytest.mark.parametrize(
    ("count", "low", "high"), [(0, 0.0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)]
)
def test_the_interval_is_garwoods(count: int, low: float, high: float) -> None:
    found = rate_interval(count, PERSON_DAYS)
    assert found.low == pytest.approx(low, abs=5e-4)
    assert found.high == pytest.approx(high, abs=5e-4)


def test_twice_the_time_halves_the_interval() -> None:
    once, twice = rate_interval(7, PERSON_DAYS), rate_interval(7, 2 * PERSON_DAYS)
    assert twice.low == pytest.approx(once.low / 2)
    assert twice.high == pytest.approx(once.high / 2)
