"""What is published of one question: bounds on sums over kinds of people.

Unknown are, for each kind, how many answered favourably and how many unfavourably. Each published
line bounds sums of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from pulse.audit.files import Cell
from pulse.audit.system import Sums, Vector

_LOWEST, _MIDDLE, _HIGHEST = 1, 3, 5


@dataclass(frozen=True, slots=True)
class Question:
    """What is published of one question: `sums.inside` has a column for each of its cells."""

    code: str
    cells: Sequence[Cell]
    sums: Sums

    def lines(self, at: int) -> tuple[str, ...]:
        """Give the cells in which a kind of people is counted."""
        columns = self.sums.inside[[at]].indices.tolist()
        return tuple(self.cells[column].line for column in columns)

    def dimensions(self, at: int) -> tuple[str, ...]:
        """Give the dimensions of those cells."""
        columns = self.sums.inside[[at]].indices.tolist()
        return tuple(dict.fromkeys(self.cells[column].group[0] for column in columns))


@dataclass(frozen=True, slots=True)
class Bounds:
    """Rows over favourable counts of all kinds, then unfavourable ones: rows @ counts <= most."""

    rows: sparse.csr_array
    most: Vector


def bounds(question: Question) -> Bounds:
    """Write down what each cell says: both counts, their sum within n, and the sum of scores."""
    inside = sparse.csr_array(question.sums.inside.T)
    nothing = sparse.csr_array(inside.shape)
    good = sparse.hstack([inside, nothing]).tocsr()
    bad = sparse.hstack([nothing, inside]).tocsr()
    cells = question.cells
    rows, most = (
        [good, -good, bad, -bad, good + bad],
        [
            [cell.favourable.high for cell in cells],
            [-cell.favourable.low for cell in cells],
            [cell.unfavourable.high for cell in cells],
            [-cell.unfavourable.low for cell in cells],
            [float(cell.n) for cell in cells],
        ],
    )
    scored = [at for at, cell in enumerate(cells) if cell.mean is not None]
    if scored:
        spans = [_score_beyond_middle(cells[at]) for at in scored]
        # Each favourable answer lies one or two points above the middle, and so on.
        rows += [(good - 2 * bad)[scored], (bad - 2 * good)[scored]]
        most += [[high for _, high in spans], [-low for low, _ in spans]]
    people = question.sums.people
    both = sparse.eye_array(len(people))
    rows.append(sparse.hstack([both, both]).tocsr())
    most.append(people.tolist())
    stacked = sparse.csr_array(sparse.vstack(rows))
    return Bounds(stacked, np.concatenate([np.array(one, dtype=np.float64) for one in most]))


def _score_beyond_middle(cell: Cell) -> tuple[float, float]:
    """Bound the points above the midpoint; a sum that may have been kept in place is open.

    The rule that keeps sums in place is public: where a count is an interval at the lower end, the
    sum stays where `edge` people of that class still fit.
    """
    n, total, edge = cell.n, (cell.mean or 0) * cell.n, cell.edge
    rounding = 1e-4 * n
    low = high = total - _MIDDLE * n
    others = min(cell.unfavourable.high, n - edge)
    if cell.favourable.low < cell.favourable.high and cell.favourable.low == 0:
        kept = 4 * edge + _LOWEST * others + _MIDDLE * (n - edge - others)
        low = (_LOWEST - _MIDDLE) * n if total <= kept + rounding else low
    others = min(cell.favourable.high, n - edge)
    if cell.unfavourable.low < cell.unfavourable.high and cell.unfavourable.low == 0:
        kept = 2 * edge + _HIGHEST * others + _MIDDLE * (n - edge - others)
        high = (_HIGHEST - _MIDDLE) * n if total >= kept - rounding else high
    return low - rounding, high + rounding
