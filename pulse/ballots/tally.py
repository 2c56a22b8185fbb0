"""Counting a sealed box: shards -> readings -> histograms for each label. One pass, any size.

Nothing but histograms and comments leaves this module, and only the release may ask for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from secrets import SystemRandom

from sqlalchemy import Connection, select

from pulse.ballots import box, model
from pulse.ballots.box import BoxState
from pulse.domain.dimension import Dimension
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Opener
from pulse.domain.shard_layout import layout
from pulse.domain.shard_reading import (
    Answer,
    Reading,
    Remark,
    Turnout,
    Unreadable,
    read_shard,
)
from pulse.domain.slots import Slot, SlotKind

_BATCH = 5_000

Histogram = dict[int | None, int]


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody under a coarse label wrote."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything that is ever learned from a box.

    `answers` is by dimension and question, then by label, then by answer (None: no answer).
    `unreadable` counts shards, `surplus` the ballots that some label has beyond its invited.
    """

    ballots: int
    turnout: Mapping[str, Mapping[str, int]]
    answers: Mapping[tuple[str, str], Mapping[str, Histogram]]
    comments: Mapping[str, tuple[Comment, ...]]
    unreadable: int = 0
    surplus: int = 0


@dataclass(slots=True)
class _Sheets:
    """The counting sheets of a wave, filled shard by shard."""

    turnout: dict[str, Counter[str]]
    answers: dict[tuple[str, str], dict[str, Counter[int | None]]]
    comments: dict[str, list[Comment]]
    ballots: int = 0
    unreadable: int = 0


def count(connection: Connection, manifest: Manifest, opening_key: bytes) -> Tally:
    """Count the box of a wave. Raises Conflict while it is open and once it is destroyed."""
    if box.state(connection, manifest.wave) is not BoxState.SEALED:
        raise Conflict(f"The box of wave {manifest.wave} is not there to be counted.")
    opener = Opener(opening_key)
    shards = _shards(connection, manifest.wave)
    return of_shards(
        manifest, ((slot, opener.open(manifest.wave, slot, body)) for slot, body in shards)
    )


def of_shards(manifest: Manifest, shards: Iterable[tuple[int, bytes | None]]) -> Tally:
    """Count opened shards given as slot and body, in whatever order they come.

    A body is None where it could not be opened.
    """
    plan = layout(manifest)
    sheets = _blank(manifest)
    for slot_number, body in shards:
        slot = plan.slots[slot_number]
        sheets.ballots += slot.kind is SlotKind.TURNOUT
        _mark(sheets, slot, read_shard(slot, plan, body))
    return _tally(manifest, sheets)


def _shards(connection: Connection, wave: int) -> Iterator[tuple[int, bytes]]:
    rows = connection.execute(
        select(model.shard.c.slot, model.shard.c.body).where(model.shard.c.wave == wave),
        execution_options={"yield_per": _BATCH},
    )
    for row in rows:
        yield row.slot, row.body


def _blank(manifest: Manifest) -> _Sheets:
    return _Sheets(
        {item.key: Counter({node.code: 0 for node in item.labels}) for item in manifest.dimensions},
        {
            (item.key, question.code): {node.code: Counter() for node in item.labels}
            for item in manifest.dimensions
            for question in manifest.scored
        },
        {question.code: [] for question in manifest.open_questions},
    )


def _mark(sheets: _Sheets, slot: Slot, reading: Reading) -> None:
    match reading:
        case Turnout(labels):
            for key, label in labels.items():
                sheets.turnout[key][label] += 1
        case Answer(label, value):
            sheets.answers[slot.dimension or "", slot.question or ""][label][value] += 1
        case Remark(label, text) if text:
            sheets.comments[slot.question or ""].append(Comment(label, text))
        case Unreadable():
            sheets.unreadable += 1


def _tally(manifest: Manifest, sheets: _Sheets) -> Tally:
    for comments in sheets.comments.values():
        SystemRandom().shuffle(comments)
    return Tally(
        ballots=sheets.ballots,
        turnout={key: dict(labels) for key, labels in sheets.turnout.items()},
        answers={
            place: {label: dict(histogram) for label, histogram in labels.items()}
            for place, labels in sheets.answers.items()
        },
        comments={code: tuple(comments) for code, comments in sheets.comments.items()},
        unreadable=sheets.unreadable,
        surplus=max(_surplus(item, sheets.turnout[item.key]) for item in manifest.dimensions),
    )


def _surplus(dimension: Dimension, turnout: Mapping[str, int]) -> int:
    return sum(max(0, turnout[node.code] - node.invited) for node in dimension.labels)
