"""Turns the histograms of a tally into counts for every group of a dimension.

A ballot carries one label per dimension; a group counts its own label and everything below it.
"""

from collections.abc import Mapping, Sequence

from pulse.domain.cells import Counts
from pulse.domain.dimension import Dimension, Node
from pulse.domain.disclosure import Branch
from pulse.domain.question import Question
from pulse.domain.scale import Favour, favour, score

# How many ballots of one label gave which answer; None is "no answer".
Histogram = Mapping[int | None, int]


def branches(dimension: Dimension, turnout: Mapping[str, int]) -> dict[str, Branch]:
    """Give the tree that the plan is made from: parents, and ballots by own label."""
    return {node.code: Branch(node.parent, turnout.get(node.code, 0)) for node in dimension.nodes}


def counts_by_group(
    dimension: Dimension,
    question: Question,
    turnout: Mapping[str, int],
    answers: Mapping[str, Histogram],
) -> dict[str, Counts]:
    """Count one question for every group."""
    found = {
        node.code: label_counts(question, turnout.get(node.code, 0), answers.get(node.code, {}))
        for node in dimension.nodes
    }
    for node in reversed(dimension.nodes):
        if node.parent is not None:
            found[node.parent] = found[node.parent] + found[node.code]
    return found


def label_counts(question: Question, ballots: int, histogram: Histogram) -> Counts:
    """Count one question for the ballots of one label.

    Whatever of the ballots holds no answer, because it was skipped or cannot be read, counts
    as "no answer", so that every question of a group has the same number of ballots.

    >>> from pulse.domain.scale import Scale
    >>> label_counts(Question("q", "?", Scale.LIKERT5, "d"), 6, {5: 2, 1: 1, None: 3})
    Counts(n=6, favourable=2, neutral=0, unfavourable=1, no_answer=3, score_sum=11, score_sumsq=51)
    """
    answered = _fitted(histogram, ballots)
    classes = dict.fromkeys(Favour, 0)
    total = squares = 0
    for value, count in answered.items():
        classes[favour(question.scale, value, reverse=question.reverse)] += count
        points = score(question.scale, value, reverse=question.reverse)
        total += points * count
        squares += points * points * count
    return Counts(
        n=ballots,
        favourable=classes[Favour.FAVOURABLE],
        neutral=classes[Favour.NEUTRAL],
        unfavourable=classes[Favour.UNFAVOURABLE],
        no_answer=ballots - sum(answered.values()),
        score_sum=total,
        score_sumsq=squares,
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
