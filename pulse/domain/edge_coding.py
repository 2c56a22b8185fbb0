"""Edge coding: no published count says that everybody in a block, or nobody, gave an answer.

A count near either end of a block becomes an interval that also holds a state with dissenters.
Whatever is computed from blocks is computed from the middles of these intervals, so nothing
finer can be subtracted back out of a larger group.
"""

from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_TOP


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

    The sum of a five-point scale is kept within what `width` dissenters leave possible. Every sum
    that may be published then goes with a block in which somebody chose another class.
    """
    ballots = block.ballots
    total = block.score_sum
    if total is not None:
        low, high = LIKERT_BOTTOM * ballots + 2 * width, LIKERT_TOP * ballots - 2 * width
        total = min(max(total, low), high)
    return Counts(
        ballots,
        code(block.favourable, ballots, width),
        code(block.unfavourable, ballots, width),
        total,
    )
