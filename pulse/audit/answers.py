"""Is anybody's answer certain? Linear programmes over everything that is published of a question.

Unknown are, for each kind of people who carry the same labels, how many answered favourably and
how many unfavourably. Each published line bounds sums of them. An answer is certain where no
solution differs. Every solution that is found is looked at for all kinds of fewer people than the
floor at once, so few programmes are needed; what is left gets one of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from pulse.audit.files import Cell
from pulse.audit.report import Finding

ENGINE = "certain answers"
_CLOSE = 1e-6
_LOWEST, _MIDDLE, _HIGHEST = 1, 3, 5
Vector: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """What is published of one question, over kinds of people: `inside` is kinds by cells."""

    code: str
    cells: Sequence[Cell]
    kinds: Sequence[str]
    inside: Vector
    people: Vector
    edge: int


@dataclass(frozen=True, slots=True)
class _Programme:
    """The bounds as a matrix over favourable counts of all kinds, then unfavourable ones."""

    rows: sparse.csr_array
    bounds: Vector
    people: Vector

    def solve(self, cost: Vector) -> Vector | None:
        """Give a solution of least cost; None where what is published contradicts itself."""
        ranges = [(0.0, float(most)) for most in np.concatenate([self.people, self.people])]
        # The stubs know only dense matrices; HiGHS takes sparse ones.
        found = optimize.linprog(cost, A_ub=self.rows, b_ub=self.bounds, bounds=ranges)  # type: ignore[call-overload]
        return np.asarray(found.x) if found.status == 0 else None


def findings(question: Question, floor: int) -> Iterator[Finding]:
    """Find kinds of fewer than `floor` people whose class follows, and cells of one mind."""
    yield from _of_one_mind(question)
    programme = _programme(question)
    small = np.flatnonzero((question.people > 0) & (question.people < floor))
    shift = len(question.people)
    for offset, name in ((0, "favourably"), (shift, "unfavourably")):
        for sign, word in ((-1.0, "did not answer"), (1.0, "answered")):
            certain = _certain(programme, question.people, small, (offset, sign))
            if certain is None:
                yield Finding(ENGINE, f"{question.code}: no answers fit what is published", 1)
                return
            for at in certain:
                people = int(question.people[at])
                yield Finding(
                    ENGINE,
                    f"{question.code}: all {people} of {question.kinds[at]} {word} {name}",
                    people,
                    tuple(_line(cell) for cell in _around(question, at)),
                )


def _of_one_mind(question: Question) -> Iterator[Finding]:
    for cell in question.cells:
        for span, name in ((cell.favourable, "favourable"), (cell.unfavourable, "unfavourable")):
            if span.low >= cell.n or span.high <= 0:
                all_or_none = "all" if span.low >= cell.n else "none"
                yield Finding(
                    "homogeneity",
                    f"{cell.group[1]}, {cell.question}: {all_or_none} of {cell.n} are {name}",
                    cell.n,
                    (_line(cell),),
                )


def _programme(question: Question) -> _Programme:
    """Write down what each cell says: both counts, their sum within n, and the sum of scores."""
    rows, bounds = [], []
    for at, cell in enumerate(question.cells):
        members = question.inside[:, at]
        nobody = np.zeros_like(members)
        good, bad = np.concatenate([members, nobody]), np.concatenate([nobody, members])
        rows += [good, -good, bad, -bad, good + bad]
        bounds += [cell.favourable.high, -cell.favourable.low]
        bounds += [cell.unfavourable.high, -cell.unfavourable.low, cell.n]
        if cell.mean is not None:
            low, high = _score_beyond_middle(cell, question.edge)
            # Each favourable answer lies one or two points above the middle, and so on.
            rows += [good - 2 * bad, bad - 2 * good]
            bounds += [high, -low]
    return _Programme(sparse.csr_array(np.array(rows)), np.array(bounds), question.people)


def _score_beyond_middle(cell: Cell, edge: int) -> tuple[float, float]:
    """Bound the points above the midpoint; a sum that may have been kept in place is open.

    The rule that keeps sums in place is public: where a count is an interval at the lower end, the
    sum stays where `edge` people of that class still fit.
    """
    n, total = cell.n, (cell.mean or 0) * cell.n
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


def _certain(
    programme: _Programme, people: Vector, small: NDArray[np.intp], way: tuple[int, float]
) -> list[int] | None:
    """Give the small kinds of which no solution has one more (-1), or one fewer (+1), than none."""
    offset, sign = way
    waiting, certain = set(small.tolist()), []
    while waiting:
        cost = np.zeros(2 * len(people))
        cost[[at + offset for at in waiting]] = sign
        found = programme.solve(cost)
        if found is None:
            return None
        seen = {at for at in waiting if _open(found[at + offset], people[at], sign)}
        if not seen:
            # Together they stand in one another's way; one alone may still be free.
            at = waiting.pop()
            cost = np.zeros(2 * len(people))
            cost[at + offset] = sign
            alone = programme.solve(cost)
            if alone is None or not _open(alone[at + offset], people[at], sign):
                certain.append(at)
        waiting -= seen
    return certain


def _open(count: float, people: float, sign: float) -> bool:
    """Whether a solution leaves room: for one of them (-1), or for one of another mind (+1)."""
    return count >= 1 - _CLOSE if sign < 0 else count <= people - 1 + _CLOSE


def _around(question: Question, at: int) -> list[Cell]:
    return [
        cell for cell, inside in zip(question.cells, question.inside[at], strict=True) if inside
    ]


def _line(cell: Cell) -> str:
    good, bad = cell.favourable, cell.unfavourable
    return (
        f"{cell.group[0]}:{cell.group[1]} {cell.question}: n={cell.n}"
        f" favourable {good.low:g}..{good.high:g} unfavourable {bad.low:g}..{bad.high:g}"
    )
