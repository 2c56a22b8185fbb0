"""What the study of a panel finds, as values that are stored and read again.

No library that crunches numbers is needed here, so that pages can show what the worker computed. A
number that is refused is absent, so nothing can print it. Coefficients are on the log scale for
one unit of score.
"""

from dataclasses import dataclass
from math import exp

from pulse.domain.panel_cell import Reason

SURE = 0.05
# The delay of the headline, in periods; it was chosen in advance.
LAG = 1
# The logarithm of a ratio beyond which a number of any size says the same.
_HOPELESS = 50.0


def ratio(log_ratio: float) -> float:
    """Give the ratio of a logarithm, which is cut where it would be beyond all measure.

    >>> ratio(0.0), ratio(1e9) == ratio(50.0)
    (1.0, True)
    """
    return exp(min(max(log_ratio, -_HOPELESS), _HOPELESS))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient on the log scale for one point of score, and its 95 % interval by t.

    `over_looks` is wider: all of the year's looks together have 95 %.
    """

    estimate: float
    standard_error: float
    df: int
    interval: tuple[float, float]
    over_looks: tuple[float, float]
    p: float


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is: all rows, those in which a score comes before, and what is in them."""

    rows: int
    usable_rows: int
    teams: int
    usable_teams: int
    periods: int
    answers: int
    separations: int
    person_years: float


@dataclass(frozen=True, slots=True)
class Headline:
    """The answer of the study."""

    counts: Totals
    refusals: tuple[Reason, ...]
    is_usable: bool = True
    warnings: tuple[Reason, ...] = ()
    within: Estimate | None = None
    between: Estimate | None = None
    next_period: Estimate | None = None
    participation: Estimate | None = None
    reliability: float | None = None
    dispersion: float | None = None
    unit: float | None = None
    smallest_ratio: float | None = None
    periods_needed: int | None = None
    sentence: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A fifth of the rows: where it lies, what happened there over what was expected.

    `low` and `high` are the exact 95 % interval of `ratio` (Garwood 1936).
    """

    deviation: float
    lowest: float
    highest: float
    teams: int
    separations: int
    expected: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The fitted ratio at one deviation, with its 95 % interval."""

    deviation: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """Parts from the lowest deviation to the highest, and the curve through them."""

    parts: tuple[Part, ...]
    curve: tuple[CurvePoint, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """The coefficient of one delay, per unit of score on the log scale, adjusted for all looks."""

    lag: int
    estimate: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Lags:
    """All delays on the rows they have in common; `participation` is one row more, of delay 1.

    Its coefficient is for a tenth more of the team answering.

    Without delays a refusal says why.
    """

    delays: tuple[Delay, ...]
    participation: Delay | None
    rows: int
    separations: int
    refusal: Reason | None = None

    @property
    def stands_out(self) -> tuple[int, ...]:
        """The delays that hold once all were looked at together."""
        return tuple(one.lag for one in self.delays if one.p < SURE)
