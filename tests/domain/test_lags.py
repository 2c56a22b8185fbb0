"""Delays are looked at together, on the same rows, and chance alone hardly ever stands out."""

import numpy as np
import pytest

from pulse.domain import lags
from pulse.domain.panel_cell import Cell
from tests.domain.test_headline import company


def test_the_planted_delay_stands_out_and_is_the_clearest() -> None:
    found = lags.lags(company(1, -0.6, teams=120, periods=20))
    assert [one.lag for one in found.delays] == list(range(7))
    assert 1 in found.stands_out
    clearest = min(found.delays, key=lambda one: one.p)
    assert clearest.lag == 1
    assert clearest.low < -0.6 < clearest.high < 0
    assert found.refusal is None


def test_all_delays_rest_on_the_same_rows() -> None:
    found = lags.lags(company(2, -0.4, teams=60, periods=13))
    # Six periods lie before the first that every delay can be looked at in.
    assert found.rows == 60 * (13 - 6)


def test_an_interval_excludes_no_difference_exactly_where_the_delay_stands_out() -> None:
    for seed in range(12):
        found = lags.lags(company(seed, -0.25))
        for one in found.delays:
            assert (one.lag in found.stands_out) == (one.low > 0 or one.high < 0)


def test_chance_seldom_stands_out() -> None:
    runs = 40
    alarms = sum(bool(lags.lags(company(seed, 0.0)).stands_out) for seed in range(runs))
    assert alarms <= 0.15 * runs


def test_few_runs_of_periods_give_fewer_delays_or_none() -> None:
    short = lags.lags(company(3, -0.4, periods=6))
    assert [one.lag for one in short.delays] == [0, 1, 2, 3]
    none = lags.lags(company(3, -0.4, periods=3))
    assert none.delays == ()
    assert none.refusal is not None
    assert "A wave in every period" in none.refusal.change


def test_participation_has_a_row_of_its_own() -> None:
    random = np.random.default_rng(4)
    cells: list[Cell] = []
    for cell in company(4, 0.0, teams=120, periods=16):
        answers = int(random.integers(20, 60))
        cells.append(
            Cell(
                cell.unit,
                cell.period,
                answers,
                cell.score * answers,
                cell.score_sumsq / cell.answers * answers,
                cell.headcount,
                cell.person_years,
                cell.separations,
            )
        )
    found = lags.lags(cells)
    assert found.participation is not None
    assert found.participation.lag == 1
    assert found.participation.low < 0 < found.participation.high


@pytest.mark.parametrize(
    ("p", "adjusted", "looks"),
    [
        ((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02), [3, 2, 2, 4]),
        ((0.02, 0.024, 0.5), (0.06, 0.06, 0.5), [3, 3, 3]),
        ((0.2,), (0.2,), [1]),
    ],
)
def test_holm_by_hand(p: tuple[float, ...], adjusted: tuple[float, ...], looks: list[int]) -> None:
    found, many = lags._holm(p)
    assert found == pytest.approx(adjusted)
    assert many == looks
