"""Keeps a consented file until it is counted, and what was counted until HR deletes it.

    receive ──► waits ──finish──► result          the file is gone with the same statement
                  └─────fail────► why not          that writes the result, or why there is none

One at a time: a new file takes the place of whatever was there. Nothing here knows a survey, a
release or the staff file, so nothing can be joined.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from pydantic import TypeAdapter
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pulse.churn import consented_file
from pulse.churn.survival_model import ConsentedStudy
from pulse.domain import consented
from pulse.domain.consented import Survival

_SURVIVAL = TypeAdapter(Survival)
# A text of which `checked` has read every row.
CheckedText = NewType("CheckedText", str)


@dataclass(frozen=True, slots=True)
class StoredSurvival:
    """What is known of the newest file: it waits, it was counted, or it could not be."""

    uploaded_at: datetime
    waits: bool
    problem: str | None
    found: Survival | None
    libraries: dict[str, str]


def checked(text: str) -> CheckedText:
    """Read a file before it is kept, which takes seconds where it is long.

    Raises Invalid where a row is wrong or no curve could be drawn.
    """
    consented.kept(consented_file.parsed(text))
    return CheckedText(text)


def receive(session: Session, text: CheckedText, now: datetime) -> int:
    """Keep a file until it is counted, in place of the one before."""
    remove(session)
    row = ConsentedStudy(uploaded_at=now, upload=text)
    session.add(row)
    session.flush()
    return row.id


def latest(session: Session) -> StoredSurvival | None:
    """Give what is known of the newest file, and never the file."""
    table = ConsentedStudy
    wanted = (
        table.uploaded_at,
        table.upload.is_not(None),
        table.problem,
        table.body,
        table.libraries,
    )
    row = session.execute(select(*wanted).order_by(table.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    uploaded_at, waits, problem, body, libraries = row
    found = from_json(body) if body else None
    return StoredSurvival(uploaded_at, waits, problem, found, dict(libraries or {}))


def waiting(session: Session) -> dict[int, str]:
    """Give every file that waits, by the number of its row."""
    table = ConsentedStudy
    rows = session.execute(select(table.id, table.upload).where(table.upload.is_not(None)))
    return {row_id: text for row_id, text in rows if text is not None}


def waits(session: Session) -> int:
    """Count the files that wait."""
    waiting = select(func.count()).where(ConsentedStudy.upload.is_not(None))
    return session.scalar(waiting.select_from(ConsentedStudy)) or 0


def finish(
    session: Session, row_id: int, found: Survival, libraries: dict[str, str], now: datetime
) -> None:
    """Write the result in place of its file; nothing, where HR has deleted the file meanwhile."""
    row = session.get(ConsentedStudy, row_id, with_for_update=True)
    if row is not None and row.upload is not None:
        row.upload, row.counted_at = None, now
        row.body, row.libraries = to_json(found), libraries


def fail(session: Session, row_id: int, problem: str, now: datetime) -> None:
    """Write why there is no result, in place of the file."""
    row = session.get(ConsentedStudy, row_id, with_for_update=True)
    if row is not None and row.upload is not None:
        row.upload, row.counted_at, row.problem = None, now, problem


def remove(session: Session) -> None:
    """Delete whatever is there: a file that waits, or a result."""
    session.execute(delete(ConsentedStudy))


def to_json(found: Survival) -> str:
    """Write a result in the one form in which it is stored."""
    return _SURVIVAL.dump_json(found).decode()


def from_json(text: str) -> Survival:
    """Read what `to_json` wrote."""
    return _SURVIVAL.validate_json(text)
