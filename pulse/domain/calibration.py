"""How much of a team's movement from period to period is real, and its scores freed of the rest.

A team's score is a sample of its mood. Compared with itself, what moves is partly who happened to
answer, and a slope beside noisy numbers is too flat. Each deviation from the team's and the
period's own level is shrunk by its reliability (regression calibration; R. J. Carroll et al.,
Measurement Error in Nonlinear Models, 2nd ed. 2006, 4). Whoever answered is a part of the team, so
the noise is that of a sample without replacement: where all answer there is none.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Vector: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int64]
_MOST_SWEEPS = 1_000
_CLOSE = 1e-10


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of teams in periods, one place each, with what they rest on.

    `variance` is that of single answers within cells, pooled; `share` of its team has answered.
    """

    score: Vector
    answers: Vector
    share: Vector
    group: Codes
    period: Codes
    variance: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Scores freed of noise, and the mean reliability: how much of the movement is real."""

    score: Vector
    reliability: float
    movement: float


def calibrated(scores: Scores) -> Calibrated:
    """Shrink each deviation by its own reliability; `movement` is the standard deviation left."""
    left = _deviations(scores)
    weights = scores.answers / scores.answers.sum()
    noise = scores.variance / scores.answers * np.maximum(0, 1 - scores.share)
    many = len(left)
    free = many - len(np.unique(scores.group)) - len(np.unique(scores.period)) + 1
    if free <= 0:
        return Calibrated(scores.score - left, 0.0, 0.0)
    seen = float(weights @ left**2) * many / free
    real = max(0.0, seen - float(weights @ noise))
    with np.errstate(invalid="ignore"):
        reliability = np.where(real + noise > 0, real / (real + noise), 0.0)
    score = scores.score - left + reliability * left
    return Calibrated(score, float(weights @ reliability), real**0.5)


def pooled_variance(answers: Vector, score_sum: Vector, score_sumsq: Vector) -> float:
    """Give the variance of answers within cells, over all cells with two answers or more."""
    within = score_sumsq - score_sum**2 / np.maximum(answers, 1)
    return float(within.sum() / max((answers - 1).sum(), 1))


def group_means(scores: Vector, answers: Vector, group: Codes) -> Vector:
    """Give the mean score of each group, each answer with the same weight."""
    return np.asarray(np.bincount(group, answers * scores) / np.bincount(group, answers))


def _deviations(scores: Scores) -> Vector:
    """Take away the level of the team and of the period, in turn until neither is left."""
    left = scores.score.astype(np.float64)
    for _ in range(_MOST_SWEEPS):
        before = left
        for code in (scores.group, scores.period):
            left = left - group_means(left, scores.answers, code)[code]
        if np.abs(left - before).max() < _CLOSE:
            break
    return left
