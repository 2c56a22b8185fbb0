"""Interval propagation: what follows from one published line after another, cheaply and surely.

Every sum bounds each of its parts by what the others can hold at most and at least. Passing over
all lines again and again narrows the bounds; whole people round them. What is certain here needs
no solver to be believed; what stays open may still be certain, which the linear programmes decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pulse.audit.question import Bounds, Question, bounds
from pulse.audit.report import Finding
from pulse.audit.system import Vector

ENGINE = "intervals"
PASSES = 20
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Spans:
    """The least and the most that each unknown can be."""

    low: Vector
    high: Vector

    @property
    def is_contradiction(self) -> bool:
        return bool((self.low > self.high + _CLOSE).any())


def findings(question: Question) -> Iterator[Finding]:
    """Find kinds of people of whom all, or none, must be of one class."""
    people = question.sums.people
    found = narrowed(bounds(question), np.concatenate([people, people]))
    if found.is_contradiction:
        yield Finding(ENGINE, f"{question.code}: no answers fit what is published", 1)
        return
    for shift, name in ((0, "favourably"), (len(people), "unfavourably")):
        part = slice(shift, shift + len(people))
        yield from _certain(question, found.low[part] >= people, f"answered {name}")
        yield from _certain(question, found.high[part] <= 0, f"did not answer {name}")


def _certain(question: Question, those: NDArray[np.bool_], did: str) -> Iterator[Finding]:
    for at in np.flatnonzero(those).tolist():
        people = int(question.sums.people[at])
        words = f"{question.code}: all {people} of {question.sums.kinds[at]} {did}"
        yield Finding(ENGINE, words, people, question.lines(at), question.dimensions(at))


def narrowed(published: Bounds, most: Vector) -> Spans:
    """Narrow the bounds of all unknowns until they stay as they are, or for so many passes."""
    rows = published.rows
    up, down = rows.maximum(0), rows.minimum(0)
    spans = Spans(np.zeros(len(most)), most.copy())
    entries = rows.tocoo()
    for _ in range(PASSES):
        least = up @ spans.low + down @ spans.high
        after = _pass(entries, published.most - least, spans)
        if np.array_equal(after.low, spans.low) and np.array_equal(after.high, spans.high):
            break
        spans = after
        if spans.is_contradiction:
            break
    return spans


def _pass(entries: sparse.coo_array, slack: Vector, spans: Spans) -> Spans:
    """Move each bound by what its line leaves beyond the least that the line can be."""
    line, unknown = entries.coords
    room = slack[line] / entries.data
    rising = entries.data > 0
    high, low = spans.high.copy(), spans.low.copy()
    above = spans.low[unknown] + room
    np.minimum.at(high, unknown[rising], np.floor(above[rising] + _CLOSE))
    below = spans.high[unknown] + room
    np.maximum.at(low, unknown[~rising], np.ceil(below[~rising] - _CLOSE))
    return Spans(low, high)
