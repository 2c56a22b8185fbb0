"""How sizes of the study are worded: ratios of rates, and by how many points a score fell."""

from pulse.churn.result import Link
from pulse.domain import study_values as values
from pulse.domain.panel_cell import Reason
from pulse.domain.study_values import Estimate as Coefficient

# A participation of a tenth less; its coefficient is for the whole.
TENTH = 0.1


def fall(link: Link) -> str:
    """Word the fall in score that sizes are given for.

    It is a typical one where no team moves by a whole unit.
    """
    return f"{(link.headline.unit or 1) * link.points:g} points"


def ratio(coefficient: float, unit: float) -> float:
    """Give by how much the rate is multiplied when the score is so much lower."""
    return values.ratio(-coefficient * unit)


def ends(found: Coefficient, unit: float, *, looks: bool = False) -> tuple[float, float]:
    """Give the 95 % interval of that ratio, of one look or of all the year's looks together."""
    interval = found.over_looks if looks else found.interval
    low, high = sorted(ratio(end, unit) for end in interval)
    return low, high


def told(reasons: tuple[Reason, ...]) -> str:
    """Put refusals or warnings on lines of their own, each with what would change it."""
    return "\n".join(f"{reason.text} {reason.change}".strip() for reason in reasons)


def times(value: float) -> str:
    """Word a ratio.

    >>> times(1.2799), times(0.05)
    ('1.28', '0.05')
    """
    return f"{value:.2f}"
