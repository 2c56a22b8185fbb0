"""Is anybody's answer certain? Linear programmes over everything that is published of a question.

An answer is certain where no solution differs. Every solution that is found is looked at for all
kinds of people at once, with all that exchanges make of it, so few programmes are needed; what is
left gets one of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pulse.audit import exchange, solver
from pulse.audit.budget import Budget
from pulse.audit.exchange import Flags, Pairs
from pulse.audit.question import Bounds, Question, bounds
from pulse.audit.report import Finding
from pulse.audit.solver import NoneFitsError, OutOfTimeError
from pulse.audit.system import Vector

ENGINE = "certain answers"
_CLOSE = 1e-6
# So many shuffles in a row may show nothing new before the next programme is solved.
_IDLE = 5
# What is certain where an end is not open: that nobody did, or that everybody did.
_DID = (
    "did not answer favourably",
    "answered favourably",
    "did not answer unfavourably",
    "answered unfavourably",
)


@dataclass(frozen=True, slots=True)
class _Programme:
    bounds: Bounds
    people: Vector
    budget: Budget

    def solve(self, cost: Vector) -> Vector:
        """Give a solution of least cost, favourable counts before unfavourable ones."""
        most = np.concatenate([self.people, self.people])
        rows = solver.Rows(self.bounds.rows, self.bounds.most)
        return solver.least(cost, rows, (np.zeros(len(most)), most), self.budget.left)


def findings(question: Question, budget: Budget) -> Iterator[Finding]:
    """Find kinds of people of whom all, or none, must be of one class, however many they are."""
    people = question.sums.people
    kinds = np.flatnonzero(people > 0)
    search = _Search(
        _Programme(bounds(question), people, budget), exchange.pairs(question.sums), _ends(kinds)
    )
    try:
        for at, end in search.certain():
            yield _finding(question, at, _DID[end])
    except NoneFitsError:
        yield Finding(ENGINE, f"{question.code}: no answers fit what is published", 1)
    except OutOfTimeError:
        left, every = len(search.waiting), len(_DID) * len(kinds)
        budget.undone.append(f"{left} of {every} bounds of {question.code} were not looked at")


def _ends(kinds: NDArray[np.intp]) -> set[tuple[int, int]]:
    return {(at, end) for at in kinds.tolist() for end in range(len(_DID))}


def _finding(question: Question, at: int, did: str) -> Finding:
    people = int(question.sums.people[at])
    words = f"{question.code}: all {people} of {question.sums.kinds[at]} {did}"
    return Finding(ENGINE, words, people, question.lines(at), question.dimensions(at))


@dataclass(slots=True)
class _Search:
    """The ends of kinds that no solution has shown to be open yet; each solution shows many."""

    programme: _Programme
    laid: Pairs | None
    waiting: set[tuple[int, int]]
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def certain(self) -> Iterator[tuple[int, int]]:
        """Give the ends that no solution leaves open."""
        while self.waiting:
            if self._try(self.waiting):
                continue
            # Together they stand in one another's way; one alone may still be free.
            one = min(self.waiting)
            self._try({one})
            if one in self.waiting:
                self.waiting.discard(one)
                yield one

    def _try(self, wanted: set[tuple[int, int]]) -> bool:
        """Solve for what is wanted; strike out whatever the solution leaves open."""
        if self.programme.budget.is_over:
            raise OutOfTimeError
        people = self.programme.people
        cost = np.zeros(2 * len(people))
        for at, end in wanted:
            shift, sign = divmod(end, 2)
            cost[at + shift * len(people)] += 1.0 if sign else -1.0
        good, bad = np.split(self.programme.solve(cost), 2)
        classes: tuple[Vector, ...] = (good, bad, people - good - bad)
        before, idle = len(self.waiting), 0
        while self.waiting and idle < _IDLE:
            found = self._strike(classes)
            idle = 0 if found else idle + 1
            if self.laid is None or self.programme.budget.is_over:
                break
            classes = exchange.shuffled(self.laid, classes, self.random)
        return len(self.waiting) < before

    def _strike(self, classes: tuple[Vector, ...]) -> int:
        """Strike out what a solution leaves open; give how much that was."""
        free = self._open(classes)
        seen = {(at, end) for at, end in self.waiting if free[end][at]}
        self.waiting -= seen
        return len(seen)

    def _open(self, classes: tuple[Vector, ...]) -> tuple[Flags, ...]:
        """Say for each end which kinds the solution, or an exchange from it, leaves open."""
        people = self.programme.people
        good, bad, _ = classes
        some_good, some_bad, others = exchange.within_reach(self.laid, classes)
        not_good = (good <= people - 1 + _CLOSE) | some_bad | others
        not_bad = (bad <= people - 1 + _CLOSE) | some_good | others
        return some_good, not_good, some_bad, not_bad
