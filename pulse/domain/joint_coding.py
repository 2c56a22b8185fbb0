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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from pulse.domain import dependent, edge_coding
from pulse.domain.blocks import Plan
from pulse.domain.cells import Counts, Span
from pulse.domain.counting import ClassCounts
from pulse.domain.dependent import Combination, Place
from pulse.domain.dimension import ORGANISATION
from pulse.domain.joint import Joint
from pulse.domain.scale import LIKERT_BOTTOM, LIKERT_MIDDLE, LIKERT_TOP

Floats: TypeAlias = NDArray[np.float64]
# Kinds of people times blocks, up to which ranges are found by linear programmes.
LARGEST = 4_000
_CLOSE = 1e-6
_GOOD, _BAD = 0, 1


@dataclass(frozen=True, slots=True)
class Ground:
    """The blocks in the order of their coding, over kinds of people who share all of them."""

    places: tuple[Place, ...]
    inside: sparse.csr_array
    people: Floats
    follows: Mapping[Place, Combination]

    @property
    def is_small(self) -> bool:
        """Whether ranges can be found exactly; if not, sums of blocks are all that is heeded."""
        others = sum(key != ORGANISATION for key, _ in self.places)
        return len(self.people) * others <= LARGEST

    def depth(self, at: int) -> int:
        """Give how many dimensions are published before that of a block."""
        keys = list(dict.fromkeys(key for key, _ in self.places))
        return keys.index(self.places[at][0])


def ground(ballots: Joint, plans: Plan) -> Ground:
    """Lay out the blocks of a plan over those who took part."""
    places = dependent.in_order(plans)
    inside, people = dependent.membership(ballots, plans, places)
    return Ground(tuple(places), inside, people, dependent.combinations(ballots, plans))


def coded(laid: Ground, exact: Mapping[Place, ClassCounts], width: int) -> dict[Place, Counts]:
    """Code one question of all blocks; `width` is how many dissenters an interval leaves room for.

    Only blocks of the organisation have a sum of scores: those of others would add up to theirs.
    """
    told, found = _Told(laid, width), {}
    for at, place in enumerate(laid.places):
        if place[0] == ORGANISATION:
            found[place] = edge_coding.coded(exact[place], width)
            if laid.is_small:
                told.add(at, found[place])
        elif laid.is_small:
            found[place] = _within(told, at, exact[place])
        else:
            spans = _following(found, laid.follows.get(place, {}), exact[place].ballots)
            found[place] = _coded(exact[place], spans, width)
    return found


def _within(told: "_Told", at: int, exact: ClassCounts) -> Counts:
    """Code a block in the range that everything before it leaves; favourable answers come first."""
    spans = []
    for side, count in ((_GOOD, exact.favourable), (_BAD, exact.unfavourable)):
        span = _one_count(told, (at, side), count, exact.ballots)
        told.add_count(at, side, span)
        spans.append(span)
    return Counts(exact.ballots, spans[_GOOD], spans[_BAD])


def _one_count(told: "_Told", where: tuple[int, int], count: int, ballots: int) -> Span:
    """Code one count; where damage lets nothing fit what was published, nothing is said of it."""
    known = told.range(*where)
    if known is None:
        return Span(0, ballots)
    margin = told.width * told.laid.depth(where[0])
    return edge_coding.bounded(count, ballots, known, told.width, margin)


def _following(
    found: Mapping[Place, Counts], parts: Combination, ballots: int
) -> tuple[Span, Span]:
    """Say what is known of a block in a very large company: only sums of others are heeded."""
    if not parts:
        return Span(0, ballots), Span(0, ballots)
    return (
        edge_coding.known((times, found[at].favourable) for at, times in parts.items()),
        edge_coding.known((times, found[at].unfavourable) for at, times in parts.items()),
    )


def _coded(exact: ClassCounts, told: tuple[Span, Span], width: int) -> Counts:
    good, bad = told
    return Counts(
        exact.ballots,
        edge_coding.bounded(exact.favourable, exact.ballots, good, width, width),
        edge_coding.bounded(exact.unfavourable, exact.ballots, bad, width, width),
    )


@dataclass(slots=True)
class _Told:
    """What has been published so far of a question: rows over kinds, favourable ones first."""

    laid: Ground
    width: int
    rows: list[Floats] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def add(self, at: int, counts: Counts) -> None:
        self.add_count(at, _GOOD, counts.favourable)
        self.add_count(at, _BAD, counts.unfavourable)
        for row, most in _scores(counts, self.width):
            weights = np.zeros(2 * len(self.laid.people))
            members = self._members(at)
            weights[: len(members)], weights[len(members) :] = row[0] * members, row[1] * members
            self.rows.append(weights)
            self.most.append(most)

    def add_count(self, at: int, side: int, span: Span) -> None:
        row = self._row(at, side)
        self.rows += [row, -row]
        self.most += [span.high, -span.low]

    def range(self, at: int, side: int) -> Span | None:
        """Give the least and the most that a count can be; None where nothing fits (damage)."""
        row, people = self._row(at, side), self.laid.people
        both = sparse.hstack([sparse.eye_array(len(people))] * 2)
        rows = sparse.csr_array(sparse.vstack([sparse.csr_array(np.array(self.rows)), both]))
        most = np.concatenate([np.array(self.most), people])
        upper = np.concatenate([people, people])
        ends = []
        for sign in (1.0, -1.0):
            limits = np.column_stack([np.zeros(len(upper)), upper])
            done = optimize.linprog(sign * row, A_ub=rows, b_ub=most, bounds=limits)  # type: ignore[call-overload]
            if done.status != 0:
                return None
            ends.append(sign * float(done.fun))
        return Span(ceil(ends[0] - _CLOSE), floor(ends[1] + _CLOSE))

    def _members(self, at: int) -> Floats:
        return np.asarray(self.laid.inside[:, [at]].toarray().ravel())

    def _row(self, at: int, side: int) -> Floats:
        members = self._members(at)
        nobody = np.zeros_like(members)
        return np.concatenate([members, nobody] if side == _GOOD else [nobody, members])


def _scores(counts: Counts, width: int) -> Iterator[tuple[tuple[int, int], float]]:
    """Say what a sum of scores tells: rows over favourable and unfavourable answers, and most.

    Each favourable answer lies one or two points above the middle, each unfavourable one below.
    A sum that may have been kept in place is open at that side.
    """
    if counts.score_sum is None:
        return
    n, total = counts.n, counts.score_sum
    low, high = edge_coding.room(n, counts.favourable, counts.unfavourable, width)
    if total < high or high == LIKERT_TOP * n:
        yield (1, -2), total - LIKERT_MIDDLE * n
    if total > low or low == LIKERT_BOTTOM * n:
        yield (-2, 1), LIKERT_MIDDLE * n - total
