"""LMG against R's relaimpo, its intervals against drawn companies, and its refusals."""

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from pulse.domain import relative_weight
from pulse.domain.relative_weight import Refused, Weights, lmg, r_squared, weights

# R's data set `swiss`: Agriculture, Examination, Education, Catholic, Infant.Mortality, Fertility.
SWISS = """
17.0 15 12 9.96 22.2 80.2|45.1 6 9 84.84 22.2 83.1|39.7 5 5 93.40 20.2 92.5
36.5 12 7 33.77 20.3 85.8|43.5 17 15 5.16 20.6 76.9|35.3 9 7 90.57 26.6 76.1
70.2 16 7 92.85 23.6 83.8|67.8 14 8 97.16 24.9 92.4|53.3 12 7 97.67 21.0 82.4
45.2 16 13 91.38 24.4 82.9|64.5 14 6 98.61 24.5 87.1|62.0 21 12 8.52 16.5 64.1
67.5 14 7 2.27 19.1 66.9|60.7 19 12 4.43 22.7 68.9|69.3 22 5 2.82 18.7 61.7
72.6 18 2 24.20 21.2 68.3|34.0 17 8 3.30 20.0 71.7|19.4 26 28 12.11 20.2 55.7
15.2 31 20 2.15 10.8 54.3|73.0 19 9 2.84 20.0 65.1|59.8 22 10 5.23 18.0 65.5
55.1 14 3 4.52 22.4 65.0|50.9 22 12 15.14 16.7 56.6|54.1 20 6 4.20 15.3 57.4
71.2 12 1 2.40 21.0 72.5|58.1 14 8 5.23 23.8 74.2|63.5 6 3 2.56 18.0 72.0
60.8 16 10 7.72 16.3 60.5|26.8 25 19 18.46 20.9 58.3|49.5 15 8 6.10 22.5 65.4
85.9 3 2 99.71 15.1 75.5|84.9 7 6 99.68 19.8 69.3|89.7 5 2 100.00 18.3 77.3
78.2 12 6 98.96 19.4 70.5|64.9 7 3 98.22 20.2 79.4|75.9 9 9 99.06 17.8 65.0
84.6 3 3 99.46 16.3 92.2|63.1 13 13 96.83 18.1 79.3|38.4 26 12 5.62 20.3 70.4
7.7 29 11 13.79 20.5 65.7|16.7 22 13 11.22 18.9 72.7|17.6 35 32 16.92 23.0 64.4
37.6 15 7 4.97 20.0 77.6|18.7 25 7 8.65 19.5 67.6|1.2 37 53 42.34 18.0 35.0
46.6 16 29 50.43 18.2 44.7|27.7 22 29 58.33 19.3 42.8
"""
RELAIMPO = [0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592]


def swiss() -> np.ndarray:
    rows = SWISS.replace("|", "\n").strip().splitlines()
    return np.array([[float(value) for value in row.split()] for row in rows])


def equal(size: int, r: float) -> np.ndarray:
    return r * np.ones((size, size)) + (1 - r) * np.eye(size)


def test_the_weights_of_swiss_are_those_of_relaimpo() -> None:
    data = swiss()
    assert data.shape == (47, 6)
    found = lmg(np.corrcoef(data.T))
    assert found == pytest.approx(RELAIMPO, abs=1e-8)
    assert found.sum() == pytest.approx(0.706735, abs=1e-6)


def test_r_squared_of_every_subset_is_that_of_least_squares() -> None:
    data = swiss()
    centred = data - data.mean(0)
    found = r_squared(np.corrcoef(data.T))
    for subset in range(1, 32):
        chosen = centred[:, [at for at in range(5) if subset >> at & 1]]
        left = centred[:, 5] - chosen @ np.linalg.lstsq(chosen, centred[:, 5], rcond=None)[0]
        expected = 1 - (left @ left) / (centred[:, 5] @ centred[:, 5])
        assert found[subset] == pytest.approx(expected, abs=1e-10)


def test_shares_add_up_lie_in_their_intervals_and_come_out_the_same_again() -> None:
    square = np.corrcoef(swiss().T)
    found = weights(square, 47)
    assert isinstance(found, Weights)
    assert sum(share.value for share in found.shares) == pytest.approx(1)
    assert all(share.low <= share.value <= share.high for share in found.shares)
    assert found == weights(square.tolist(), 47)
    assert found != weights(square, 47, seed=2)
    wide, narrow = (weights(square, people) for people in (47, 4700))
    assert isinstance(wide, Weights)
    assert isinstance(narrow, Weights)
    assert narrow.shares[0].high - narrow.shares[0].low < 0.2 * (
        wide.shares[0].high - wide.shares[0].low
    )


def test_ten_drivers_are_weighed_at_once() -> None:
    found = weights(equal(11, 0.4), 300)
    assert isinstance(found, Weights)
    assert [share.value for share in found.shares] == pytest.approx([0.1] * 10)
    assert len(relative_weight.overlapping(found.shares)) == 9


@pytest.mark.parametrize(
    ("square", "people", "text"),
    [
        (equal(1, 0.0), 200, relative_weight.TOO_FEW),
        (np.full((3, 3), np.nan), 200, relative_weight.TOO_FEW),
        (equal(12, 0.4), 200, relative_weight.TOO_MANY),
        (np.array([[1, 1, 0.4], [1, 1, 0.4], [0.4, 0.4, 1]]), 200, relative_weight.ALIKE),
        (np.array([[1, 0.9, 0.9], [0.9, 1, 0.1], [0.9, 0.1, 1]]), 200, relative_weight.ALIKE),
        (equal(4, 0.05), 120, relative_weight.NOTHING),
        (equal(6, 0.4), 7, relative_weight.FEW_PEOPLE),
    ],
)
def test_what_cannot_be_weighed_is_refused_in_words(
    square: np.ndarray, people: int, text: str
) -> None:
    assert weights(square, people) == Refused(text)


def drawn(random: np.random.Generator, square: np.ndarray, people: int) -> np.ndarray:
    return random.multivariate_normal(np.zeros(len(square)), square, people)


@pytest.mark.parametrize("people", [100, 300])
def test_intervals_hold_the_true_share_nine_times_in_ten(people: int) -> None:
    square = equal(5, 0.4)
    square[-1, 0] = square[0, -1] = 0.6
    square[-1, 1] = square[1, -1] = 0.25
    true, random = lmg(square), np.random.default_rng(7)
    held = []
    for _ in range(200):
        rounded = np.round(np.corrcoef(drawn(random, square, people).T), 2)
        found = weights(rounded, people)
        assert isinstance(found, Weights)
        together = zip(found.shares, true / true.sum(), strict=True)
        held.append(
            [one.low <= share <= one.high for one, share in together]
            + [found.r_squared.low <= true.sum() <= found.r_squared.high]
        )
    assert np.mean(held, axis=0).min() >= 0.9
    assert np.mean(held) <= 0.98


def test_the_strongest_of_an_ordinal_outcome_is_that_of_a_proportional_odds_model() -> None:
    random = np.random.default_rng(3)
    drivers = drawn(random, equal(4, 0.3), 600)
    felt = drivers @ [0.3, 1.1, 0.0, 0.5] + random.logistic(size=600)
    outcome = np.digitize(felt, [-2, -0.5, 1, 2.5])
    fit = OrderedModel(outcome, drivers, distr="logit").fit(method="bfgs", disp=False)
    found = weights(np.corrcoef(np.column_stack([drivers, outcome]).T), 600)
    assert isinstance(found, Weights)
    shares = [share.value for share in found.shares]
    assert np.argmax(shares) == np.argmax(np.abs(fit.params[:4])) == 1
    assert np.argsort(shares)[-2] == np.argsort(np.abs(fit.params[:4]))[-2] == 3
