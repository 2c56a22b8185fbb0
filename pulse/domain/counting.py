"""Turns the histograms of a tally into class counts for a block of labels.

A ballot carries one label per dimension; a block counts the ballots of all its labels.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pulse.domain.dimension import Node
from pulse.domain.question import Question
from pulse.domain.scale import LIKERT_MIDDLE, Favour, Scale, favour, score

# How many ballots of one label gave which answer; None is "no answer".
Histogram = Mapping[int | None, int]


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """The exact counts of one question in one block. They are coded before anybody sees them."""

    ballots: int
    favourable: int
    unfavourable: int
    score_sum: int | None


def added(histograms: Iterable[Histogram]) -> Histogram:
    """Add up the histograms of several labels."""
    total: Counter[int | None] = Counter()
    for histogram in histograms:
        total.update(histogram)
    return total


def class_counts(question: Question, ballots: int, histogram: Histogram) -> ClassCounts:
    """Count one question of a block.

    Whatever of the ballots holds no answer, because it was skipped or cannot be read, counts
    with the neutral ones and as the midpoint, so that every question of a group has the same
    number of ballots, and no figure tells how many skipped it.

    >>> class_counts(Question("q", "?", Scale.LIKERT5, "d"), 6, {5: 2, 1: 1, None: 3})
    ClassCounts(ballots=6, favourable=2, unfavourable=1, score_sum=20)
    """
    answered = _fitted(histogram, ballots)
    classes = dict.fromkeys(Favour, 0)
    total = LIKERT_MIDDLE * (ballots - sum(answered.values()))
    for value, count in answered.items():
        classes[favour(question.scale, value, reverse=question.reverse)] += count
        total += score(question.scale, value, reverse=question.reverse) * count
    return ClassCounts(
        ballots=ballots,
        favourable=classes[Favour.FAVOURABLE],
        unfavourable=classes[Favour.UNFAVOURABLE],
        score_sum=total if question.scale is Scale.LIKERT5 else None,
    )


def _fitted(histogram: Histogram, ballots: int) -> dict[int, int]:
    """Give the answers proper, cut down to the ballots whose turnout could be read.

    A ballot whose label is lost may have answers that are not. They must not make a question
    larger than its group, so as many are dropped, each from the most frequent answer.

    >>> _fitted({1: 2, 5: 6, None: 1}, 7)
    {1: 2, 5: 5}
    """
    answered = {value: count for value, count in histogram.items() if value is not None}
    for _ in range(sum(answered.values()) - ballots):
        answered[max(answered, key=lambda value: answered[value])] -= 1
    return answered


def invited_by_group(nodes: Sequence[Node]) -> dict[str, int]:
    """Give the people invited in each group with all groups below it; parents come first."""
    found = {node.code: node.invited for node in nodes}
    for node in reversed(nodes):
        if node.parent is not None:
            found[node.parent] += found[node.code]
    return found


def members_by_group(nodes: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    """Give the units or classes that make up each group with all groups below it, sorted."""
    found = {node.code: set(node.members) for node in nodes}
    for node in reversed(nodes):
        if node.parent is not None:
            found[node.parent] |= found[node.code]
    return {code: tuple(sorted(members)) for code, members in found.items()}
