"""Intervals of shares: R. G. Newcombe, Statistics in Medicine 17 (1998).

The differences are method 10 of "Interval estimation for the difference between independent
proportions"; the single share is method 3 of "Two-sided confidence intervals for the
single proportion", which is Wilson's (1927).
"""

import numpy as np
import pytest

from pulse.domain import rates, uncertainty
from pulse.domain.uncertainty import Shares

DIFFERENCES = {
    ((56, 70), (48, 80)): (0.0524, 0.3339),
    ((9, 10), (3, 10)): (0.1705, 0.8090),
    ((10, 10), (0, 20)): (0.6791, 1.0),
    ((5, 56), (0, 29)): (-0.0381, 0.1926),
}


def shares(favourable: int, people: int) -> Shares:
    return Shares(np.array([favourable], dtype=float), np.array([people], dtype=float))


@pytest.mark.parametrize("pair", DIFFERENCES)
def test_difference(pair: tuple[tuple[int, int], tuple[int, int]]) -> None:
    now, before = pair
    found = uncertainty.change_of_shares(shares(*now), shares(*before)).range
    assert (round(found.low[0], 4), round(found.high[0], 4)) == DIFFERENCES[pair]


def test_single_share() -> None:
    """81 of 263, by both of our functions: the pure one and the one for many at once."""
    one = rates.wilson(81, 263)
    assert (round(one.low, 4), round(one.high, 4)) == (0.2553, 0.3662)
    many = uncertainty.wilson(shares(81, 263))
    assert (round(many.low[0], 4), round(many.high[0], 4)) == (0.2553, 0.3662)
