"""Making counts agree: no label has more answers than ballots, no dimension more than another.

Where every ballot is whole nothing changes. Where some are damaged, forged or contradict
themselves, what is too much is dropped at random and what is missing is "no answer". All
dimensions then give the same totals: two that differed by a ballot would give its answer away.
"""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import TypeAlias, TypeVar

from pulse.domain.joint import Joint
from pulse.domain.sheets import Marks

T = TypeVar("T")
# Ballots by dimension and label.
Turnout: TypeAlias = Mapping[str, Mapping[str, int]]


def fit_turnout(counted: Joint, issued: Turnout, most: int, random: Random) -> Joint:
    """Cut each label down to the tokens issued under it, and all ballots to `most`.

    What is too much is drawn from the ballots that carry the label, and goes with all its labels,
    so that all dimensions have the same size. `most` are the tokens spent.

    >>> came = Joint(("unit", "site"), {("a", "x"): 9, ("b", "x"): 5})
    >>> issued = {"unit": {"a": 8, "b": 8}, "site": {"x": 16}}
    >>> fit_turnout(came, issued, 14, Random(1)).marginals() == {
    ...     "unit": {"a": 8, "b": 5}, "site": {"x": 13}}
    True
    """
    counts = dict(counted.counts)
    for key in counted.keys:
        place = counted.keys.index(key)
        for label, count in Joint(counted.keys, counts).by_label(key).items():
            having = {labels: people for labels, people in counts.items() if labels[place] == label}
            counts |= dropped(having, count - issued.get(key, {}).get(label, 0), random)
    return Joint(counted.keys, dropped(counts, sum(counts.values()) - most, random))


def fit_answers(
    answers: Mapping[str, Marks], ballots: Mapping[str, int], random: Random
) -> dict[str, Marks]:
    """Give each label as many answers as ballots; those that are missing are "no answer".

    >>> fit_answers({"a": Counter({4: 2})}, {"a": 3}, Random(1)) == {"a": {4: 2, None: 1}}
    True
    """
    found = {}
    for label, size in ballots.items():
        marks = Counter(answers[label])
        marks[None] += max(0, size - marks.total())
        found[label] = Counter(dropped(marks, marks.total() - size, random))
    return found


def level(dimensions: Mapping[str, dict[str, Marks]], random: Random) -> None:
    """Let all dimensions give the same totals of one question, by way of "no answer".

    Each answer is left as often as it occurs in the dimension that has it least often.

    >>> found = {"unit": {"a": Counter({4: 2})}, "site": {"x": Counter({4: 1, None: 1})}}
    >>> level(found, Random(1))
    >>> found["unit"] == {"a": {4: 1, None: 1}}
    True
    """
    totals = {key: _total(labels) for key, labels in dimensions.items()}
    for value in {value for total in totals.values() for value in total if value is not None}:
        least = min(total[value] for total in totals.values())
        for key, labels in dimensions.items():
            _blank_out(labels, value, totals[key][value] - least, random)


def dropped(counts: Mapping[T, int], surplus: int, random: Random) -> dict[T, int]:
    """Drop so many at random, each as likely as any other."""
    kept = Counter(dict(counts))
    if surplus > 0:
        kept -= Counter(random.sample(list(counts), surplus, counts=list(counts.values())))
        return {value: kept[value] for value in counts}
    return dict(kept)


def _blank_out(labels: dict[str, Marks], value: int, surplus: int, random: Random) -> None:
    having = {label: marks[value] for label, marks in labels.items()}
    left = dropped(having, surplus, random)
    for label, marks in labels.items():
        marks[None] += having[label] - left[label]
        marks[value] = left[label]


def _total(labels: Mapping[str, Marks]) -> Marks:
    total: Marks = Counter()
    for marks in labels.values():
        total.update(marks)
    return total
