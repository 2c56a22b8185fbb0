"""Edge coding: no published count says that everybody in a block, or nobody, gave an answer.

A count near either end of a block becomes an interval that also holds a state with dissenters.
Whatever is computed from blocks is computed from the middles of these intervals, so nothing
finer can be subtracted back out of a larger group.
"""

from collections.abc import Iterable
from math import ceil, floor

from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_MIDDLE, LIKERT_TOP

# What adding up fractions may be off by.
_ROUNDING = 1e-6


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


def known(parts: Iterable[tuple[float, Span]]) -> Span:
    """Say what published counts tell of a sum of them, each taken so many times.

    >>> known([(1, Span(7, 8)), (1, Span(4, 4)), (-1, Span(0, 1))])
    Span(low=10, high=12)
    """
    low = high = 0.0
    for factor, span in parts:
        ends = factor * span.low, factor * span.high
        low, high = low + min(ends), high + max(ends)
    return Span(ceil(low - _ROUNDING), floor(high + _ROUNDING))


def bounded(count: int, ballots: int, told: Span, width: int, margin: int) -> Span:
    """Code a count of which other published counts say already that it lies in `told`.

    The ends of that range are like nobody and everybody: there, counts that leave the range open
    would be known. `margin` is how near to an end that is. Where the range is narrow, nothing
    beyond it is said. The whole block has ends of its own, with `width` as ever.

    >>> bounded(12, 20, Span(11, 12), 1, 1), bounded(15, 20, Span(11, 15), 1, 1)
    (Span(low=11, high=12), Span(low=14, high=15))
    >>> bounded(13, 20, Span(11, 15), 1, 1), bounded(13, 20, Span(11, 15), 1, 2)
    (Span(low=13, high=13), Span(low=11, high=15))
    """
    low, high = max(0, min(told.low, count)), min(ballots, max(told.high, count))
    own = code(count, ballots, width)
    if high - low <= 2 * margin:
        inner = Span(low, high)
    else:
        found = code(round(count - low), round(high - low), margin)
        inner = Span(low + found.low, low + found.high)
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
