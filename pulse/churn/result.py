"""What the study finds, as values that are stored as JSON and read back as they were.

A number that may not be shown is absent here, so no page or file can show it by accident. Shares
are from 0 to 1, rates per 100 person-years, and nothing is rounded before it is shown.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from pulse.churn.driver_result import FoundDrivers
from pulse.churn.estimate import Estimate
from pulse.domain.study_values import Headline, Lags, OwnLevel


@dataclass(frozen=True, slots=True)
class MoodPoint:
    """The favourable share of everyone asked in one wave, over `n` ballots.

    `reworded` where other questions, or other words, stand behind it than in the wave before.
    """

    wave: int
    closed_on: date
    n: int
    favourable: Estimate
    invited: int = 0
    reworded: bool = False

    @property
    def response_rate(self) -> float | None:
        """The share of those invited who took part, 0 to 1."""
        return self.n / self.invited if self.invited else None


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
    shrunken: Estimate | None = None


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
class Kind:
    """Separations of one kind over the year; numbers below the floor of leavers are absent."""

    kind: str
    count: int | None
    per_100_person_years: float | None
    per_100_headcount: float | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """Separations of the company over the year, by kind.

    So many of the voluntary ones are dated by the day of notice, the others by the last day.
    """

    starts_on: date
    ends_on: date
    person_years: float
    kinds: tuple[Kind, ...]
    by_notice: int | None


@dataclass(frozen=True, slots=True)
class UnitRate:
    """A unit in the funnel. Only one that lies outside all limits has its name here.

    Where people or leavers are too few for a rate of its own, there is only the shrunken one.
    """

    person_years: float
    rate: Estimate | None
    shrunken: Estimate
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which rates units of so much time lie where only chance sets them apart."""

    person_years: float
    inner: tuple[float, float]
    outer: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rates:
    """Units beside one another over the year, and the funnel around their common rate.

    `left_out` are small ones beyond the number that a picture can hold; all count in the estimates.
    """

    starts_on: date
    ends_on: date
    mean: float
    alpha: float
    dispersion: float
    units: tuple[UnitRate, ...]
    funnel: tuple[Limits, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Link:
    """The study of the panel of own releases; one unit of score is so many `points`."""

    points: int
    teams: int
    headline: Headline
    own_level: OwnLevel | None
    lags: Lags


@dataclass(frozen=True, slots=True)
class Study:
    """Everything that the churn page shows."""

    covers_until: date
    last_separation_on: date | None
    leaver_floor: int
    timeline: Timeline
    teams: Teams | None
    kinds: Kinds | None = None
    rates: Rates | None = None
    link: Link | None = None
    drivers: FoundDrivers | None = None


_STUDY = TypeAdapter(Study)


def to_json(study: Study) -> str:
    """Write a study in the one form in which it is stored."""
    return _STUDY.dump_json(study).decode()


def from_json(text: str) -> Study:
    """Read what `to_json` wrote."""
    return _STUDY.validate_json(text)
