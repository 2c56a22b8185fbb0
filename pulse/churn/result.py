"""What the study finds, as values that are stored as JSON and read back as they were.

A number that may not be shown is absent here, so no page or file can show it by accident. Shares
are from 0 to 1, rates per 100 person-years, and nothing is rounded before it is shown.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """The favourable share of everyone asked in one wave, over `n` ballots."""

    wave: int
    closed_on: date
    n: int
    favourable: Estimate


@dataclass(frozen=True, slots=True)
class RateWindow:
    """Voluntary separations of the company in one window; a gap has neither count nor rate."""

    starts_on: date
    ends_on: date
    person_years: float
    voluntary: int | None
    rate: Estimate | None
    per_100_headcount: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Sentiment above, separations below, on one axis of time."""

    weeks: int
    moods: tuple[MoodPoint, ...]
    windows: tuple[RateWindow, ...]

    @property
    def gaps(self) -> int:
        """How many windows have no rate: too few leavers, or needed to cover such a window."""
        return sum(window.rate is None for window in self.windows)


@dataclass(frozen=True, slots=True)
class TeamPoint:
    """One group with both numbers: `n` ballots over `waves` waves, and its leavers."""

    name: str
    units: int
    waves: int
    n: int
    favourable: Estimate
    person_years: float
    voluntary: int
    rate: Estimate


@dataclass(frozen=True, slots=True)
class Teams:
    """Groups beside one another over the same window, none of which holds another's units.

    `rest` is all others together, `rest_units` how many units these are.
    """

    starts_on: date
    ends_on: date
    points: tuple[TeamPoint, ...]
    rest: TeamPoint | None
    rest_units: int


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that the churn page shows."""

    covers_until: date
    last_separation_on: date | None
    leaver_floor: int
    timeline: Timeline
    teams: Teams | None


_STUDY = TypeAdapter(Study)


def to_json(study: Study) -> str:
    """Write a study in the one form in which it is stored."""
    return _STUDY.dump_json(study).decode()


def from_json(text: str) -> Study:
    """Read what `to_json` wrote."""
    return _STUDY.validate_json(text)
