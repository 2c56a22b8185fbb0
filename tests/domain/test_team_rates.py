"""Rates of teams: chance is taken away as far as it explains them, and no further."""

import numpy as np
import pytest
from scipy import stats

from pulse.domain import team_rates

TIME = tuple(np.random.default_rng(1).uniform(5, 60, 300))


def counts(alpha: float, seed: int = 2) -> list[int]:
    """Draw leavers of teams whose rates have a variance of `alpha` around 15 per 100 years."""
    random = np.random.default_rng(seed)
    rates = random.gamma(1 / alpha, alpha, len(TIME)) if alpha else np.ones(len(TIME))
    return [int(one) for one in random.poisson(0.15 * np.array(TIME) * rates)]


def test_the_spread_of_true_rates_is_found() -> None:
    found = team_rates.spread(counts(0.3), TIME)
    assert found.mean == pytest.approx(0.15, rel=0.1)
    assert found.alpha == pytest.approx(0.3, rel=0.3)
    assert team_rates.spread(counts(0.0), TIME).alpha < 0.05


def test_rates_are_shrunk_more_the_less_stands_behind_them() -> None:
    among = team_rates.Spread(0.15, 0.3, 2.0, 0.4)
    small, large = team_rates.shrunk(3, 5.0, among), team_rates.shrunk(60, 100.0, among)
    # Both have 60 per 100 years of their own: (1/alpha + leavers) / (1/(alpha mean) + years).
    assert small.rate == pytest.approx((1 / 0.3 + 3) / (1 / 0.045 + 5))
    assert large.rate == pytest.approx((1 / 0.3 + 60) / (1 / 0.045 + 100))
    assert 0.15 < small.rate < large.rate < 0.6
    assert small.high - small.low > large.high - large.low


def test_shrunken_intervals_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(3)
    true = 0.15 * random.gamma(1 / 0.3, 0.3, len(TIME))
    left = random.poisson(true * np.array(TIME))
    among = team_rates.spread([int(one) for one in left], TIME)
    inside = 0
    for rate, y, time in zip(true, left, TIME, strict=True):
        found = team_rates.shrunk(int(y), time, among)
        inside += found.low <= rate <= found.high
    assert inside / len(TIME) == pytest.approx(0.95, abs=0.04)


def test_where_chance_explains_everything_all_teams_have_the_common_rate() -> None:
    found = team_rates.shrunk(9, 10.0, team_rates.Spread(0.15, 0.0, 0.9, 0.1))
    assert found.rate == 0.15
    # That no difference was found does not mean that there is none.
    assert found.low < 0.15 < found.high
    assert team_rates.spread([0, 0, 0], [10.0, 10.0, 10.0]) == team_rates.Spread(0.0, 0.0, 0.0)


def test_limits_hold_their_share_and_narrow_with_size() -> None:
    among = team_rates.Spread(0.15, 0.0, 1.0)
    sizes = [20.0, 200.0, 2000.0]
    found = team_rates.limits(sizes, among, 0.998)
    widths = [high - low for low, high in found]
    assert widths == sorted(widths, reverse=True)
    for size, (low, high) in zip(sizes, found, strict=True):
        within = stats.poisson.cdf(high * size, 0.15 * size) - stats.poisson.cdf(
            low * size - 1e-9, 0.15 * size
        )
        assert within == pytest.approx(0.998, abs=0.002)
    wider = team_rates.limits(sizes, team_rates.Spread(0.15, 0.3, 4.0), 0.998)
    assert wider[2][1] - 0.15 == pytest.approx(2 * (found[2][1] - 0.15))


def test_only_a_team_beyond_all_limits_is_outside() -> None:
    left, time = counts(0.0), list(TIME)
    among = team_rates.spread(left, time)
    assert sum(team_rates.outside(left, time, among)) == 0
    left[7], time[7] = 40, 30.0
    among = team_rates.spread(left, time)
    assert [at for at, one in enumerate(team_rates.outside(left, time, among)) if one] == [7]


def test_many_teams_together_raise_few_alarms() -> None:
    alarms = 0
    for seed in range(100):
        left = counts(0.0, seed)
        alarms += any(team_rates.outside(left, TIME, team_rates.spread(left, TIME)))
    assert alarms <= 3


def test_few_small_teams_have_ranges_that_hold_the_truth() -> None:
    inside = many = 0
    for seed in range(30):
        random = np.random.default_rng(seed)
        time = [25.0] * 25
        true = 0.15 * random.gamma(10, 0.1, 25)
        left = [int(one) for one in random.poisson(true * 25)]
        among = team_rates.spread(left, time)
        for rate, y in zip(true, left, strict=True):
            found = team_rates.shrunk(y, 25.0, among)
            inside += found.low <= rate <= found.high
            many += 1
    assert inside / many > 0.9
