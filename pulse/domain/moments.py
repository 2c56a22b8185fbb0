"""The moments of a release: how drivers vary and go together over everybody, rounded.

    sums over four fifths of the ballots ──► deviations, correlations, spread of one person's index

They are of the whole organisation and never of a group: vectors have no label, and moments of two
groups could be subtracted. Why a fifth of the ballots stays out, and why rounding alone would
not protect anybody, is measured in docs/adr/0023-moments-of-a-release.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt

from pulse.domain.scores import ENGAGEMENT
from pulse.domain.vectors import Driver, Sums

# Fewer complete ballots, after a fifth was left out, say nothing: below, a correlation of .2 cannot
# be told from none (its interval is 1.96 / sqrt(100) wide on either side), and one person moves
# what is published by several of its steps.
FEWEST = 100
# Of everybody, so many must by the published counts have answered favourably, and so many not.
# Nearer to either end a correlation would speak of a handful of people.
APART = 10
DIGITS = 2
SPREAD_DIGITS = 3
_STEP = 10


@dataclass(frozen=True, slots=True)
class Moments:
    """What is published of the vectors of a wave, in parts of the scale, 0 to 1.

    `people` is rounded down to tens. `deviations` begin with the engagement index; `correlations`
    hold each pair once, in the order of the deviations. `favourable_spread` is the standard
    deviation of one person's favourable share over the engagement questions.
    """

    people: int
    favourable_spread: float
    deviations: Mapping[str, float]
    correlations: Mapping[tuple[str, str], float]

    @property
    def drivers(self) -> tuple[str, ...]:
        """The drivers beside the engagement index."""
        return tuple(key for key in self.deviations if key != ENGAGEMENT)

    def matrix(self) -> list[list[float]]:
        """Give the correlations as a square: the drivers in order, the engagement index last."""
        order = (*self.drivers, ENGAGEMENT)
        both = dict(self.correlations)
        both |= {(two, one): value for (one, two), value in self.correlations.items()}
        return [[1.0 if one == two else both[one, two] for two in order] for one in order]


def moments(
    drivers: Collection[Driver], sums: Sums, apart: Collection[str], floor: int = 0
) -> Moments | None:
    """Round what was summed; None where fewer than a hundred ballots, or `floor`, are complete.

    `apart` are the questions that may be looked at by the published counts. A driver with any
    other one is left out, and so is one that does not vary; without engagement there is nothing.
    """
    if sums.people < max(FEWEST, floor):
        return None
    kept = [item for item in drivers if item.points.keys() <= set(apart) and _square(item, sums)]
    if not any(item.key == ENGAGEMENT for item in kept):
        return None
    deviations = {item.key: sqrt(_square(item, sums)) / item.full for item in kept}
    questions = next(len(item.points) for item in kept if item.key == ENGAGEMENT)
    return Moments(
        people=sums.people - sums.people % _STEP,
        favourable_spread=round(_favourable_spread(sums, questions), SPREAD_DIGITS),
        deviations={key: round(value, DIGITS) for key, value in deviations.items()},
        correlations={
            (one.key, two.key): round(_correlation(one, two, sums), DIGITS)
            for at, one in enumerate(kept)
            for two in kept[at + 1 :]
        },
    )


def apart_of(favourable: Mapping[str, float], ballots: int, floor: int = 0) -> frozenset[str]:
    """Give the questions that people divide over, by their published favourable counts.

    >>> apart_of({"tools_1": 60.5, "enps": 3, "caring_1": 192}, 200)
    frozenset({'tools_1'})
    """
    least = max(APART, floor)
    return frozenset(
        code for code, count in favourable.items() if least <= count <= ballots - least
    )


def _product(one: str, two: str, sums: Sums) -> float:
    """Give the covariance of two drivers in points."""
    mean = sums.first[one] * sums.first[two] / sums.people
    return (sums.second[one, two] - mean) / (sums.people - 1)


def _square(driver: Driver, sums: Sums) -> float:
    return max(0.0, _product(driver.key, driver.key, sums))


def _correlation(one: Driver, two: Driver, sums: Sums) -> float:
    return _product(one.key, two.key, sums) / sqrt(_square(one, sums) * _square(two, sums))


def _favourable_spread(sums: Sums, questions: int) -> float:
    squares = sums.favourable_squares - sums.favourable**2 / sums.people
    return sqrt(max(0.0, squares) / (sums.people - 1)) / questions
