"""What may stand in a published table: a released value, or a suppressed one with its reason.

Suppressed is a value and never None, so that no template can show a hidden number by accident.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from pulse.domain.marking import marked

T = TypeVar("T")


class Reason(Enum):
    """Why a number is not published, each with the sentence that a reader sees."""

    BELOW_FLOOR = marked(
        "Fewer than {floor} people answered here, so nothing is shown. "
        "This protects their anonymity."
    )
    COMPLEMENTARY = marked(
        "Not shown, because together with its neighbours it would reveal a group of "
        "fewer than {floor}."
    )
    MERGED = marked("Too few to stand alone. Counted together with others, as “{into}”.")
    OUTSIDE = marked(
        "Not shown, because together with the other groups it could reveal something about fewer "
        "than {floor} people."
    )
    NOT_ASKED = marked("This question was not asked here.")
    TOO_FEW_FOR_ENPS = marked("Fewer than {floor} people answered, which is too few for an eNPS.")
    ABSENT = marked("The group was not there in this wave.")
    TOO_FEW_BALLOTS = marked("Too few people took part in this wave to publish anything.")
    LOCKED = marked(
        "The passphrase of the second person, without which no ballot can be opened, was not "
        "given in time. The ballots were destroyed unopened."
    )
    DAMAGED = marked(
        "Too many ballots were damaged, and nobody decided in time that the rest should be "
        "published. All of them were destroyed."
    )
    UNSAFE = marked(
        "The results could have told something about a few people, and nobody decided in time "
        "what to leave out. The ballots were destroyed."
    )
    NOT_COUNTED = marked(
        "The ballots could not be counted in time, because something failed again and again. "
        "They were destroyed."
    )
    TOO_FEW_LEAVERS = marked("Too few people left to show a rate beside answers.")

    def sentence(self, floor: int, into: str = "") -> str:
        """Give the reason in plain words for a policy whose minimum size is `floor`."""
        return self.value.format(floor=floor, into=into)


@dataclass(frozen=True, slots=True)
class Released(Generic[T]):
    """A value that passed disclosure control."""

    value: T


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A value that did not pass, and why. It holds no number at all.

    `into` names the block in which a group that was merged is counted.
    """

    reason: Reason
    floor: int
    into: str = ""

    @property
    def sentence(self) -> str:
        """The reason in plain words."""
        return self.reason.sentence(self.floor, self.into)


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a group that is shown only together with others: the code of that block."""

    into: str


@dataclass(frozen=True, slots=True)
class Span:
    """A count as it is published: exact, or an interval. `middle` is what is computed with."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The one number that stands for the span in every sum, share and mean."""
        return (self.low + self.high) / 2

    @property
    def is_exact(self) -> bool:
        """Whether it is a number and no interval."""
        return self.low == self.high

    def __add__(self, other: "Span") -> "Span":
        """Add two counts of disjoint blocks: only their middles, which say nothing finer."""
        return exactly(self.middle + other.middle)


def exactly(count: float) -> Span:
    """Give a count that is no interval."""
    return Span(count, count)


NOBODY = exactly(0)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is published of one group and question.

    `n` is the number of ballots in the group, so that a skipped question is no one-person
    difference. `score_sum` is the sum of a five-point scale, on which no answer counts as the
    midpoint; None on other scales. Sums of blocks are sums of what stands for the blocks.
    """

    n: int
    favourable: Span = NOBODY
    unfavourable: Span = NOBODY
    score_sum: float | None = None

    def __add__(self, other: "Counts") -> "Counts":
        """Add two disjoint groups."""
        known = self.score_sum is not None and other.score_sum is not None
        return Counts(
            self.n + other.n,
            self.favourable + other.favourable,
            self.unfavourable + other.unfavourable,
            (self.score_sum or 0) + (other.score_sum or 0) if known else None,
        )

    @property
    def neutral(self) -> Span:
        """Neutral or no answer: what is left of the ballots; never less than nothing."""
        if self.favourable.is_exact and self.unfavourable.is_exact:
            return exactly(self.n - self.favourable.low - self.unfavourable.low)
        low = self.n - self.favourable.high - self.unfavourable.high
        return Span(max(0, low), self.n - self.favourable.low - self.unfavourable.low)

    @property
    def neutral_middle(self) -> float:
        """What stands for `neutral` in a share, so that the three shares make a hundred."""
        return self.n - self.favourable.middle - self.unfavourable.middle

    @property
    def mean(self) -> float | None:
        """Mean score of all ballots, no answer counting as the midpoint; None without a sum."""
        return None if self.score_sum is None else self.score_sum / self.n
