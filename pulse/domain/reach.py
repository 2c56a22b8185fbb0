"""How far a count can move while everything that is published already stays as it is.

What single people answered is known to nobody, so answers are looked at as a table: of each kind
of people, how many answered favourably and how many unfavourably, in fractions. `Tables` holds a
table that fits all that is published, inside of it and not at its edge, and walks from there
towards fewer and more answers of a block by steps that keep what is published. Directions are
those of affine scaling (R. J. Vanderbei, M. S. Meketon, B. A. Freedman, A modification of
Karmarkar's linear programming algorithm, Algorithmica 1 (1986), 395-407).

What is reached is possible for sure; what the prices of a step prove impossible is so for sure.
Neither has to be the very end, and that is why no linear programme is solved: it would take
seconds for each count where a step takes milliseconds (docs/adr/0021-reach-of-a-count.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from pulse.domain.cells import Span

Floats: TypeAlias = NDArray[np.float64]
FAVOURABLE, UNFAVOURABLE = 0, 1
# Of the way to where a table would stop being possible, one step goes so much.
_STRIDE = 0.95
_MOST_STEPS = 24
# A walk ends where a step would gain fewer answers than this.
_LEAST_GAIN = 0.04
# A direction that keeps less than this of what was wanted is what rounding left of none.
_LEAST_SHARE = 1e-6
_RIDGE = 1e-11
_NOTHING = 1e-12
# What proven ends may be off by through rounding, in answers.
_ROUNDING = 1e-3
_EVERYTHING = Span(-inf, inf)


@dataclass(frozen=True, slots=True)
class End:
    """How far a walk came, the table there, and what lies beyond everything possible."""

    reached: float
    table: Floats
    proven: float

    def mirrored(self) -> "End":
        """Give the same end for whoever walks the other way."""
        return End(-self.reached, self.table, -self.proven)


@dataclass(frozen=True, slots=True)
class Reach:
    """Both ends of what a count can be: reached by a table, and proven by prices."""

    low: End
    high: End

    @property
    def open(self) -> Span:
        """Where the count can be, in fractions: all of it was passed."""
        return Span(self.low.reached, self.high.reached)

    @property
    def told(self) -> Span:
        """Where the count is for certain, in whole answers."""
        return Span(ceil(self.low.proven - _ROUNDING), floor(self.high.proven + _ROUNDING))

    def table(self, count: float) -> Floats:
        """Give a table between both ends with this count, or with the nearest that was reached."""
        width = self.high.reached - self.low.reached
        share = (count - self.low.reached) / width if width > 0 else 0.0
        share = min(1.0, max(0.0, share))
        return np.asarray((1 - share) * self.low.table + share * self.high.table)


class Tables:
    """A table of answers that fits what is published; it has favourable ones first.

    `inside` has a row for each kind of people and a column for each block, `people` the size of
    each kind, and `start` for each kind its favourable and then its unfavourable answers. Kinds
    that are `decided` gave no other answer than these two, by what is published.
    """

    def __init__(
        self, inside: sparse.csc_array, people: Floats, start: Floats, decided: NDArray[np.bool_]
    ) -> None:
        self._inside, self._people, self._decided = inside, people, decided
        self._now = start
        self._ends = np.zeros((0, 4))
        self._rows = sparse.csr_array((0, 2 * len(people)))
        # The same rows with the people of each block on both sides, and the side of each entry.
        self._both = self._rows
        self._sides = np.zeros(0, dtype=np.int64)

    def keep(self, side: int, places: Sequence[int], ends: Floats) -> None:
        """Keep counts of blocks from now on.

        `ends` has a row for each of the `places`: least and most as told, and least and most
        between which a table may move, narrower where something else that is told forbids more.
        """
        mine = sparse.csr_array(self._inside[:, places].T)
        other = sparse.csr_array(mine.shape)
        pair = [mine, other] if side == FAVOURABLE else [other, mine]
        both = sparse.hstack([mine, mine])
        self._rows = sparse.csr_array(sparse.vstack([self._rows, sparse.hstack(pair)]))
        self._both = sparse.csr_array(sparse.vstack([self._both, both]))
        self._sides = np.concatenate([self._sides, np.full(both.nnz, side)])
        self._ends = np.vstack([self._ends, ends])

    def stand(self, table: Floats) -> None:
        """Go on from another table that fits."""
        self._now = table

    def reach(self, at: int, side: int, enough: Span = _EVERYTHING) -> Reach:
        """Walk from here both ways, but no farther than is enough."""
        # A count is at least nobody, and at most everybody in the block.
        most = float(self._people @ self._inside[:, [at]].toarray().ravel())
        here = Reach(End(0, self._now, 0), End(0, self._now, most))
        return self.farther(at, side, here, enough)

    def farther(self, at: int, side: int, begun: Reach, enough: Span = _EVERYTHING) -> Reach:
        """Walk on both ways from where a walk ended."""
        wish = np.zeros((2, len(self._people)))
        wish[side] = self._inside[:, [at]].toarray().ravel()
        low = self._walk(-wish.ravel(), -enough.low, begun.low.mirrored())
        high = self._walk(wish.ravel(), enough.high, begun.high)
        return Reach(low.mirrored(), high)

    def _walk(self, wish: Floats, enough: float, begun: End) -> End:
        table, proven = begun.table, begun.proven
        for _ in range(_MOST_STEPS):
            if float(wish @ table) >= enough:
                break
            towards, bound, gain = self._step(table, wish)
            proven = min(proven, bound)
            if gain < _LEAST_GAIN:
                break
            table = np.maximum(table + _STRIDE * towards, 0)
        return End(float(wish @ table), table, proven)

    def _step(self, table: Floats, wish: Floats) -> tuple[Floats, float, float]:
        """Give the whole way to where something would stop being possible.

        And what the prices prove to be the most that the wish can come to, and what the way gains.
        """
        rows, ends = self._rows, self._ends
        metric = _metric(table, self._people)
        sums: Floats = np.asarray(rows @ table)
        room = np.maximum(np.minimum(sums - ends[:, 2], ends[:, 3] - sums), 0)
        slack = room**2
        # What moves when one answer of each row is wanted, and when the wish is.
        moved = metric[self._sides, self._both.indices]
        across = sparse.csr_array((moved, self._both.indices, self._both.indptr), rows.shape)
        wanted = metric.reshape(2, 2, -1) * wish.reshape(2, 1, -1)
        wanted = wanted.sum(axis=0).ravel()
        gram = across @ rows.T
        size = gram.diagonal() + slack
        ridge = np.where(size > _NOTHING, _RIDGE * size, 1.0)
        solver = linalg.splu(
            sparse.csc_array(gram + sparse.diags_array(slack + ridge)),
            permc_spec="MMD_AT_PLUS_A",
            options={"SymmetricMode": True},
        )
        prices = solver.solve(rows @ wanted)
        towards = wanted - across.T @ prices
        bound = self._proven(wish - rows.T @ prices, prices)
        gain = float(wish @ towards)
        if gain <= _LEAST_SHARE * float(wish @ wanted):
            return towards, bound, 0.0
        longest = self._longest(table, towards, sums, slack * prices)
        return longest * towards, bound, longest * gain

    def _proven(self, left: Floats, prices: Floats) -> float:
        """Give what weak duality proves: any prices bound the wish from above."""
        best = left.reshape(2, -1).max(axis=0)
        best = np.where(self._decided, best, np.maximum(best, 0))
        told = np.where(prices > 0, prices * self._ends[:, 1], prices * self._ends[:, 0])
        return float(self._people @ best + told.sum())

    def _longest(self, table: Floats, towards: Floats, sums: Floats, shift: Floats) -> float:
        """Give how far one can go before an answer, or the room of a count, is used up."""
        size = len(self._people)
        loose = self._ends[:, 2] < self._ends[:, 3]
        rest = self._people - table[:size] - table[size:]
        kept, sums, shift = self._ends[loose, 2:], sums[loose], shift[loose]
        have = np.concatenate([table, rest, kept[:, 1] - sums, sums - kept[:, 0]])
        spent = np.concatenate([-towards, towards[:size] + towards[size:], shift, -shift])
        short = spent > _NOTHING
        return float(np.min(np.maximum(have[short], 0) / spent[short], initial=1e9))


def _metric(table: Floats, people: Floats) -> Floats:
    """Give how freely answers of each kind move: of a side (rows), for one of either (columns).

    It goes by their squares, so that few are never used up. All answers of a kind are as many as
    its people, so what moves in moves out elsewhere.
    """
    good, bad = table.reshape(2, -1) ** 2
    rest = np.maximum(people - table.reshape(2, -1).sum(axis=0), 0) ** 2
    whole = np.maximum(good + bad + rest, _NOTHING)
    both = -good * bad / whole
    return np.array(
        [
            np.concatenate([good - good**2 / whole, both]),
            np.concatenate([both, bad - bad**2 / whole]),
        ]
    )
