"""What may stand in a published table: a released value, or a suppressed one with its reason.

Suppressed is a value and never None, so that no template can show a hidden number by accident.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Reason(Enum):
    """Why a number is not published, each with the sentence that a reader sees."""

    BELOW_FLOOR = (
        "Fewer than {floor} people answered here, so nothing is shown. "
        "This protects their anonymity."
    )
    COMPLEMENTARY = (
        "Not shown, because together with its neighbours it would reveal a group of "
        "fewer than {floor}."
    )
    NOT_ASKED = "This question was not asked here."
    TOO_FEW_BALLOTS = "Too few people took part in this wave to publish anything."
    LOCKED = (
        "The passphrase of the second person, without which no ballot can be opened, was not "
        "given in time. The ballots were destroyed unopened."
    )
    DAMAGED = (
        "Too many ballots were damaged, and nobody decided in time that the rest should be "
        "published. All of them were destroyed."
    )
    NOT_COUNTED = (
        "The ballots could not be counted in time, because something failed again and again. "
        "They were destroyed."
    )
    TOO_FEW_LEAVERS = "Too few people left to show a rate beside answers."

    def sentence(self, floor: int) -> str:
        """Give the reason in plain words for a policy whose minimum size is `floor`."""
        return self.value.format(floor=floor)


@dataclass(frozen=True, slots=True)
class Released(Generic[T]):
    """A value that passed disclosure control."""

    value: T


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A value that did not pass, and why. It holds no number at all."""

    reason: Reason
    floor: int

    @property
    def sentence(self) -> str:
        """The reason in plain words."""
        return self.reason.sentence(self.floor)


@dataclass(frozen=True, slots=True)
class Counts:
    """Integer counts of one group and question.

    `n` is the number of ballots in the group, so that a skipped question is no one-person
    difference; `score_sum` and `score_sumsq` run over the ballots that answered.
    """

    n: int = 0
    favourable: int = 0
    neutral: int = 0
    unfavourable: int = 0
    no_answer: int = 0
    score_sum: int = 0
    score_sumsq: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Add two disjoint groups."""
        return Counts(
            self.n + other.n,
            self.favourable + other.favourable,
            self.neutral + other.neutral,
            self.unfavourable + other.unfavourable,
            self.no_answer + other.no_answer,
            self.score_sum + other.score_sum,
            self.score_sumsq + other.score_sumsq,
        )

    @property
    def answered(self) -> int:
        """Ballots that hold an answer to the question."""
        return self.favourable + self.neutral + self.unfavourable

    @property
    def favourable_share(self) -> float | None:
        """Favourable answers as a share (0 to 1) of all ballots; None for an empty group."""
        return self.favourable / self.n if self.n else None

    @property
    def mean(self) -> float | None:
        """Mean score of those who answered; None where nobody did."""
        return self.score_sum / self.answered if self.answered else None


def total(counts: Iterable[Counts]) -> Counts:
    """Add up the counts of disjoint groups.

    >>> total([Counts(n=5, favourable=3), Counts(n=7, favourable=2)]).favourable
    5
    """
    result = Counts()
    for item in counts:
        result = result + item
    return result
