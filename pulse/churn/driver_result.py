"""What goes along with engagement, as values that a study stores.

Either every share is here, or the words that say why there is none.
"""

from dataclasses import dataclass
from datetime import date

from pulse.churn.estimate import Estimate
from pulse.domain.bands import band


@dataclass(frozen=True, slots=True)
class DriverShare:
    """What one driver has of all that goes along with engagement, 0 to 1."""

    key: str
    label: str
    share: Estimate


@dataclass(frozen=True, slots=True)
class Drivers:
    """The drivers of one wave, the largest share first; all shares add up to one.

    `r_squared` is the part of the differences between people's engagement that goes along with all
    drivers together. `unordered` are neighbours by label whose intervals overlap. `people` is
    rounded down to tens.
    """

    wave: int
    closed_on: date
    people: int
    r_squared: Estimate
    shares: tuple[DriverShare, ...]
    unordered: tuple[tuple[str, str], ...]

    @property
    def band(self) -> str:
        """How many ballots it rests on, as pages say it."""
        return band(self.people)


@dataclass(frozen=True, slots=True)
class NoDrivers:
    """Why there are no shares, and what would have to change."""

    refusal: str


FoundDrivers = Drivers | NoDrivers
