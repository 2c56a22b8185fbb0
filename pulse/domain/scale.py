"""Answer scales: which answers exist, which of them are favourable, and how they are scored.

Favourable classes follow the field's convention: the two upper points of a five-point
agreement scale, promoters (9 and 10) of the likelihood scale (Reichheld 2003), and "yes".
"""

from dataclasses import dataclass
from enum import StrEnum

from pulse.domain.marking import marked

LIKERT_BOTTOM = 1
LIKERT_MIDDLE = 3
LIKERT_TOP = 5
PROMOTER_FROM = 9
PASSIVE_FROM = 7


class Scale(StrEnum):
    """How a question is answered."""

    LIKERT5 = "likert5"
    ZERO_TO_TEN = "zero_to_ten"
    YES_NO = "yes_no"
    OPEN = "open"


class Favour(StrEnum):
    """The class that an answer falls into, seen from the organisation that hopes to be good."""

    FAVOURABLE = "favourable"
    NEUTRAL = "neutral"
    UNFAVOURABLE = "unfavourable"


@dataclass(frozen=True, slots=True)
class Choice:
    """One scale point."""

    value: int
    label: str


_CHOICES: dict[Scale, tuple[Choice, ...]] = {
    Scale.LIKERT5: (
        Choice(1, marked("Strongly disagree")),
        Choice(2, marked("Disagree")),
        Choice(3, marked("Neither agree nor disagree")),
        Choice(4, marked("Agree")),
        Choice(5, marked("Strongly agree")),
    ),
    Scale.ZERO_TO_TEN: tuple(Choice(value, str(value)) for value in range(11)),
    Scale.YES_NO: (Choice(1, marked("Yes")), Choice(0, marked("No"))),
    Scale.OPEN: (),
}


def choices(scale: Scale) -> tuple[Choice, ...]:
    """Give the scale points in the order in which they are shown.

    >>> [choice.value for choice in choices(Scale.YES_NO)]
    [1, 0]
    """
    return _CHOICES[scale]


def values(scale: Scale) -> frozenset[int]:
    """Give the values that an answer on this scale may take."""
    return frozenset(choice.value for choice in _CHOICES[scale])


def favour(scale: Scale, value: int, *, reverse: bool) -> Favour:
    """Give the class of an answer; a reverse-scored question is turned round first.

    >>> favour(Scale.LIKERT5, 4, reverse=True).value
    'unfavourable'
    >>> favour(Scale.ZERO_TO_TEN, 7, reverse=False).value
    'neutral'
    """
    points = score(scale, value, reverse=reverse)
    if scale is Scale.LIKERT5:
        return _classed(points, favourable_from=4, neutral_from=3)
    if scale is Scale.ZERO_TO_TEN:
        return _classed(points, favourable_from=PROMOTER_FROM, neutral_from=PASSIVE_FROM)
    return _classed(points, favourable_from=1, neutral_from=1)


def score(scale: Scale, value: int, *, reverse: bool) -> int:
    """Give the points of an answer, higher being better for staff.

    Raises ValueError for a value that is not on the scale.

    >>> score(Scale.LIKERT5, 2, reverse=True)
    4
    >>> score(Scale.YES_NO, 1, reverse=True)
    0
    """
    if value not in values(scale):
        raise ValueError(f"{value} is not on the scale {scale.value}")
    if not reverse:
        return value
    top = max(values(scale))
    return top + min(values(scale)) - value


def _classed(points: int, *, favourable_from: int, neutral_from: int) -> Favour:
    if points >= favourable_from:
        return Favour.FAVOURABLE
    return Favour.NEUTRAL if points >= neutral_from else Favour.UNFAVOURABLE
