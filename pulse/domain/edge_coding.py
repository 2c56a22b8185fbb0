"""Edge coding: no published count says that everybody in a block, or nobody, gave an answer.

A count near either end of a block becomes an interval that also holds a state with dissenters.
Whatever is computed from blocks is computed from the middles of these intervals, so nothing
finer can be subtracted back out of a larger group.
"""

from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_MIDDLE, LIKERT_TOP


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
