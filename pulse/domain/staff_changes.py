"""What one row of the staff file changes about one person, decided without any database.

Spells are half open: a move closes one and opens the next on the same day. History is only
rewritten where the file says so: a corrected hire date moves the first day, a corrected last day
the last one; a unit that differs is a move on the import's own date unless the file dates it.
Values that are made for each of a million people are named tuples, which are cheap to make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from pulse.domain.separation import Separation
from pulse.domain.staff_columns import Field
from pulse.domain.staff_row import StaffRecord

ONE_DAY = timedelta(days=1)


class Outcome(StrEnum):
    """What a row comes to; each row counts once, by its weightiest change."""

    NEW = "new"
    RETURNED = "returned"
    LEFT = "left"
    MOVED = "moved"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class Spell(NamedTuple):
    """Days in one unit; `ends_on` is the first day not in it."""

    unit: str
    starts_on: date
    ends_on: date | None
    separation: Separation | None
    notice_on: date | None


class Facts(NamedTuple):
    """What is kept about a person besides where and when they worked."""

    name: str
    email: str | None
    manager: str | None
    locale: str | None
    time_zone: str | None


class Known(NamedTuple):
    """A person as Pulse knows them before the import."""

    id: int
    facts: Facts
    attributes: Mapping[str, str]
    spells: tuple[Spell, ...]


class Change(NamedTuple):
    """What to write for a person; None where nothing is to be written."""

    outcome: Outcome
    facts: Facts | None = None
    attributes: Mapping[str, str] | None = None
    spells: tuple[Spell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """The row cannot be true together with what is known already."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the whole import: its date, the mapped fields, the kept attributes."""

    as_of: date
    mapped: frozenset[Field]
    attributes: tuple[str, ...] = ()


def decide(record: StaffRecord, known: Known | None, rules: Rules) -> Change | Contradiction:
    """Compare a row with what is known and say what it changes."""
    attributes = {k: v for k, v in zip(rules.attributes, record.attributes, strict=True) if v}
    if known is None:
        return Change(Outcome.NEW, _facts(record, None, rules), attributes, (_fresh(record),))
    facts = _facts(record, known.facts, rules)
    spells = _spells(record, known.spells, rules)
    if isinstance(spells, Contradiction):
        return spells
    kept = {key: known.attributes[key] for key in rules.attributes if key in known.attributes}
    change = Change(
        Outcome.CHANGED,
        None if facts == known.facts else facts,
        None if attributes == kept else attributes,
        None if spells == known.spells else spells,
    )
    return change._replace(outcome=_outcome(change, known.spells, spells))


def _outcome(change: Change, before: Sequence[Spell], after: Sequence[Spell]) -> Outcome:
    if change == Change(Outcome.CHANGED):
        return Outcome.UNCHANGED
    if not before or (before[-1].separation and after[-1].starts_on >= _end(before[-1])):
        return Outcome.RETURNED
    if after[-1].separation and not before[-1].separation:
        return Outcome.LEFT
    if after[-1].unit != before[-1].unit:
        return Outcome.MOVED
    return Outcome.CHANGED


def _facts(record: StaffRecord, known: Facts | None, rules: Rules) -> Facts:
    """Take facts from the row, and from what is known where the file has no such column."""
    said = Facts(record.name, record.email, record.manager, record.locale, record.time_zone)
    if known is None:
        return said
    return Facts(
        name=said.name,
        email=said.email if Field.EMAIL in rules.mapped else known.email,
        manager=said.manager if Field.MANAGER in rules.mapped else known.manager,
        locale=said.locale if Field.LOCALE in rules.mapped else known.locale,
        time_zone=said.time_zone if Field.TIME_ZONE in rules.mapped else known.time_zone,
    )


def _fresh(record: StaffRecord) -> Spell:
    end = record.left_on + ONE_DAY if record.left_on else None
    return Spell(record.unit, record.hired_on, end, record.separation, record.notice_on)


def _end(spell: Spell) -> date:
    return spell.ends_on or date.max


Spells = tuple[Spell, ...]


def _spells(record: StaffRecord, known: Spells, rules: Rules) -> Spells | Contradiction:
    if not known or (known[-1].separation and record.hired_on >= _end(known[-1])):
        return (*known, _fresh(record))
    begin = max((i + 1 for i, spell in enumerate(known[:-1]) if spell.separation), default=0)
    earlier, current = known[:begin], known[begin:]
    if earlier and record.hired_on < _end(earlier[-1]):
        return Contradiction(
            Field.HIRED_ON, f"lies in an earlier employment that ended on {earlier[-1].ends_on}"
        )
    if record.hired_on >= _end(current[0]):
        return Contradiction(Field.HIRED_ON, f"is after the move recorded on {current[0].ends_on}")
    current = (current[0]._replace(starts_on=record.hired_on), *current[1:])
    if Field.LEFT_ON in rules.mapped:
        current = _ended(record, current, rules)
    placed = _placed(record, current, rules.as_of)
    return placed if isinstance(placed, Contradiction) else (*earlier, *_joined(placed))


def _ended(record: StaffRecord, spells: Spells, rules: Rules) -> Spells:
    """End the employment on the last day the file names, or take back an end it denies."""
    last = spells[-1]
    if record.left_on is None:
        if not last.separation:
            return spells
        return (*spells[:-1], last._replace(ends_on=None, separation=None, notice_on=None))
    end = record.left_on + ONE_DAY
    spells = tuple(spell for spell in spells if spell.starts_on < end)
    says_kind = rules.mapped & {Field.SEPARATION, Field.REASON}
    kind = record.separation if says_kind else (last.separation or record.separation)
    notice = record.notice_on if Field.NOTICE_ON in rules.mapped else last.notice_on
    ended = spells[-1]._replace(ends_on=end, separation=kind, notice_on=notice)
    return (*spells[:-1], ended)


def _placed(record: StaffRecord, spells: Spells, as_of: date) -> Spells | Contradiction:
    """Put the person into the unit the file names, from the day it holds."""
    last = spells[-1]
    if record.unit == last.unit:
        return _dated(record.unit_since, spells)
    since = record.unit_since or as_of
    if since >= _end(last):
        return spells  # The unit of someone who had left by then stays as it is recorded.
    if record.unit_since is None and last.starts_on > as_of and len(spells) > 1:
        return Contradiction(Field.UNIT, f"a move on {last.starts_on} is recorded already")
    since = max(since, spells[0].starts_on)
    before = tuple(
        spell._replace(ends_on=min(_end(spell), since), separation=None, notice_on=None)
        for spell in spells
        if spell.starts_on < since
    )
    return (*before, last._replace(unit=record.unit, starts_on=since))


def _dated(since: date | None, spells: Spells) -> Spells:
    """Correct the day of the last move where the file dates it within the two spells."""
    if since is None or len(spells) == 1:
        return spells
    *rest, before, last = spells
    if not before.starts_on < since < _end(last):
        return spells
    return (*rest, before._replace(ends_on=since), last._replace(starts_on=since))


def _joined(spells: Spells) -> Spells:
    """Join neighbours in the same unit: a move that is taken back leaves no trace."""
    joined: list[Spell] = []
    for spell in spells:
        if joined and joined[-1].unit == spell.unit and joined[-1].ends_on == spell.starts_on:
            joined[-1] = spell._replace(starts_on=joined[-1].starts_on)
        else:
            joined.append(spell)
    return tuple(joined)
