"""Intervals, changes and what may be said of many of them; formulas and sources in docs/methods.md.

Everything takes and gives arrays with one place for each figure, in parts of one (eNPS: -1 to 1).
Counts are those published, middles of intervals among them, so they may end in a half. Loaded by
name where a release is made: no process that serves pages holds a statistics library.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

Vector: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

CONFIDENCE = 0.95
FALSE_DISCOVERIES = 0.05
_Z = float(stats.norm.isf((1 - CONFIDENCE) / 2))
# The smallest p-value that is told apart, as a power of ten, and how often the search halves.
_SMALLEST, _HALVINGS = -16.0, 40


@dataclass(frozen=True, slots=True)
class Shares:
    """Favourable answers among people, one place for each figure."""

    favourable: Vector
    people: Vector

    @property
    def value(self) -> Vector:
        """The share, 0 to 1."""
        return self.favourable / self.people


@dataclass(frozen=True, slots=True)
class Promoters:
    """Promoters and detractors among people, one place for each figure."""

    promoters: Vector
    detractors: Vector
    people: Vector

    @property
    def value(self) -> Vector:
        """The net promoter score, -1 to 1."""
        return (self.promoters - self.detractors) / self.people


@dataclass(frozen=True, slots=True)
class Range:
    """The ends of 95 % intervals."""

    low: Vector
    high: Vector


@dataclass(frozen=True, slots=True)
class Changes:
    """Differences of two waves, their 95 % intervals, and the p-values that go with these."""

    value: Vector
    range: Range
    p: Vector


def wilson(shares: Shares) -> Range:
    """Give Wilson's score interval (1927) of each share."""
    low, high = proportion_confint(
        shares.favourable, shares.people, alpha=1 - CONFIDENCE, method="wilson"
    )
    return _around(shares.value, low, high, (0, 1))


def change_of_shares(now: Shares, before: Shares) -> Changes:
    """Give Newcombe's hybrid score interval (1998, method 10) of the difference of two shares.

    The p-value is the level at which that interval just touches zero, so both always agree.
    """

    def ends(alpha: Vector) -> tuple[Vector, Vector]:
        low, high = confint_proportions_2indep(
            now.favourable,
            now.people,
            before.favourable,
            before.people,
            method="newcomb",
            compare="diff",
            alpha=alpha,
        )
        return np.asarray(low), np.asarray(high)

    value = now.value - before.value
    low, high = ends(np.full(value.shape, 1 - CONFIDENCE))
    return Changes(value, _around(value, low, high, (-1, 1)), _touching_zero(ends, value))


def enps(counts: Promoters) -> Range:
    """Give the adjusted Wald interval of each score: three people more, spread evenly.

    P = (promoters + 3/4) / (n + 3), D alike, and the standard error is that of P - D.
    """
    middle, error = _adjusted(counts)
    return _around(counts.value, middle - _Z * error, middle + _Z * error, (-1, 1))


def change_of_enps(now: Promoters, before: Promoters) -> Changes:
    """Give the interval of the difference of two scores, each adjusted as by `enps`."""
    (one, first), (other, second) = _adjusted(now), _adjusted(before)
    middle, error = one - other, np.hypot(first, second)
    value = now.value - before.value
    around = _around(value, middle - _Z * error, middle + _Z * error, (-2, 2))
    return Changes(value, around, 2 * stats.norm.sf(np.abs(middle) / error))


def hold(together: Sequence[Changes]) -> list[Flags]:
    """Say which changes hold: zero lies outside, also when all were looked at together."""
    every = kept(np.concatenate([changes.p for changes in together]))
    cuts = np.cumsum([len(changes.p) for changes in together])[:-1]
    return [
        ((changes.range.low > 0) | (changes.range.high < 0)) & flags
        for changes, flags in zip(together, np.split(every, cuts), strict=True)
    ]


def kept(p: Vector) -> Flags:
    """Say which of these p-values Benjamini and Hochberg (1995) keep at 5 % false discoveries."""
    if not len(p):
        return np.zeros(0, dtype=bool)
    rejected, *_ = multipletests(p, alpha=FALSE_DISCOVERIES, method="fdr_bh")
    return np.asarray(rejected, dtype=bool)


def _adjusted(counts: Promoters) -> tuple[Vector, Vector]:
    people = counts.people + 3
    good, bad = (counts.promoters + 0.75) / people, (counts.detractors + 0.75) / people
    return good - bad, np.sqrt((good + bad - (good - bad) ** 2) / people)


def _around(value: Vector, low: Vector, high: Vector, limits: tuple[float, float]) -> Range:
    """Keep an interval on its scale, and the value inside where rounding would put it outside."""
    least, most = limits
    return Range(
        np.minimum(np.maximum(low, least), value), np.maximum(np.minimum(high, most), value)
    )


def _touching_zero(ends: Callable[[Vector], tuple[Vector, Vector]], value: Vector) -> Vector:
    """Search for the smallest level at which each interval still excludes zero."""
    excluded = np.zeros(value.shape)
    included = np.full(value.shape, _SMALLEST)
    for _ in range(_HALVINGS):
        middle = (included + excluded) / 2
        low, high = ends(10.0**middle)
        outside = (low > 0) | (high < 0)
        excluded = np.where(outside, middle, excluded)
        included = np.where(outside, included, middle)
    return np.where(value == 0, 1.0, 10.0**excluded)
