"""What readers of a release are handed: frozen values, each number released or suppressed."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from pulse.domain import scores
from pulse.domain.bands import WhatIf, band, what_if
from pulse.domain.cells import Counts, Reason, Released, Span, Suppressed
from pulse.domain.dimension import ORGANISATION
from pulse.domain.scale import Scale

Number: TypeAlias = Released[float] | Suppressed
Whole: TypeAlias = Released[int] | Suppressed


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """A release as a whole. What was counted is suppressed where it was withheld.

    `unreadable` counts shards; `surplus` the ballots beyond the tokens of some group, `excess`
    those beyond the tokens of all, and `lost` those that are missing where most are. `opted_out`
    are those invited who want no mails, in steps of five.
    """

    id: int
    wave_id: int
    title: str
    closed_on: date
    created_on: date
    rule: str
    floor: int
    comment_floor: int
    withheld: bool
    invited: int
    redeemed: Whole
    ballots: Whole
    unreadable: Whole
    surplus: Whole
    handed: Whole
    opted_out: int
    excess: Whole
    lost: Whole
    accepted: str | None

    @property
    def participation(self) -> Number:
        """Ballots per hundred people invited."""
        return _per_hundred(self.ballots, self.invited)

    @property
    def more_ballots_than_issued(self) -> bool:
        """Whether the box held more ballots than tokens were signed, which is a warning."""
        return isinstance(self.excess, Released) and self.excess.value > 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a release. `depth` is 0 for the whole company and for classes of an attribute.

    A group that was merged names the block in which it is counted, by code in `merged_into`.
    """

    id: int
    dimension: str
    dimension_name: str
    code: str
    name: str
    parent: str | None
    depth: int
    labels: tuple[str, ...]
    members: tuple[str, ...]
    invited: int
    ballots: Whole
    is_block: bool = False
    merged_into: str | None = None

    @property
    def is_everyone(self) -> bool:
        """Whether it is the whole of everybody asked."""
        return self.dimension == ORGANISATION and self.parent is None

    @property
    def key(self) -> str:
        """What an address carries to name the group; keys of dimensions hold no colon."""
        return f"{self.dimension}:{self.code}"

    @property
    def block_key(self) -> str:
        """The key of the block in which a group that was merged is counted."""
        return f"{self.dimension}:{self.merged_into or self.code}"

    @property
    def rate(self) -> Number:
        """Ballots per hundred people invited; it obeys the same floor as every number."""
        return _per_hundred(self.ballots, self.invited)

    @property
    def band(self) -> Released[str] | Suppressed:
        """How many took part as pages say it; files carry the exact number."""
        if isinstance(self.ballots, Suppressed):
            return self.ballots
        return Released(band(self.ballots.value))

    @property
    def shown(self) -> bool:
        """Whether anything is published about the group."""
        return isinstance(self.ballots, Released)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was asked. Own questions of two surveys may share a code, not a text."""

    code: str
    text: str
    scale: Scale
    driver: str
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Shares:
    """The classes of one question in per cent of all ballots of a group.

    Each is a span, which is wide where a block is nearly of one mind; `neutral_middle` is what is
    left to a hundred when the middles of the other two are taken away.
    """

    favourable: Span
    neutral: Span
    unfavourable: Span
    neutral_middle: float


@dataclass(frozen=True, slots=True)
class Change:
    """A figure less the same one of the wave before, in points, with its 95 % interval.

    It `holds` where it can be told from chance among all changes of the release; only then is it
    shown with an arrow.
    """

    value: float
    low: float
    high: float
    holds: bool
    since: date
    before: int


@dataclass(frozen=True, slots=True)
class Precision:
    """A figure with its 95 % interval, and its change where its line goes on."""

    value: float
    low: float
    high: float
    change: Change | None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What a group answered to one question; releases of before have no precision."""

    question: Asked
    counts: Released[Counts] | Suppressed
    precision: Precision | None = None

    @property
    def favourable(self) -> Number:
        """Favourable answers in per cent of all ballots."""
        if isinstance(self.counts, Suppressed):
            return self.counts
        return Released(scores.favourable(self.counts.value))

    @property
    def shares(self) -> Released[Shares] | Suppressed:
        """All three classes in per cent of all ballots."""
        if isinstance(self.counts, Suppressed):
            return self.counts
        counts = self.counts.value
        return Released(
            Shares(
                favourable=_of_hundred(counts.favourable, counts.n),
                neutral=_of_hundred(counts.neutral, counts.n),
                unfavourable=_of_hundred(counts.unfavourable, counts.n),
                neutral_middle=100 * counts.neutral_middle / counts.n,
            )
        )


@dataclass(frozen=True, slots=True)
class DriverResult:
    """The mean favourable share of the questions of one driver."""

    key: str
    name: str
    score: Number
    questions: tuple[QuestionResult, ...]
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class GroupResults:
    """Everything published about one group."""

    group: Group
    questions: tuple[QuestionResult, ...]
    drivers: tuple[DriverResult, ...]
    engagement: Number
    enps: Number
    engagement_precision: Precision | None = None
    enps_precision: Precision | None = None

    @property
    def what_ifs(self) -> tuple[WhatIf, ...]:
        """What the engagement index would be, had those who did not answer been less favourable."""
        rate, index = self.group.rate, self.engagement
        if isinstance(rate, Suppressed) or isinstance(index, Suppressed):
            return ()
        return tuple(what_if(index.value, rate.value / 100))


def whole(value: int | None, reason: Reason, floor: int) -> Whole:
    """Read a column that is empty where a release was withheld."""
    return Suppressed(reason, floor) if value is None else Released(value)


def _of_hundred(span: Span, n: int) -> Span:
    return Span(100 * span.low / n, 100 * span.high / n)


def _per_hundred(ballots: Whole, invited: int) -> Number:
    if isinstance(ballots, Suppressed):
        return ballots
    # More ballots than people can only come from a fault, which the release page names.
    return Released(100 * ballots.value / max(invited, ballots.value))
