"""Favourable and unfavourable answers of a block, each between two ends that fit any pair of both.

A block is published as two counts and a sum of scores, and the three say together more than each
alone. A box inside of what they leave lets both counts move without looking at the other one, but
for one thing: together they are never more than all, which whoever moves them has to heed.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import TypeAlias

from pulse.domain import edge_coding
from pulse.domain.cells import Counts, Span
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_MIDDLE, LIKERT_TOP

# So many favourable and so many unfavourable answers, weighed, come to no more than that.
Limit: TypeAlias = tuple[int, int, float]
_STEP = 0.5


def box(counts: Counts, width: int) -> tuple[Span, Span]:
    """Give ends for both counts of a block, as far apart as its sum of scores lets them be.

    >>> box(Counts(9, Span(8, 9), Span(0, 1)), 1)
    (Span(low=8, high=9), Span(low=0, high=1))
    >>> box(Counts(9, Span(8, 9), Span(0, 1), 40), 1)
    (Span(low=8.0, high=9.0), Span(low=0.0, high=1.0))
    """
    good, bad = counts.favourable, counts.unfavourable
    if counts.score_sum is None or (good.is_exact and bad.is_exact):
        return good, bad
    return _widest(good, bad, counts.n, tuple(_limits(counts, width)))


def middle(sides: tuple[Span, Span], n: int) -> tuple[float, float]:
    """Give a pair inside of a box that leaves room for a third answer where there can be one.

    >>> middle((Span(8, 9), Span(0, 1)), 9)
    (8.25, 0.25)
    """
    good, bad = _widest(*sides, n, ((1, 1, n),))
    return good.middle, bad.middle


@lru_cache(maxsize=10_000)
def _widest(good: Span, bad: Span, n: int, limits: tuple[Limit, ...]) -> tuple[Span, Span]:
    boxes = [
        (across, along)
        for across, along in product(_inside(good), _inside(bad))
        if across.low + along.low <= n and all(_fits(across, along, limit) for limit in limits)
    ]
    return max(boxes, key=_openness, default=(good, bad))


def _openness(sides: tuple[Span, Span]) -> tuple[float, float]:
    widths = [side.high - side.low for side in sides]
    return sum(widths), min(widths)


def _inside(span: Span) -> list[Span]:
    """List the intervals inside of one, whose ends lie half an answer apart or more."""
    ends = [span.low + _STEP * at for at in range(round((span.high - span.low) / _STEP) + 1)]
    return [Span(low, high) for low, high in combinations_with_replacement(ends, 2)]


def _fits(good: Span, bad: Span, limit: Limit) -> bool:
    """Say whether every corner of a box keeps to a limit."""
    most = sum(
        times * (side.high if times > 0 else side.low)
        for times, side in zip(limit[:2], (good, bad), strict=True)
    )
    return most <= limit[2]


def _limits(counts: Counts, width: int) -> Iterator[Limit]:
    """Say what the sum of scores tells of both counts together.

    Each favourable answer lies one or two points above the middle, each unfavourable one below.
    A sum that may have been kept in place is open at that side.
    """
    n, total = counts.n, counts.score_sum
    if total is None:
        return
    low, high = edge_coding.room(n, counts.favourable, counts.unfavourable, width)
    if total < high or high == LIKERT_TOP * n:
        yield 1, -2, total - LIKERT_MIDDLE * n
    if total > low or low == LIKERT_BOTTOM * n:
        yield -2, 1, LIKERT_MIDDLE * n - total
