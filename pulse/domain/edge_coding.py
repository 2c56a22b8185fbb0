"""Edge coding: no published count says that everybody in a block, or nobody, gave an answer.

A count near either end of a block becomes an interval that also holds a state with dissenters.
Whatever is computed from blocks is computed from the middles of these intervals, so nothing
finer can be subtracted back out of a larger group.
"""

from dataclasses import dataclass
from math import ceil, floor

from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_MIDDLE, LIKERT_TOP

# How far short of an end that can be reached its search may stop, in answers.
_SHORT = 0.1


def code(count: int, ballots: int, width: int) -> Span:
    """Code one count of a block; `width` is how many dissenters an interval leaves room for.

    >>> code(1, 8, 1), code(7, 8, 1), code(2, 8, 1)
    (Span(low=0, high=1), Span(low=7, high=8), Span(low=2, high=2))
    """
    if count <= width:
        return Span(0, width)
    if count >= ballots - width:
        return Span(ballots - width, ballots)
    return exactly(count)


def coded(block: ClassCounts, width: int) -> Counts:
    """Code what was counted of one question in one block.

    The sum of a five-point scale is kept where it leaves room for `width` people of a class whose
    count is an interval at the lower end: a sum of 43 among nine of whom eight or nine agree would
    say that nobody disagrees.
    """
    ballots = block.ballots
    favourable = code(block.favourable, ballots, width)
    unfavourable = code(block.unfavourable, ballots, width)
    total: float | None = block.score_sum
    if total is not None:
        low, high = room(ballots, favourable, unfavourable, width)
        total = min(max(total, low), high)
    return Counts(ballots, favourable, unfavourable, total)


@dataclass(frozen=True, slots=True)
class Ends:
    """Where other published counts leave the ends of a count.

    It lies in `told` for certain, and can be anywhere in `open`, which may be smaller. What lies
    `margin` from an end of what is open is as near to it as nobody and everybody are.
    """

    told: Span
    open: Span
    margin: int


def bounded(count: int, ballots: int, ends: Ends, width: int) -> Span:
    """Code a count of which other published counts say something already.

    Near an end of what they leave open, counts that leave it open would be known. Where that is
    narrow, nothing beyond it is said. The whole block has ends of its own, with `width` as ever.
    Damaged ballots can make counts disagree; then the nearest possible count is coded.

    >>> narrow, wide = Span(11, 12), Span(11, 15)
    >>> bounded(12, 20, Ends(narrow, narrow, 1), 1), bounded(15, 20, Ends(wide, wide, 1), 1)
    (Span(low=11, high=12), Span(low=14, high=15))
    >>> bounded(13, 20, Ends(wide, wide, 1), 1), bounded(13, 20, Ends(wide, wide, 2), 1)
    (Span(low=13, high=13), Span(low=11, high=15))
    """
    told = Span(max(0, ends.told.low), min(ballots, ends.told.high))
    nearest = round(min(max(count, told.low), told.high))
    own = code(nearest, ballots, width)
    first = ceil(ends.open.low - _SHORT) + ends.margin
    last = floor(ends.open.high + _SHORT) - ends.margin
    if first >= last:
        inner = told
    elif nearest <= first:
        inner = Span(told.low, first)
    elif nearest >= last:
        inner = Span(last, told.high)
    else:
        inner = exactly(nearest)
    return Span(min(own.low, inner.low), max(own.high, inner.high))


def room(ballots: int, favourable: Span, unfavourable: Span, width: int) -> tuple[float, float]:
    """Give the sums of a five-point scale that leave all coded counts open.

    Where the favourable count is 0 to `width`, so many who gave 4, the least that is favourable,
    must still fit beside as many 1s as the unfavourable count allows; the other end is its mirror.

    >>> room(9, Span(8, 9), Span(0, 1), 1), room(9, Span(3, 3), Span(4, 4), 1)
    ((9, 42), (9, 45))
    """
    low: float = LIKERT_BOTTOM * ballots
    high: float = LIKERT_TOP * ballots
    agree, disagree = LIKERT_MIDDLE + 1, LIKERT_MIDDLE - 1
    if _is_low(favourable):
        others = min(unfavourable.high, ballots - width)
        neutral = ballots - width - others
        low = agree * width + LIKERT_BOTTOM * others + LIKERT_MIDDLE * neutral
    if _is_low(unfavourable):
        others = min(favourable.high, ballots - width)
        neutral = ballots - width - others
        high = disagree * width + LIKERT_TOP * others + LIKERT_MIDDLE * neutral
    return low, high


def _is_low(span: Span) -> bool:
    return span.low == 0 and not span.is_exact
