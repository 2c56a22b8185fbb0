"""Scores are shrunk by as much as they are noise: known variances are found again."""

import numpy as np
import pytest
from numpy.typing import NDArray

from pulse.domain import calibration
from pulse.domain.calibration import Scores

TEAMS, PERIODS = 300, 13


def scores(
    moves: float, answers: int, people: int, seed: int = 1
) -> tuple[Scores, NDArray[np.float64]]:
    """Give scores of teams with a mood that moves by so much, of whom some answered; and moods."""
    random = np.random.default_rng(1)
    mood = 3.5 + random.normal(0, 0.4, TEAMS)[:, None] + random.normal(0, moves, (TEAMS, PERIODS))
    mood += random.normal(0, 0.2, PERIODS)
    # The mood of a team is the mean of all its people, and those who answer are some of them.
    own = random.normal(0, 0.9, (TEAMS, PERIODS, people))
    own -= own.mean(axis=2, keepdims=True)
    given = mood[:, :, None] + own[:, :, :answers]
    many = np.full(TEAMS * PERIODS, float(answers))
    sums, squares = given.sum(axis=2).ravel(), (given**2).sum(axis=2).ravel()
    found = Scores(
        score=sums / many,
        answers=many,
        share=many / people,
        group=np.repeat(np.arange(TEAMS), PERIODS),
        period=np.tile(np.arange(PERIODS), TEAMS),
        variance=calibration.pooled_variance(many, sums, squares),
    )
    return found, mood.ravel()


def test_the_movement_that_was_planted_is_found() -> None:
    given, mood = scores(0.25, 10, 30)
    found = calibration.calibrated(given)
    assert given.variance**0.5 == pytest.approx(0.9, rel=0.05)
    assert found.movement == pytest.approx(0.25, rel=0.1)
    noise = 0.81 / 10 * (1 - 1 / 3)
    assert found.reliability == pytest.approx(0.0625 / (0.0625 + noise), abs=0.05)
    # A slope on calibrated scores is the slope on moods; on plain ones it is too flat.
    assert slope(found.score, mood, given) == pytest.approx(1, abs=0.07)
    assert slope(given.score, mood, given) < 0.65


def test_where_all_answer_nothing_is_shrunk() -> None:
    given, mood = scores(0.25, 20, 20)
    found = calibration.calibrated(given)
    assert found.reliability == pytest.approx(1)
    assert found.score == pytest.approx(mood)


def test_where_nothing_moves_all_is_noise() -> None:
    assert calibration.calibrated(scores(0.0, 10, 30)[0]).reliability < 0.15


def slope(score: NDArray[np.float64], mood: NDArray[np.float64], given: Scores) -> float:
    """Regress moods on scores within teams and periods."""
    sides = []
    for values in (score, mood):
        table = values.reshape(TEAMS, PERIODS)
        sides.append(table - table.mean(0) - table.mean(1)[:, None] + table.mean())
    return float((sides[0] * sides[1]).sum() / (sides[0] ** 2).sum())
