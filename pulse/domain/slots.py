"""The slots of a wave: places for exactly one shard of every ballot, and how long each shard is.

They follow from the questions and the dimensions alone, and stand in the manifest, so that the
respondent's browser, the box and the count agree on them without telling one another anything.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pulse.domain.dimension import ORGANISATION, ROOT, Dimension
from pulse.domain.question import Question

COMMENT_LENGTH = 2_000
COMMENT_INVITED = 10
_BYTES_PER_LETTER = 3


class SlotKind(StrEnum):
    """What a shard of the slot carries."""

    TURNOUT = "turnout"
    ANSWER = "answer"
    VECTOR = "vector"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for exactly one shard of every ballot; `length` is in bytes, before sealing."""

    number: int
    kind: SlotKind
    length: int
    dimension: str | None = None
    question: str | None = None


def slots(questions: Sequence[Question], dimensions: Sequence[Dimension]) -> tuple[Slot, ...]:
    """List the slots of a wave, numbered from 0, the same for every ballot.

    One for turnout, one for each dimension and scored question, one for the unlabelled vector
    of answers, one for each open question.
    """
    kinds = _kinds(questions, dimensions)
    return tuple(Slot(number, *kind) for number, kind in enumerate(kinds))


def comment_labels(dimensions: Iterable[Dimension], comment_floor: int) -> dict[str, str]:
    """Give the coarse label of each organisation label: the one that its comments carry.

    It is the group directly under the root, where at least ten people are invited in it. The
    rest carry the root's, and are joined by the smallest group if they would be fewer than ten.

    >>> from pulse.domain.dimension import Node
    >>> top = Node(ROOT, "All", None, 0)
    >>> rest = [Node("a", "A", ROOT, 30), Node("b", "B", ROOT, 12), Node("c", "C", ROOT, 8)]
    >>> comment_labels([Dimension(ORGANISATION, "Organisation", (top, *rest))], 10)
    {'a': 'a', 'b': 'all', 'c': 'all'}
    """
    dimension = next(item for item in dimensions if item.key == ORGANISATION)
    top = dimension.tops
    invited: dict[str, int] = {}
    for node in dimension.labels:
        invited[top[node.code]] = invited.get(top[node.code], 0) + node.invited
    needed = max(COMMENT_INVITED, comment_floor)
    large = {code for code, people in invited.items() if people >= needed and code != ROOT}
    rest = sum(people for code, people in invited.items() if code not in large)
    if large and 0 < rest < needed:
        large.remove(min(large, key=lambda code: (invited[code], code)))
    return {
        node.code: top[node.code] if top[node.code] in large else ROOT for node in dimension.labels
    }


def _kinds(
    questions: Sequence[Question], dimensions: Sequence[Dimension]
) -> Iterator[tuple[SlotKind, int, str | None, str | None]]:
    longest = {item.key: max(_written(node.code) for node in item.nodes) for item in dimensions}
    scored = [item.code for item in questions if not item.is_open]
    turnout = 2 + sum(_written(key) + label + len(":,") for key, label in longest.items())
    yield SlotKind.TURNOUT, turnout, None, None
    for key, label in longest.items():
        for code in scored:
            yield SlotKind.ANSWER, label + len("[,null]"), key, code
    vector = 2 + sum(_written(code) + len(":null,") for code in scored)
    yield SlotKind.VECTOR, vector, None, None
    words = longest[ORGANISATION] + len('[,""]') + _BYTES_PER_LETTER * COMMENT_LENGTH
    for question in questions:
        if question.is_open:
            yield SlotKind.COMMENT, words, None, question.code


def _written(text: str) -> int:
    """Give the bytes that a text takes in a shard, quotes included."""
    return len(json.dumps(text, ensure_ascii=False).encode())
