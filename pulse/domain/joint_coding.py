"""Codes the blocks of all dimensions so that none of them undoes what another one hides.

Every dimension divides the same people. Were the classes of an attribute published to the last
person, they would add up to the exact total, and a count that is an interval in the organisation
could be worked out from it. So blocks are published one after another, the organisation first, and
each is coded within what those before it say already: between the least and the most that it can
be for anybody who reads them. The ends of that range are like nobody and everybody. What is
published before is all that decides where they lie, so a wide interval tells no more than that.

Why this leaves every class open for everybody: the least number of favourable answers among some
people is a convex function of the count of the block. If it is not their whole number everywhere,
it is so at most near an end of the range, and there the count is an interval. With one attribute
the function moves by whole people; with more it may move by halves and thirds, so what counts as
near grows with every dimension published before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pulse.domain import edge_coding, kinds, open_box
from pulse.domain.blocks import Plan
from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.dimension import ORGANISATION
from pulse.domain.joint import Joint
from pulse.domain.kinds import Place
from pulse.domain.reach import FAVOURABLE, UNFAVOURABLE, Tables

# Of people about whom nothing is published yet, so many are taken to be of each side.
_UNKNOWN = 1 / 3


@dataclass(frozen=True, slots=True)
class Ground:
    """The blocks in the order of their coding, over kinds of people who share all of them."""

    places: tuple[Place, ...]
    inside: sparse.csc_array
    people: NDArray[np.float64]

    @property
    def first(self) -> int:
        """How many blocks there are of the organisation, which come first."""
        return sum(key == ORGANISATION for key, _ in self.places)

    def depth(self, at: int) -> int:
        """Give how many dimensions are published before that of a block."""
        keys = list(dict.fromkeys(key for key, _ in self.places))
        return keys.index(self.places[at][0])


def ground(ballots: Joint, plans: Plan) -> Ground:
    """Lay out the blocks of a plan over those who took part."""
    places = kinds.in_order(plans)
    inside, people = kinds.membership(ballots, plans, places)
    return Ground(tuple(places), inside, people)


def coded(laid: Ground, exact: Mapping[Place, ClassCounts], width: int) -> dict[Place, Counts]:
    """Code one question of all blocks; `width` is how many dissenters an interval leaves room for.

    Only blocks of the organisation have a sum of scores: those of others would add up to theirs.
    """
    units, rest = laid.places[: laid.first], laid.places[laid.first :]
    found = {place: edge_coding.coded(exact[place], width) for place in units}
    tables = _tables(laid, [found[place] for place in units], width)
    for at, place in enumerate(rest, start=len(units)):
        count, margin = exact[place], width * laid.depth(at)
        policy = count.ballots, width, margin
        good = _within(tables, (at, FAVOURABLE), count.favourable, policy)
        bad = _within(tables, (at, UNFAVOURABLE), count.unfavourable, policy)
        found[place] = Counts(count.ballots, good, bad)
    return found


def _within(
    tables: Tables, where: tuple[int, int], count: int, policy: tuple[int, int, int]
) -> Span:
    """Code a count in the range that everything before it leaves, and keep it from now on."""
    ballots, width, margin = policy
    reach = tables.reach(*where, Span(count - margin - 1, count + margin + 1))
    if reach.low.reached <= count - margin - 1 and reach.high.reached >= count + margin + 1:
        # Nothing that more steps would find could make an interval of it.
        span = exactly(count)
    else:
        reach = tables.farther(*where, reach)
        ends = edge_coding.Ends(reach.told, reach.open, margin)
        span = edge_coding.bounded(count, ballots, ends, width)
        if span.low <= reach.told.low and span.high >= reach.told.high:
            return span
    low, high = max(span.low, reach.open.low), min(span.high, reach.open.high)
    tables.stand(reach.table((low + high) / 2))
    tables.keep(where[1], [where[0]], np.array([[span.low, span.high] * 2]))
    return span


def _tables(laid: Ground, units: Sequence[Counts], width: int) -> Tables:
    """Give a table that fits what is published of the organisation, evenly within each block."""
    boxes = [open_box.box(counts, width) for counts in units]
    middles = [open_box.middle(pair, counts.n) for pair, counts in zip(boxes, units, strict=True)]
    size = np.array([counts.n for counts in units], dtype=np.float64)
    members = laid.inside[:, : len(units)]
    outside = _UNKNOWN * (1 - members.sum(axis=1))
    start = [
        laid.people * (outside + members @ (np.array([pair[side] for pair in middles]) / size))
        for side in (FAVOURABLE, UNFAVOURABLE)
    ]
    decided = [counts.neutral == exactly(0) for counts in units]
    tables = Tables(
        laid.inside, laid.people, np.concatenate(start), members @ np.array(decided, float) > 0
    )
    for side in (FAVOURABLE, UNFAVOURABLE):
        told = [(counts.favourable, counts.unfavourable)[side] for counts in units]
        ends = [
            (span.low, span.high, pair[side].low, pair[side].high)
            for span, pair in zip(told, boxes, strict=True)
        ]
        tables.keep(side, range(len(units)), np.array(ends).reshape(-1, 4))
    return tables
