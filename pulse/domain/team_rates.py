"""Separation rates of teams beside one another, without taking chance for a difference.

A small team with two leavers has a terrible rate, and one with none a splendid one. So each rate
has its exact interval, and is shrunk towards all teams as far as chance alone explains it: the
rates of teams are taken for draws from one gamma distribution (C. N. Morris, Parametric Empirical
Bayes Inference, JASA 78, 1983), whose mean and spread a negative binomial model estimates. A funnel
shows within which limits all teams would lie if nothing but chance set them apart
(D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine
24, 2005).
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.multitest import multipletests

Vector = NDArray[np.float64]
# Limits of the funnel, and the share of false alarms among all teams that are named.
INNER, OUTER = 0.95, 0.998
_LEAST_SPREAD = 1e-6
_DRAWN_IN = 0.1
_UPPER = float(stats.norm.isf(0.1))


@dataclass(frozen=True, slots=True)
class Spread:
    """How rates of teams differ beyond chance: their mean, and `alpha`, the variance around it.

    `at_most` is about the upper end of an 80 % interval of `alpha`.

    `alpha` is that of a gamma distribution with mean 1; `dispersion` that of the teams apart from
    extreme ones, 1 for chance.
    """

    mean: float
    alpha: float
    dispersion: float
    at_most: float = 0.0


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A team's rate as far as it can be told from chance, with its 95 % interval."""

    rate: float
    low: float
    high: float


def spread(separations: Sequence[int], person_years: Sequence[float]) -> Spread:
    """Estimate how rates differ between teams, by a negative binomial model of their counts."""
    y = np.array(separations, dtype=np.float64)
    time = np.array(person_years, dtype=np.float64)
    mean = float(y.sum() / time.sum())
    expected = mean * time
    if mean == 0:
        return Spread(0.0, 0.0, 0.0)
    off = (y - expected) / np.sqrt(expected)
    dispersion = _without_extremes(off)
    # What the moments' estimate of alpha scatters by where it is 0.
    error = float((2 / (expected**2).sum()) ** 0.5)
    if float((off**2).sum()) <= max(len(y) - 1, 1):
        return Spread(mean, 0.0, dispersion, _UPPER * error)
    with warnings.catch_warnings():
        # That it came to the edge, where teams hardly differ, is an answer and no trouble.
        warnings.simplefilter("ignore")
        model = sm.NegativeBinomial(y, np.ones(len(y)), exposure=time)
        found = model.fit(disp=False, start_params=[np.log(mean), 0.1], maxiter=200)
    level, alpha = float(found.params[0]), float(found.params[1])
    if not np.isfinite([level, alpha]).all() or alpha < _LEAST_SPREAD:
        return Spread(mean, 0.0, dispersion, _UPPER * error)
    return Spread(float(np.exp(level)), alpha, dispersion, alpha + _UPPER * error)


def _without_extremes(off: Vector) -> float:
    """Give the mean square when the outer tenths are drawn in.

    Without that the very team that a funnel is to show would widen its limits (Spiegelhalter
    2005, 4).
    """
    low, high = np.quantile(off, [_DRAWN_IN, 1 - _DRAWN_IN])
    return float((np.clip(off, low, high) ** 2).mean())


def shrunk(separations: int, person_years: float, among: Spread) -> Shrunk:
    """Give the mean and the middle 95 % of what a team's rate may be, knowing all teams."""
    if among.mean == 0:
        return Shrunk(0.0, 0.0, 0.0)
    rate, *_ = _posterior(separations, person_years, among.mean, among.alpha)
    # How far teams differ is itself not known well: the range allows for more than was estimated.
    _, low, high = _posterior(separations, person_years, among.mean, among.at_most)
    return Shrunk(rate, min(low, rate), max(high, rate))


def _posterior(
    separations: int, person_years: float, mean: float, alpha: float
) -> tuple[float, float, float]:
    """Give mean and middle 95 % of gamma(1/alpha + y, 1/(alpha mean) + E)."""
    if alpha == 0:
        return mean, mean, mean
    shape = 1 / alpha + separations
    rate = 1 / (alpha * mean) + person_years
    low, high = (float(stats.gamma.ppf(end, shape, scale=1 / rate)) for end in (0.025, 0.975))
    return float(shape / rate), low, high


def limits(person_years: Sequence[float], among: Spread, share: float) -> list[tuple[float, float]]:
    """Give between which rates that share of teams lies where only chance sets them apart.

    Where teams differ by more than chance as a whole, limits are as much wider.
    """
    tail, mean = (1 - share) / 2, among.mean
    wider = max(1.0, among.dispersion) ** 0.5
    found = []
    for time in person_years:
        ends = (_between_counts(end, mean * time) / time for end in (tail, 1 - tail))
        low, high = (mean + (end - mean) * wider for end in ends)
        found.append((max(0.0, low), high))
    return found


def _between_counts(share: float, expected: float) -> float:
    """Give a quantile of a Poisson count, interpolated so that limits are no staircase.

    Spiegelhalter (2005), appendix.
    """
    count = float(stats.poisson.ppf(share, expected))
    reached, there = stats.poisson.cdf(count, expected), stats.poisson.pmf(count, expected)
    return max(0.0, count - float((reached - share) / there))


def outside(separations: Sequence[int], person_years: Sequence[float], among: Spread) -> list[bool]:
    """Say which teams lie outside the outer limits, also when all were looked at together.

    Exact two-sided p-values, as much larger as the teams differ beyond chance as a whole, go
    through Benjamini and Hochberg's rule at 0.2 %.
    """
    y = np.array(separations)
    expected = among.mean * np.array(person_years, dtype=np.float64)
    tails = np.minimum(stats.poisson.cdf(y, expected), stats.poisson.sf(y - 1, expected))
    z = stats.norm.isf(np.clip(tails, 1e-300, 0.5)) / max(1.0, among.dispersion) ** 0.5
    p = np.minimum(1, 2 * stats.norm.sf(z))
    return [bool(one) for one in multipletests(p, alpha=1 - OUTER, method="fdr_bh")[0]]
