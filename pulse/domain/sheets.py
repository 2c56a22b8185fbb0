"""Counting sheets: opened shards are marked on them one by one, and then thrown away.

Sheets of the same wave can be added, so any number of processes may count side by side.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TypeAlias

from pulse.domain.joint import Labels
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import Layout
from pulse.domain.shard_reading import (
    Answer,
    Reading,
    Remark,
    Turnout,
    Unreadable,
    Vector,
    read_shard,
)
from pulse.domain.slots import Slot
from pulse.domain.vectors import Trays

# How many gave which answer; None is "no answer".
Marks: TypeAlias = Counter[int | None]


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody under a coarse label wrote."""

    label: str
    text: str


@dataclass(slots=True)
class Sheets:
    """What has been counted: by label, and by slot how many shards came and were unreadable.

    `turnout` counts combinations of labels in the order of the dimensions. It never leaves the
    memory of the count: a rare combination tells that somebody took part. Vectors are
    dealt into trays and added up there.
    """

    turnout: Counter[Labels]
    answers: dict[tuple[str, str], dict[str, Marks]]
    comments: dict[str, list[Comment]]
    shards: Counter[int]
    unreadable: Counter[int]
    vectors: Trays

    def add(self, more: "Sheets") -> None:
        """Add what others have counted of the same wave."""
        self.turnout.update(more.turnout)
        for place, by_label in more.answers.items():
            for label, marks in by_label.items():
                self.answers[place][label].update(marks)
        for question, comments in more.comments.items():
            self.comments[question].extend(comments)
        self.shards.update(more.shards)
        self.unreadable.update(more.unreadable)
        self.vectors.add(more.vectors)


def blank(manifest: Manifest) -> Sheets:
    """Give the empty sheets of a wave: every label is on them from the beginning."""
    return Sheets(
        Counter(),
        {
            (item.key, question.code): {node.code: Counter() for node in item.labels}
            for item in manifest.dimensions
            for question in manifest.scored
        },
        {question.code: [] for question in manifest.open_questions},
        Counter(),
        Counter(),
        Trays(),
    )


def mark(sheets: Sheets, plan: Layout, number: int, body: bytes | None) -> None:
    """Count one shard; its body is None where it could not be opened.

    A number that the wave has no slot for is counted as unreadable there, and as no shard.
    """
    if not 0 <= number < len(plan.slots):
        sheets.unreadable[number] += 1
        return
    slot = plan.slots[number]
    sheets.shards[number] += 1
    _note(sheets, plan, slot, read_shard(slot, plan, body))


def _note(sheets: Sheets, plan: Layout, slot: Slot, reading: Reading) -> None:
    match reading:
        case Turnout(labels):
            sheets.turnout[tuple(labels[key] for key in plan.dimensions)] += 1
        case Answer(label, value):
            sheets.answers[slot.dimension or "", slot.question or ""][label][value] += 1
        case Vector(values):
            sheets.vectors.deal(plan.drivers, values)
        case Remark(label, text) if text:
            sheets.comments[slot.question or ""].append(Comment(label, text))
        case Unreadable():
            sheets.unreadable[slot.number] += 1
