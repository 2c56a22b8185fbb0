"""Reading a shard back at the count: the inverse of `shred`, which trusts nothing it is given."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulse.domain.ballot import letters, on_scale, plain
from pulse.domain.shard_layout import Layout
from pulse.domain.slots import COMMENT_LENGTH, Slot, SlotKind


@dataclass(frozen=True, slots=True)
class Turnout:
    """Somebody with these labels took part."""

    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """Somebody with this label gave this answer to the slot's question, or none."""

    label: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Vector:
    """Somebody gave these answers together."""

    values: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Remark:
    """Somebody under this coarse label wrote this, or nothing."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The body of the shard is not what its slot holds."""


Reading = Turnout | Answer | Vector | Remark | Unreadable
UNREADABLE = Unreadable()


def read_shard(slot: Slot, plan: Layout, body: bytes | None) -> Reading:
    """Read what `shred` wrote; whatever else it is given, it calls unreadable."""
    if body is None or len(body) != plan.lengths[slot.number]:
        return UNREADABLE
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError):
        return UNREADABLE
    return _READERS[slot.kind](slot, plan, content)


def _turnout(slot: Slot, plan: Layout, content: Any) -> Reading:  # noqa: ANN401  (any JSON)
    del slot
    if not isinstance(content, dict) or content.keys() != plan.labels.keys():
        return UNREADABLE
    known = all(_is_label(plan, key, label) for key, label in content.items())
    return Turnout(content) if known else UNREADABLE


def _answer(slot: Slot, plan: Layout, content: Any) -> Reading:  # noqa: ANN401  (any JSON)
    if not _is_pair(content) or not _is_label(plan, slot.dimension, content[0]):
        return UNREADABLE
    question = plan.questions[slot.question or ""]
    return Answer(content[0], content[1]) if on_scale(question, content[1]) else UNREADABLE


def _vector(slot: Slot, plan: Layout, content: Any) -> Reading:  # noqa: ANN401  (any JSON)
    del slot
    asked = plan.manifest.scored
    if not isinstance(content, dict) or content.keys() != {item.code for item in asked}:
        return UNREADABLE
    return (
        Vector(content) if all(on_scale(item, content[item.code]) for item in asked) else UNREADABLE
    )


def _remark(slot: Slot, plan: Layout, content: Any) -> Reading:  # noqa: ANN401  (any JSON)
    del slot
    if not _is_pair(content) or not all(isinstance(part, str) for part in content):
        return UNREADABLE
    label, text = content
    tidy = letters(text) <= COMMENT_LENGTH and plain(text) == text
    return Remark(label, text) if tidy and label in plan.coarse.values() else UNREADABLE


_READERS = {
    SlotKind.TURNOUT: _turnout,
    SlotKind.ANSWER: _answer,
    SlotKind.VECTOR: _vector,
    SlotKind.COMMENT: _remark,
}


def _is_pair(content: object) -> bool:
    return isinstance(content, list) and len(content) == len(("label", "value"))


def _is_label(plan: Layout, key: str | None, label: object) -> bool:
    return isinstance(label, str) and label in plan.labels[key or ""]
