"""A ballot is shredded before it leaves the respondent: one small shard for each slot.

answers and labels -> shred -> exactly one shard per slot, all shards of a slot equally long.
No shard holds more than the count needs, so nothing says which shards were one ballot.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulse.domain.dimension import ORGANISATION
from pulse.domain.errors import Invalid
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale, values
from pulse.domain.shard_layout import Layout, layout
from pulse.domain.slots import COMMENT_LENGTH, Slot, SlotKind

Value = int | str | None
_PADDING = b" "
_KEPT_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True)
class Shard:
    """What a ballot leaves in one slot."""

    slot: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Ballot:
    """One shard for every slot of a wave."""

    wave: int
    shards: tuple[Shard, ...]


def shred(manifest: Manifest, labels: Mapping[str, str], answers: Mapping[str, Value]) -> Ballot:
    """Cut one person's answers into shards; a question not answered is None or left out.

    Raises Invalid for an answer that is not on its scale, for a comment that is too long and
    for a label or question that the manifest does not have.
    """
    return shred_by(layout(manifest), labels, answers)


def shred_by(plan: Layout, labels: Mapping[str, str], answers: Mapping[str, Value]) -> Ballot:
    """Do what `shred` does, for a layout worked out before: many ballots of one wave."""
    _check(plan, labels, answers)
    shards = []
    for slot in plan.slots:
        content = json.dumps(
            _content(slot, plan, labels, answers), separators=(",", ":"), ensure_ascii=False
        ).encode()
        shards.append(Shard(slot.number, content.ljust(plan.lengths[slot.number], _PADDING)))
    return Ballot(plan.manifest.wave, tuple(shards))


def on_scale(question: Question, value: object) -> bool:
    """Say whether a value answers a scored question; None, no answer, always does."""
    return value is None or (type(value) is int and value in values(question.scale))


def plain(text: str) -> str:
    r"""Give a comment as it is kept: one kind of line end, no control characters, trimmed.

    >>> plain("  one\r\ntwo\x00 ")
    'one\ntwo'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = lines.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(letter for letter in whole if _kept(letter)).strip()


def letters(text: str) -> int:
    """Count the letters of a comment as browsers do for `maxlength` (UTF-16 code units)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _kept(letter: str) -> bool:
    return letter in _KEPT_CONTROLS or (letter >= " " and letter != "\x7f")


def _check(plan: Layout, labels: Mapping[str, str], answers: Mapping[str, Value]) -> None:
    if set(labels) != set(plan.labels):
        raise Invalid("the labels are not those of this wave's dimensions", "labels")
    for key, label in labels.items():
        if label not in plan.labels[key]:
            raise Invalid(f"{label} is no label of {key}", "labels")
    for code, value in answers.items():
        if code not in plan.questions:
            raise Invalid("this question is not asked in this wave", code)
        _check_answer(plan.questions[code], value)


def _check_answer(question: Question, value: Value) -> None:
    if question.scale is not Scale.OPEN:
        if not on_scale(question, value):
            raise Invalid("Please choose one of the answers shown.", question.code)
    elif not (value is None or isinstance(value, str)):
        raise Invalid("Please write your answer in words.", question.code)
    elif letters(plain(value or "")) > COMMENT_LENGTH:
        raise Invalid(f"Please keep this within {COMMENT_LENGTH:,} characters.", question.code)


def _content(
    slot: Slot, plan: Layout, labels: Mapping[str, str], answers: Mapping[str, Value]
) -> Any:  # noqa: ANN401  (any JSON)
    if slot.kind is SlotKind.TURNOUT:
        return {key: labels[key] for key in plan.labels}
    if slot.kind is SlotKind.ANSWER:
        return [labels[slot.dimension or ""], answers.get(slot.question or "")]
    if slot.kind is SlotKind.VECTOR:
        return {item.code: answers.get(item.code) for item in plan.manifest.scored}
    text = answers.get(slot.question or "") or ""
    return [plan.coarse[labels[ORGANISATION]], plain(str(text))]
