"""Counting a sealed box, in two steps: who took part, and only then what they answered.

    turnout ──► (what may be shown is decided from it alone) ──► answers

The first step opens the turnout slot and no other. Nothing but histograms, sums over vectors
and comments leaves this module, and only the release may ask for them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select

from pulse.ballots import box, model, opening
from pulse.ballots.box import BoxState
from pulse.ballots.opening_process import Batch
from pulse.domain import fitting
from pulse.domain.dimension import ORGANISATION
from pulse.domain.errors import Conflict
from pulse.domain.fitting import Turnout
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import layout
from pulse.domain.sheets import Comment, Marks, Sheets, blank, mark
from pulse.domain.slots import Slot, SlotKind
from pulse.domain.vectors import TRAYS, Sums

__all__ = ["Comment", "Opening", "Tally", "TurnoutCount", "answers", "of_shards", "turnout"]

_BATCH = 2_000
_TURNOUT_SLOT = 0

Histogram: TypeAlias = dict[int | None, int]
_Answers: TypeAlias = dict[tuple[str, str], dict[str, Marks]]


@dataclass(frozen=True, slots=True)
class Opening:
    """A sealed box, and what it takes to open it."""

    connection: Connection
    manifest: Manifest
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TurnoutCount:
    """Who took part, by dimension and label, once every label fits the tokens issued under it.

    `joint` counts the labels that were carried together: the plan needs it, and nothing keeps it.
    `ballots` are the tokens spent, `surplus` the readable ballots that were dropped because a
    label had more of them than tokens, `unreadable` the ballots whose labels are lost.
    """

    ballots: int
    turnout: Turnout
    joint: Joint = field(repr=False)
    unreadable: int
    surplus: int

    @property
    def counted(self) -> int:
        """How many ballots go into the figures; the same in every dimension."""
        return self.joint.total


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything that is ever learned from a box.

    `answers` is by dimension and question, then by label, then by answer (None: no answer).
    `unreadable` counts shards that could not be read, `surplus` ballots beyond the tokens of
    their label, and `lost` how many ballots are missing where most are. `vectors` are the sums over
    all trays but one, which was drawn and is forgotten.
    """

    ballots: int
    turnout: Turnout
    joint: Joint = field(repr=False)
    answers: Mapping[tuple[str, str], Mapping[str, Histogram]]
    comments: Mapping[str, tuple[Comment, ...]]
    unreadable: int = 0
    surplus: int = 0
    lost: int = 0
    vectors: Sums = field(default_factory=Sums, repr=False)

    @property
    def counted(self) -> int:
        """How many ballots go into the figures; the same in every dimension."""
        return self.joint.total


def turnout(box_opened: Opening, issued: Turnout) -> TurnoutCount:
    """Open the turnout slot and count it; `issued` are the tokens by dimension and label.

    Raises Conflict while the box is open, once it is destroyed, where a process died, and for
    another manifest than the one that the box was opened for.
    """
    _refuse_unless_sealed(box_opened)
    spent = _count(box_opened, model.spent)
    sheets = _sheets(box_opened, only_turnout=True)
    return _turnout(box_opened.manifest, sheets, issued, spent)


def answers(box_opened: Opening, found: TurnoutCount) -> Tally:
    """Open every other slot and count it, within the turnout that was found. Raises as above."""
    _refuse_unless_sealed(box_opened)
    return _tally(box_opened.manifest, _sheets(box_opened, only_turnout=False), found)


def of_shards(manifest: Manifest, shards: Iterable[tuple[int, bytes]]) -> Tally:
    """Count shards that were never sealed, given as slot and body, in whatever order they come."""
    plan = layout(manifest)
    sheets = blank(manifest)
    for slot, body in shards:
        mark(sheets, plan, slot, body)
    invited = {
        item.key: {node.code: node.invited for node in item.labels} for item in manifest.dimensions
    }
    found = _turnout(manifest, sheets, invited, sheets.shards[_TURNOUT_SLOT])
    return _tally(manifest, sheets, found)


def _refuse_unless_sealed(box_opened: Opening) -> None:
    wave = box_opened.manifest.wave
    if box.state(box_opened.connection, wave) is not BoxState.SEALED:
        raise Conflict(f"The box of wave {wave} is not there to be counted.")
    # Whoever changes the wave in main, its floor say, must not have the ballots counted by that.
    if box.manifest_digest(box_opened.connection, wave) != box_opened.manifest.digest:
        raise Conflict(
            f"The box of wave {wave} was opened for another manifest than the one that the wave "
            "has now. It is not counted before the manifest is as everybody was shown it."
        )


def _sheets(box_opened: Opening, *, only_turnout: bool) -> Sheets:
    manifest, slot = box_opened.manifest, model.shard.c.slot
    wanted = (slot == _TURNOUT_SLOT) if only_turnout else (slot != _TURNOUT_SLOT)
    processes = opening.cores() if _count(box_opened, model.shard, wanted) > opening.FEW else 1
    query = select(slot, model.shard.c.body).where(model.shard.c.wave == manifest.wave, wanted)
    rows = box_opened.connection.execute(query, execution_options={"yield_per": _BATCH})
    return opening.counted(manifest, box_opened.key, map(_batch, rows.partitions()), processes)


def _batch(rows: Sequence[Row[int, bytes]]) -> Batch:
    return [(row.slot, row.body) for row in rows]


def _count(box_opened: Opening, table: Table, *where: ColumnElement[bool]) -> int:
    query = select(func.count()).where(table.c.wave == box_opened.manifest.wave, *where)
    return box_opened.connection.scalar(query) or 0


def _turnout(manifest: Manifest, sheets: Sheets, issued: Turnout, ballots: int) -> TurnoutCount:
    came, unreadable = sheets.shards[_TURNOUT_SLOT], sheets.unreadable[_TURNOUT_SLOT]
    counted = Joint(tuple(item.key for item in manifest.dimensions), sheets.turnout)
    fitted = fitting.fit_turnout(counted, issued, ballots, SystemRandom())
    by_label = {
        item.key: dict.fromkeys((node.code for node in item.labels), 0) | fitted.by_label(item.key)
        for item in manifest.dimensions
    }
    missing = max(0, ballots - came)
    surplus = came - unreadable - fitted.total
    return TurnoutCount(ballots, by_label, fitted, unreadable + missing, surplus)


def _tally(manifest: Manifest, sheets: Sheets, found: TurnoutCount) -> Tally:
    fitted = _fitted(manifest, sheets, found)
    others = [slot for slot in manifest.slots if slot.number != _TURNOUT_SLOT]
    missing = sum(max(0, found.ballots - sheets.shards[slot.number]) for slot in others)
    unreadable = sheets.unreadable.total() - sheets.unreadable[_TURNOUT_SLOT]
    return Tally(
        ballots=found.ballots,
        turnout=found.turnout,
        joint=found.joint,
        answers={
            place: {label: dict(+marks) for label, marks in labels.items()}
            for place, labels in fitted.items()
        },
        comments=_comments(manifest, sheets, found),
        unreadable=found.unreadable + unreadable + missing,
        surplus=found.surplus,
        lost=max(
            found.unreadable + found.surplus,
            *(_lost(slot, sheets, fitted, found.ballots) for slot in others),
        ),
        vectors=sheets.vectors.without(SystemRandom().randrange(TRAYS)),
    )


def _fitted(manifest: Manifest, sheets: Sheets, found: TurnoutCount) -> _Answers:
    random = SystemRandom()
    fitted: _Answers = {}
    for question in manifest.scored:
        by_dimension = {
            key: fitting.fit_answers(sheets.answers[key, question.code], labels, random)
            for key, labels in found.turnout.items()
        }
        fitting.level(by_dimension, random)
        fitted |= {(key, question.code): labels for key, labels in by_dimension.items()}
    return fitted


def _lost(slot: Slot, sheets: Sheets, fitted: _Answers, ballots: int) -> int:
    """Count the shards of a slot that are missing in the figures, for whatever reason."""
    came = max(ballots, sheets.shards[slot.number])
    if slot.kind is not SlotKind.ANSWER:
        return came - sheets.shards[slot.number] + sheets.unreadable[slot.number]
    place = (slot.dimension or "", slot.question or "")
    marks = sheets.answers[place]
    return came - sum((marks[label] & used).total() for label, used in fitted[place].items())


def _comments(
    manifest: Manifest, sheets: Sheets, found: TurnoutCount
) -> dict[str, tuple[Comment, ...]]:
    """Give the comments in random order, no more of a coarse label than it has ballots."""
    most: Counter[str] = Counter()
    for label, count in found.turnout[ORGANISATION].items():
        most[manifest.comment_labels[label]] += count
    return {code: tuple(_fewest(given, most)) for code, given in sheets.comments.items()}


def _fewest(comments: list[Comment], most: Counter[str]) -> Iterator[Comment]:
    left = Counter(most)
    for comment in SystemRandom().sample(comments, len(comments)):
        left[comment.label] -= 1
        if left[comment.label] >= 0:
            yield comment
