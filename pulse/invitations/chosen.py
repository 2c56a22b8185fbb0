"""Who of an audience is asked this time: the part whose turn it is, and nobody too often.

    audience ──► less those who were asked often enough lately ──► the part that is due

Neither looks at what anybody answered, or whether. Parts are kept, so that everybody has the same
time between two turns; the limit counts the frames of all surveys together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_bytes

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from pulse.domain import sampling
from pulse.invitations.model import FrameMember, StaffPart
from pulse.people.roster import RosterEntry
from pulse.surveys.model import Wave

WINDOW = timedelta(days=28)
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Turn:
    """Which part of everybody a wave of a survey asks: one of `parts`, counted from 0."""

    survey_id: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Limits:
    """In how many waves one person may be asked within 28 days, and whose turn it is."""

    most_waves: int | None = None
    turn: Turn | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Those asked this time; how many are spared, and the parts that were drawn for newcomers."""

    people: tuple[RosterEntry, ...]
    spared: int = 0
    drawn: Mapping[int, int] = field(default_factory=dict)


def choose(
    session: Session, people: Sequence[RosterEntry], limits: Limits, wave: tuple[int, date]
) -> Chosen:
    """Choose among the people of an audience for a wave, given by its id and day; writes nothing.

    Whoever is spared because of the limit keeps the part that they are in.
    """
    asked = _asked_often(session, limits.most_waves, wave)
    rested = [person for person in people if person.employee_id not in asked]
    if limits.turn is None:
        return Chosen(tuple(rested), len(people) - len(rested))
    known = _parts(session, limits.turn)
    units = {person.employee_id: person.unit_id for person in people}
    drawn = sampling.deal(units, known, limits.turn.parts, token_bytes)
    parts = known | drawn
    due = [person for person in people if parts[person.employee_id] == limits.turn.part]
    found = tuple(person for person in due if person.employee_id not in asked)
    return Chosen(found, len(due) - len(found), drawn)


def keep(session: Session, turn: Turn | None, drawn: Mapping[int, int]) -> None:
    """Keep the parts that were drawn, for all waves to come."""
    if turn is None:
        return
    rows = [
        {"survey_id": turn.survey_id, "parts": turn.parts, "employee_id": person, "part": part}
        for person, part in drawn.items()
    ]
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(StaffPart), rows[start : start + _BATCH])


def _parts(session: Session, turn: Turn) -> dict[int, int]:
    rows = session.execute(
        select(StaffPart.employee_id, StaffPart.part).where(
            StaffPart.survey_id == turn.survey_id, StaffPart.parts == turn.parts
        )
    )
    return {row.employee_id: row.part for row in rows}


def _asked_often(session: Session, most: int | None, wave: tuple[int, date]) -> set[int]:
    """Give everybody who was asked in as many waves as may be, in the 28 days up to a day."""
    if most is None:
        return set()
    wave_id, day = wave
    rows = session.scalars(
        select(FrameMember.employee_id)
        .join(Wave, Wave.id == FrameMember.wave_id)
        .where(Wave.opens_on > day - WINDOW, Wave.opens_on <= day, Wave.id != wave_id)
        .group_by(FrameMember.employee_id)
        .having(func.count() >= most)
    )
    return set(rows)
