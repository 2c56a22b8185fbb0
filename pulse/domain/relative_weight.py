"""How much of the variance of an outcome goes along with each predictor, from correlations alone.

    correlations ──► R² of every subset ──► mean gain of each predictor over all orders (LMG)
         └── drawn 500 times as a sample would ──► intervals

LMG is the Shapley value of R²: R. H. Lindeman, P. F. Merenda, R. Z. Gold, *Introduction to
Bivariate and Multivariate Analysis* (1980); U. Grömping, *Relative importance for linear regression
in R: the package relaimpo*, Journal of Statistical Software 17 (2006). It is about association.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Matrix = NDArray[np.float64]

MOST = 10
DRAWS = 500
CONFIDENCE = 0.95
# The least eigenvalue that predictors need to be told apart: correlations are known to two digits.
_SMALLEST = 0.01
_SIGNIFICANT = 0.05
_SEED = 1980

TOO_FEW = "There is no driver beside engagement over which people divide."
TOO_MANY = f"At most {MOST} drivers can be laid beside engagement."
ALIKE = (
    "Two drivers or more were answered so much alike that they cannot be told apart. Other"
    " questions about them, or fewer drivers, would change that."
)
NOTHING = (
    "All drivers together do not go along with engagement more than chance would let them. More"
    " answers would change that, if there is anything to see."
)
FEW_PEOPLE = "Too few answers for so many drivers."


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Weights:
    """R² and what each predictor has of it, in parts of one that add up to one."""

    r_squared: Interval
    shares: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there are no weights."""

    text: str


def weights(
    square: Sequence[Sequence[float]] | Matrix, people: int, seed: int = _SEED
) -> Weights | Refused:
    """Give shares of the explained variance with intervals; the outcome comes last.

    `square` holds the correlations over `people`. The same ones and the same seed give the same
    intervals. R² is too large in every sample, and larger still in one drawn from a sample; its
    interval is moved down by both.
    """
    correlations = np.asarray(square, dtype=np.float64)
    refusal = _refusal(correlations, people)
    if refusal:
        return Refused(refusal)
    parts = lmg(correlations)
    drawn = lmg(_sampled(correlations, people, seed))
    totals = drawn.sum(axis=1)
    total = float(parts.sum())
    optimism = (1 - total) * len(parts) / (people - 1)
    return Weights(
        _interval(total, np.maximum(totals - 2 * optimism, 0)),
        tuple(
            _interval(float(part) / total, column)
            for part, column in zip(parts, (drawn / totals[:, None]).T, strict=True)
        ),
    )


def lmg(correlations: Matrix) -> Matrix:
    """Give what each predictor adds to R², averaged over all orders; the outcome comes last.

    One matrix, or any number of them stacked in front.
    """
    gains = r_squared(correlations)
    size = correlations.shape[-1] - 1
    subsets = np.arange(2**size)
    members = np.array([int(subset).bit_count() for subset in subsets])
    orders = [factorial(k) * factorial(size - k - 1) / factorial(size) for k in range(size)]
    found = np.empty((*correlations.shape[:-2], size))
    for at in range(size):
        before = subsets[(subsets >> at) & 1 == 0]
        weight = np.array(orders)[members[before]]
        found[..., at] = (gains[..., before | 1 << at] - gains[..., before]) @ weight
    return found


def r_squared(correlations: Matrix) -> Matrix:
    """Give R² of every subset of predictors: at 5, binary 101, that of the first and the third.

    Each subset is its smaller self with one predictor partialled out of all that come after, so
    no system of equations is solved twice.
    """
    size = correlations.shape[-1] - 1
    found = np.zeros((*correlations.shape[:-2], 2**size))
    _partial(correlations, range(size), 0, found)
    return found


def overlapping(shares: Sequence[Interval]) -> list[tuple[int, int]]:
    """Name the neighbours, the larger first, whose intervals overlap: their order is open.

    >>> a, b, c = Interval(.5, .4, .6), Interval(.1, .0, .3), Interval(.4, .25, .5)
    >>> overlapping((a, b, c))
    [(0, 2), (2, 1)]
    """
    order = sorted(range(len(shares)), key=lambda at: -shares[at].value)
    return [(one, two) for one, two in pairwise(order) if shares[one].low <= shares[two].high]


def _partial(left: Matrix, names: Sequence[int], subset: int, found: Matrix) -> None:
    """Fill in all subsets that add to this one; `left` has lost what it explains already."""
    for place, name in enumerate(names):
        rest = left[..., place:, place:]
        column = rest[..., 1:, 0]
        after = rest[..., 1:, 1:] - (
            column[..., :, None] * column[..., None, :] / rest[..., 0, 0][..., None, None]
        )
        grown = subset | 1 << name
        found[..., grown] = 1 - after[..., -1, -1]
        _partial(after, names[place + 1 :], grown, found)


def _sampled(correlations: Matrix, people: int, seed: int) -> Matrix:
    """Draw the correlations that as many other people of the same company might have given."""
    law = stats.wishart(people - 1, correlations)
    drawn = np.asarray(law.rvs(DRAWS, random_state=np.random.default_rng(seed)))
    scale = np.sqrt(np.diagonal(drawn, axis1=1, axis2=2))
    return drawn / scale[:, :, None] / scale[:, None, :]


def _interval(value: float, drawn: Matrix) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(drawn, (tail, 1 - tail))
    return Interval(value, min(value, float(low)), max(value, float(high)))


def _refusal(correlations: Matrix, people: int) -> str | None:
    """Say what is missing; None where nothing is."""
    size = len(correlations) - 1
    if size < 1 or not np.isfinite(correlations).all():
        return TOO_FEW
    if size > MOST:
        return TOO_MANY
    if people <= size + 2:
        return FEW_PEOPLE
    if np.linalg.eigvalsh(correlations).min() < _SMALLEST:
        return ALIKE
    explained = float(r_squared(correlations)[-1])
    freedom = people - size - 1
    ratio = explained / size / ((1 - explained) / freedom)
    return NOTHING if stats.f.sf(ratio, size, freedom) > _SIGNIFICANT else None
