"""The lease of whoever leads: ask_for -> (check, note) -> hand_over.

The clock of the database judges it. `ask_for` is called again and again, by who leads and by who
would like to. `check` is what stands before each commit of a tick.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Table, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.db import UtcDateTime
from pulse.domain import lease
from pulse.domain.errors import LostLease
from pulse.domain.lease import Lease
from pulse.leadership.model import WorkerLease

NAME = "fieldwork"
_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
_LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '2s'")
_OURS = WorkerLease.name == NAME


@dataclass(frozen=True, slots=True)
class Bid:
    """Who asks for the lease, for how long, and what its own clock says."""

    holder: str
    term: timedelta
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads, as anybody may ask; `now` is the database's."""

    lease: Lease
    now: datetime
    seen_at: datetime
    clock_jump: int | None
    ticks: int
    failures: int

    @property
    def is_led(self) -> bool:
        """Whether a worker leads at this moment."""
        return not lease.is_free(self.lease, self.now)

    @property
    def age(self) -> timedelta:
        """How long ago whoever leads, or led last, gave a sign of life."""
        return self.now - self.lease.renewed_at


def standing(session: Session) -> Standing | None:
    """Say who leads, without keeping anybody waiting; None where no worker has ever run."""
    return _standing(session.connection())


def ask_for(session: Session, bid: Bid) -> Lease | None:
    """Take the lease if it is free, renew it if it is the bidder's; None where another has it."""
    connection = session.connection()
    _prepare(connection)
    found = _standing(connection, lock=True)
    assert found is not None  # noqa: S101  (the row has just been made)
    after = lease.bid(found.lease, bid.holder, found.now, bid.term)
    if after.holder != bid.holder:
        return None
    values = {"holder": after.holder, "epoch": after.epoch, "seen_at": bid.seen_at}
    values |= {"renewed_at": after.renewed_at, "expires_at": after.expires_at}
    session.execute(update(WorkerLease).where(_OURS).values(values))
    return after


def hand_over(session: Session, held: Lease) -> None:
    """Give the lease back, so that another takes it at once; one that was lost is left alone."""
    session.execute(update(WorkerLease).where(*_held(held)).values(holder=""))


def check(connection: Connection, held: Lease) -> None:
    """Raise LostLease unless it still holds; nobody else can take it before this transaction ends.

    On PostgreSQL the row is locked for sharing: who takes the lease waits for this commit, so none
    under the old epoch comes after it.
    """
    found = _standing(connection, lock=True, share=True)
    if found is None or not lease.still_holds(found.lease, held, found.now):
        raise LostLease


def note(session: Session, held: Lease, *, failed: bool) -> None:
    """Count a tick, and whether something failed in it."""
    more = {"ticks": WorkerLease.ticks + 1, "failures": WorkerLease.failures + int(failed)}
    session.execute(update(WorkerLease).where(*_held(held)).values(more))


def doubt_clock(session: Session, held: Lease, jump: int | None) -> None:
    """Write down by how much the leader's clock has jumped; None says that it is believed again."""
    session.execute(update(WorkerLease).where(*_held(held)).values(clock_jump=jump))


def trust_clock(session: Session) -> bool:
    """Say that the leader's clock is right; False where nobody doubted it."""
    found = _standing(session.connection(), lock=True)
    session.execute(update(WorkerLease).where(_OURS).values(clock_jump=None))
    return found is not None and found.clock_jump is not None


def _held(held: Lease) -> tuple[ColumnElement[bool], ...]:
    return _OURS, WorkerLease.holder == held.holder, WorkerLease.epoch == held.epoch


def _prepare(connection: Connection) -> None:
    """See to it that there is a row, and wait for a stopped holder's transaction not for long."""
    is_postgres = connection.dialect.name == "postgresql"
    if is_postgres:
        connection.execute(_LOCK_TIMEOUT)
    table = WorkerLease.__table__
    assert isinstance(table, Table)  # noqa: S101  (narrows the type for mypy)
    insert = (postgresql.insert if is_postgres else sqlite.insert)(table).on_conflict_do_nothing()
    moments = dict.fromkeys(("renewed_at", "expires_at", "seen_at"), _LONG_AGO)
    numbers = dict.fromkeys(("epoch", "ticks", "failures"), 0)
    connection.execute(insert.values(name=NAME, holder="", **moments, **numbers))


def _standing(
    connection: Connection, *, lock: bool = False, share: bool = False
) -> Standing | None:
    query = select(WorkerLease.__table__, _now(connection).label("now")).where(_OURS)
    if lock:
        query = query.with_for_update(read=share)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def _read(row: Row[tuple[object, ...]]) -> Standing:
    held = Lease(row.holder, row.epoch, row.renewed_at, row.expires_at)
    return Standing(held, row.now, row.seen_at, row.clock_jump, row.ticks, row.failures)


def _now(connection: Connection) -> ColumnElement[datetime]:
    """Give the database's clock, which runs on within a transaction."""
    if connection.dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f", "now", type_=UtcDateTime)
    return func.timezone("UTC", func.clock_timestamp(), type_=UtcDateTime)
