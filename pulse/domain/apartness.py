"""How far groups lie apart in one figure, and whether chance alone would put them there.

The formulas and their sources are in docs/methods.md. Loaded by name where a release is made.
"""

from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Vector: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ends:
    """The value of each group as it is published, in parts of one: an interval, or equal ends."""

    low: Vector
    high: Vector


@dataclass(frozen=True, slots=True)
class Answering:
    """How single answers vary around the mean of everybody: variance, and excess kurtosis."""

    variance: float
    excess: float


@dataclass(frozen=True, slots=True)
class Apartness:
    """Standard deviations between groups, in parts of one, and the p-value of homogeneity."""

    observed: float
    by_chance: float
    p: float

    @property
    def beyond(self) -> float:
        """What is left of the observed spread when that by chance is taken away."""
        return sqrt(max(0.0, self.observed**2 - self.by_chance**2))


def of_shares(share: float) -> Answering:
    """Give how yes-or-no answers vary around a share strictly between 0 and 1."""
    variance = share * (1 - share)
    return Answering(variance, 1 / variance - 6)


def of_enps(promoters: float, detractors: float) -> Answering:
    """Give how answers of -1, 0 and 1 vary, from the shares of promoters and detractors."""
    mean = promoters - detractors
    passives = 1 - promoters - detractors
    points = ((1 - mean, promoters), (-mean, passives), (-1 - mean, detractors))
    second, fourth = (sum(part * point**power for point, part in points) for power in (2, 4))
    return Answering(second, fourth / second**2 - 3)


def apart(ends: Ends, people: Vector, answering: Answering) -> Apartness:
    """Compare two or more disjoint groups; `people` gives how many are in each.

    A value that is published as an interval is taken where it lies closest to the mean, so that the
    coding of counts near the edge is never read as a difference. The test is Pearson's chi-squared
    of homogeneity, Q = sum n (value - mean)^2 / variance. Small groups with rare answers scatter
    more than its table says, so Q is held against a gamma distribution with the larger variance
    that the kurtosis asks for (after Haldane 1940).
    """
    mean = float(np.average((ends.low + ends.high) / 2, weights=people))
    values = np.clip(mean, ends.low, ends.high)
    freedom = len(values) - 1
    distance = float(np.sum(people * (values - mean) ** 2)) / answering.variance
    variance = 2 * freedom + max(0.0, answering.excess) * float(np.sum(1 / people))
    return Apartness(
        observed=float(np.std(values, ddof=1)),
        by_chance=sqrt(float(np.mean(answering.variance / people))),
        p=float(stats.gamma.sf(distance, freedom**2 / variance, scale=variance / freedom)),
    )
