"""The life of one import: uploaded -> checking -> checked -> applying -> applied, or failed.

The row says what has been asked for and what came of it; `people.jobs` does the work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.orm import Session

from pulse.domain.errors import Conflict, NotFound
from pulse.domain.separation import Separation
from pulse.domain.staff_plan import StaffPlan
from pulse.people.model import StaffImport
from pulse.people.report import ImportReport

# Work that somebody took in hand this long ago has died with its process.
ABANDONED = timedelta(hours=1)
_ERROR_LENGTH = 500


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


RUNNING = (ImportState.CHECKING, ImportState.APPLYING)


@dataclass(frozen=True, slots=True)
class ImportInfo:
    """One import as doors and jobs see it."""

    id: int
    state: ImportState
    file_name: str
    stored_as: str | None
    as_of: date
    plan: StaffPlan | None
    skip_rejected: bool
    report: ImportReport | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def running(self) -> bool:
        return self.state in RUNNING


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that has arrived."""

    file_name: str
    stored_as: str | None
    as_of: date


def receive(session: Session, new: NewImport, now: datetime) -> int:
    """Keep that a file has arrived."""
    row = StaffImport(
        state=ImportState.UPLOADED,
        file_name=new.file_name[:200],
        stored_as=new.stored_as,
        as_of=new.as_of,
        skip_rejected=False,
        rows_total=0,
        rows_done=0,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def get(session: Session, import_id: int) -> ImportInfo:
    """Give one import. Raises NotFound."""
    return _info(_row(session, import_id))


def latest(session: Session, count: int = 5) -> tuple[ImportInfo, ...]:
    """Give the imports that were applied last, the newest first."""
    rows = session.scalars(
        select(StaffImport)
        .where(StaffImport.state == ImportState.APPLIED)
        .order_by(StaffImport.finished_at.desc(), StaffImport.id.desc())
        .limit(count)
    )
    return tuple(_info(row) for row in rows)


def order_check(session: Session, import_id: int, plan: StaffPlan, as_of: date) -> None:
    """Ask for a check with this plan. Raises Conflict while work is going on or after it."""
    row = _row(session, import_id)
    _refuse(row, ImportState.APPLIED, *RUNNING)
    row.state = ImportState.CHECKING
    row.plan = plan.to_json()
    row.as_of = as_of
    row.report = row.error = row.claimed_at = None


def order_apply(session: Session, import_id: int, *, skip_rejected: bool) -> None:
    """Ask for a checked file to be applied.

    Raises Conflict in any other state, and where another file came in between: what HR read and
    agreed to would not be what happens.
    """
    row = _row(session, import_id)
    if row.state != ImportState.CHECKED:
        raise Conflict("This import is not ready to be applied.")
    if session.scalar(_overtaking(row)):
        raise Conflict(
            "Another staff file has been applied since this one was checked. "
            "Go back to its columns and check it again."
        )
    row.state = ImportState.APPLYING
    row.skip_rejected = skip_rejected
    row.claimed_at = None


def sort_words(session: Session, import_id: int, words: Mapping[str, Separation]) -> None:
    """Say what words for leaving mean and ask for another check."""
    info = get(session, import_id)
    if info.plan is None:
        raise Conflict("This import has not been checked yet.")
    plan = replace(info.plan, words={**info.plan.words, **words})
    order_check(session, import_id, plan, info.as_of)


def discard(session: Session, import_id: int) -> None:
    """Forget an import that has not been applied."""
    row = _row(session, import_id)
    _refuse(row, ImportState.APPLIED, *RUNNING)
    session.delete(row)


def claim(session: Session, import_id: int, now: datetime) -> bool:
    """Take ordered work in hand; exactly one caller is told yes."""
    free = or_(StaffImport.claimed_at.is_(None), StaffImport.claimed_at < now - ABANDONED)
    found = session.execute(
        update(StaffImport)
        .where(and_(StaffImport.id == import_id, StaffImport.state.in_(RUNNING), free))
        .values(claimed_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]


def due(session: Session) -> tuple[int, ...]:
    """Give the imports with ordered work, the oldest first."""
    rows = session.scalars(
        select(StaffImport.id).where(StaffImport.state.in_(RUNNING)).order_by(StaffImport.id)
    )
    return tuple(rows)


def finish(
    session: Session, import_id: int, state: ImportState, report: ImportReport, now: datetime
) -> None:
    """Keep what came of a check or of applying."""
    row = _row(session, import_id)
    row.state = state
    row.report = report.to_json()
    row.rows_total = row.rows_done = report.rows
    row.claimed_at = None
    row.finished_at = now


def fail(session: Session, import_id: int, reason: str, now: datetime) -> None:
    """Keep why an import could not go on; nothing of it has been written."""
    row = _row(session, import_id)
    row.state = ImportState.FAILED
    row.error = reason[:_ERROR_LENGTH]
    row.claimed_at = None
    row.finished_at = now


def _row(session: Session, import_id: int) -> StaffImport:
    row = session.get(StaffImport, import_id)
    if row is None:
        raise NotFound("There is no such import.")
    return row


def _overtaking(row: StaffImport) -> Select[int]:
    """Find imports that were applied after this one was checked, or are being applied."""
    later = and_(
        StaffImport.state == ImportState.APPLIED, StaffImport.finished_at >= row.finished_at
    )
    return (
        select(StaffImport.id)
        .where(or_(later, StaffImport.state == ImportState.APPLYING), StaffImport.id != row.id)
        .limit(1)
    )


def _refuse(row: StaffImport, *states: ImportState) -> None:
    if row.state in states:
        raise Conflict(f"This import is {row.state} already.")


def _info(row: StaffImport) -> ImportInfo:
    return ImportInfo(
        id=row.id,
        state=ImportState(row.state),
        file_name=row.file_name,
        stored_as=row.stored_as,
        as_of=row.as_of,
        plan=StaffPlan.from_json(row.plan) if row.plan else None,
        skip_rejected=row.skip_rejected,
        report=ImportReport.from_json(row.report) if row.report else None,
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
