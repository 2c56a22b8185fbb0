"""Power of a paired t-test at half a standard deviation: K. McNulty, Handbook of Regression
Modeling in People Analytics (2021), the chapter on power, as `pwr.t.test` in R gives it.
"""

from statsmodels.stats.power import TTestPower

EFFECT, ALPHA = 0.5, 0.05


def test_how_many_pairs() -> None:
    pairs = TTestPower().solve_power(effect_size=EFFECT, alpha=ALPHA, power=0.8)
    assert round(pairs, 5) == 33.36713


def test_power_of_forty_pairs() -> None:
    assert round(TTestPower().power(EFFECT, 40, ALPHA), 7) == 0.8693981
