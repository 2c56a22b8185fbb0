"""Invented companies whose truth is known: moods, who answers, and how many leave after what mood.

    lasting level of a team ─┬─► what its people would answer ──► a sample of them answers
    slow drift, bad months ──┘            │ true slope, one period later
    lasting level, bad months, frailty ───┴─► resignations of the period (Poisson)

Confounding is ordinary: a team's lasting level stands for pay, work and place, and moves its rate
by itself; bad months lower everybody's mood and raise everybody's rate. The mood of a team is the
mean of what all its people would answer, and the true slope is the one upon that mean.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from pulse.domain.panel_cell import Cell
from pulse.domain.rates import DAYS_PER_YEAR, PERIOD, PERIODS_PER_YEAR

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]

# A period more than a year has: what is said in it comes before the first that is looked at.
PERIODS = PERIODS_PER_YEAR + 1
YEARS = PERIOD.days / DAYS_PER_YEAR
POINTS = np.arange(1, 6)
LEAVING = 0.15
CONFOUNDING = -1.0
FRAILTY = 0.1
# Standard deviations: of lasting levels, of drift, of people in a team, and of months.
LEVELS, DRIFT, PEOPLE, MONTHS = 0.3, 0.25, 0.85, 0.15
KEEPS = 0.8
MIDDLE = 3.6
FEWEST = 8
ANSWERING = (0.6, 0.7)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What an answer counts, by its point of the scale, and the true slope for one of these."""

    name: str
    values: Floats
    slope: float


# Ten points of favourable share are one point here. A mood one point higher moves the share by
# about four of them, so this slope is about the other.
MEANS = Scoring("mean of 1 to 5", POINTS.astype(np.float64), -0.25)
FAVOURABLE = Scoring("tens of favourable %", 10.0 * (POINTS >= 4), -0.06)


@dataclass(frozen=True, slots=True)
class Shape:
    """How many people, in how many teams of uneven size."""

    people: int
    teams: int


@dataclass(frozen=True, slots=True)
class Moods:
    """What a company feels: `would` and `did` count people by team, period and point of scale."""

    sizes: Counts
    levels: Floats
    months: Floats
    would: Counts
    did: Counts


def moods(random: Generator, shape: Shape) -> Moods:
    """Draw everybody's answers in every period, and who of them gives theirs."""
    weights = random.lognormal(0, 0.6, shape.teams)
    spare = shape.people - FEWEST * shape.teams
    sizes = FEWEST + random.multinomial(spare, weights / weights.sum())
    levels = random.normal(0, LEVELS, shape.teams)
    months = random.normal(0, MONTHS, PERIODS)
    tends = MIDDLE + levels[:, None] + _drift(random, shape.teams) + months
    would = _would(random, sizes, tends)
    share = random.uniform(*ANSWERING, tends.shape)
    return Moods(sizes, levels, months, would, _sample(random, would, share))


def panel(random: Generator, felt: Moods, scoring: Scoring, slope: float) -> list[Cell]:
    """Let people leave after their team's mood of the period before, and write the panel."""
    score = felt.would @ scoring.values / felt.sizes[:, None]
    before = np.column_stack([score[:, :1], score[:, :-1]])
    month = np.append(0, -felt.months[:-1]) + random.normal(0, MONTHS, PERIODS)
    frailty = random.gamma(1 / FRAILTY, FRAILTY, len(felt.sizes))
    log_rate = slope * (before - before.mean()) + CONFOUNDING * felt.levels[:, None] + month
    weight = felt.sizes[:, None] * frailty[:, None] * np.exp(log_rate)
    mean = LEAVING * YEARS * PERIODS * felt.sizes.sum() * weight / weight.sum()
    left = np.minimum(random.poisson(mean), felt.sizes[:, None])
    many = felt.did.sum(axis=2)
    sums, squares = felt.did @ scoring.values, felt.did @ scoring.values**2
    rows = zip(many.tolist(), sums.tolist(), squares.tolist(), left.tolist(), strict=True)
    return [
        Cell(f"team {team}", period, *answered, size, size * YEARS, leavers)
        for team, (size, row) in enumerate(zip(felt.sizes.tolist(), rows, strict=True))
        for period, (*answered, leavers) in enumerate(zip(*row, strict=True))
    ]


def _drift(random: Generator, teams: int) -> Floats:
    """Draw moods that come and go slowly, as strong in the first period as in the last."""
    steps = random.normal(0, DRIFT, (teams, PERIODS))
    found = np.empty_like(steps)
    found[:, 0] = steps[:, 0]
    for at in range(1, PERIODS):
        found[:, at] = KEEPS * found[:, at - 1] + (1 - KEEPS**2) ** 0.5 * steps[:, at]
    return found


def _would(random: Generator, sizes: Counts, tends: Floats) -> Counts:
    """Count what all would answer: each person lies above or below the team by as much always."""
    teams, wide = len(sizes), len(POINTS)
    home = np.repeat(np.arange(teams), sizes)
    own = random.normal(0, PEOPLE, len(home))
    found = np.empty((teams, PERIODS, wide), dtype=np.int64)
    for at in range(PERIODS):
        point = np.clip(np.rint(tends[home, at] + own), POINTS[0], POINTS[-1]).astype(np.int64)
        place = home * wide + point - POINTS[0]
        found[:, at] = np.bincount(place, minlength=teams * wide).reshape(teams, wide)
    return found


def _sample(random: Generator, would: Counts, share: Floats) -> Counts:
    """Draw who answers without regard to what they say: a sample of the team, nobody twice."""
    left = would.sum(axis=2)
    wanted = random.binomial(left, share)
    found = np.empty_like(would)
    for at in range(len(POINTS)):
        left = left - would[:, :, at]
        found[:, :, at] = random.hypergeometric(would[:, :, at], left, wanted)
        wanted = wanted - found[:, :, at]
    return found
