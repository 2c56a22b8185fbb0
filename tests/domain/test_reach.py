"""A walk never leaves what is possible, and its prices never exclude any of it.

A linear programme, which shares no code with the walk, says what the very ends are.
"""

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, sparse

from pulse.domain.cells import Span
from pulse.domain.reach import FAVOURABLE, UNFAVOURABLE, Tables

UNITS, SITES = 5, 3
CLOSE = 1e-6
# How far short of an end a walk may stop where nothing is in its way.
SHORT = 0.1


class Company:
    """People of a few units at a few sites, of whom each unit's answers are published exactly."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        shape = (UNITS * SITES, 3)
        table = random.integers(0, 5, shape) * random.integers(0, 2, shape)
        self.true = table[table.sum(axis=1) > 0]
        self.people = self.true.sum(axis=1).astype(float)
        kinds = np.flatnonzero(table.sum(axis=1))
        inside = np.zeros((len(kinds), UNITS + SITES))
        inside[np.arange(len(kinds)), kinds // SITES] = 1
        inside[np.arange(len(kinds)), UNITS + kinds % SITES] = 1
        self.inside = inside
        self.told: list[tuple[int, int, float, float]] = []

    def count(self, at: int, side: int) -> float:
        return float(self.inside[:, at] @ self.true[:, side])

    def tables(self) -> Tables:
        """Publish all units, with an interval for counts of none, one or two."""
        size = self.people @ self.inside
        shares = np.zeros((2, UNITS))
        for side in (FAVOURABLE, UNFAVOURABLE):
            for at in range(UNITS):
                low, high = self._ends(at, side)
                shares[side, at] = (low + high) / 2 / max(size[at], 1)
        # What all are of, with one side at most half an answer more, still fits a unit.
        shares /= np.maximum(shares.sum(axis=0), 1)
        member = self.inside[:, :UNITS]
        start = np.concatenate([self.people * (member @ shares[side]) for side in (0, 1)])
        tables = Tables(
            sparse.csc_array(self.inside), self.people, start, np.zeros(len(self.people), bool)
        )
        for side in (FAVOURABLE, UNFAVOURABLE):
            for at in range(UNITS):
                at_start = float(self.inside[:, at] @ start.reshape(2, -1)[side])
                low, high = self._ends(at, side)
                low, high = min(low, at_start), max(high, at_start)
                tables.keep(side, [at], np.array([[low, high] * 2]))
                self.told.append((at, side, low, high))
        return tables

    def keep(self, tables: Tables, at: int, side: int, span: Span) -> None:
        tables.keep(side, [at], np.array([[span.low, span.high] * 2]))
        self.told.append((at, side, span.low, span.high))

    def ends(self, at: int, side: int) -> tuple[float, float]:
        """Give the least and the most that a count can be, by a linear programme."""
        kinds = len(self.people)
        rows = [self._row(place, one) for place, one, _, _ in self.told]
        rows.append(np.hstack([np.eye(kinds), np.eye(kinds)]))
        low = [*(one[2] for one in self.told), *np.zeros(kinds)]
        high = [*(one[3] for one in self.told), *self.people]
        constraints = optimize.LinearConstraint(np.vstack(rows), low, high)
        found = [
            sign * optimize.milp(sign * self._row(at, side)[0], constraints=constraints).fun
            for sign in (1, -1)
        ]
        return found[0], found[1]

    def _ends(self, at: int, side: int) -> tuple[float, float]:
        count = self.count(at, side)
        return (0.0, 2.0) if count <= 2 else (count, count)

    def _row(self, at: int, side: int) -> NDArray[np.float64]:
        row = np.zeros((1, 2 * len(self.people)))
        row.reshape(2, -1)[side] = self.inside[:, at]
        return row


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
@example(7)
def test_a_walk_stays_between_the_ends_and_its_proof_outside_of_them(seed: int) -> None:
    company = Company(seed)
    tables = company.tables()
    for at in range(UNITS, UNITS + SITES):
        for side in (FAVOURABLE, UNFAVOURABLE):
            reach = tables.reach(at, side)
            least, most = company.ends(at, side)
            assert least - CLOSE <= reach.open.low <= reach.open.high <= most + CLOSE
            assert reach.low.proven <= least + CLOSE
            assert reach.high.proven >= most - CLOSE
            middle = (reach.open.low + reach.open.high) / 2
            tables.stand(reach.table(middle))
            if reach.open.high - reach.open.low > 1:
                company.keep(tables, at, side, Span(middle, middle))


def test_a_walk_comes_to_the_ends_that_a_linear_programme_finds() -> None:
    reached, proven, ends = 0, 0, 0
    for seed in range(60):
        company = Company(seed)
        tables = company.tables()
        for at in range(UNITS, UNITS + SITES):
            reach = tables.reach(at, FAVOURABLE)
            least, most = company.ends(at, FAVOURABLE)
            ends += 2
            reached += (reach.open.low < least + SHORT) + (reach.open.high > most - SHORT)
            proven += (reach.told.low > least - 1) + (reach.told.high < most + 1)
    assert reached > 0.95 * ends
    assert proven > 0.95 * ends


def test_a_count_that_follows_from_others_cannot_move() -> None:
    inside = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], dtype=float)
    people = np.array([10.0, 10, 10, 10])
    tables = Tables(
        sparse.csc_array(inside), people, np.array([4.0, 4, 6, 6, 2, 2, 2, 2]), people < 0
    )
    tables.keep(FAVOURABLE, [0, 1], np.array([[8.0] * 4, [12.0] * 4]))
    first = tables.reach(2, FAVOURABLE)
    # Of the favourable answers, each unit can have all but what the other site has no room for.
    assert (first.told.low, first.told.high) == (2, 18)
    tables.stand(first.table(9))
    tables.keep(FAVOURABLE, [2], np.array([[9.0] * 4]))
    second = tables.reach(3, FAVOURABLE)
    assert second.told == Span(11, 11)
    assert second.open.high - second.open.low < CLOSE
