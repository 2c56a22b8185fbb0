"""Taking messages out of the outbox: claim -> (send) -> settle, each in a transaction of its own.

    queued ──claim──► sending ──settle──► sent, failed, unknown, withdrawn, or queued once more
                         └─ begin ─► unknown ──settle──► sent …     (at most once)

A claim is a lease: it is committed before anything is sent, and a message whose sender died
comes back when the lease runs out. It may then arrive twice, and never not at all. A message that
may be sent at most once is written down as unknown before it is handed over: if its sender dies
then, that is the truth, and it stays so.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, Row, select, text, update
from sqlalchemy.orm import Session

from pulse.domain import backoff
from pulse.outbox import suppression, throttle
from pulse.outbox.model import PENDING, OutboxMessage, PausedWave

LEASE = timedelta(minutes=10)
MAX_ATTEMPTS = 12
_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.wave_id,
    OutboxMessage.recipient,
    OutboxMessage.kind,
    OutboxMessage.ordinal,
    OutboxMessage.to_address,
    OutboxMessage.message_id,
    OutboxMessage.mime,
    OutboxMessage.attempts,
    OutboxMessage.at_most_once,
    OutboxMessage.selective,
    OutboxMessage.urgent,
    OutboxMessage.domain,
)


class Outcome(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    # The server said no for good.
    REFUSED = "refused"
    # The server said not now.
    DEFERRED = "deferred"
    # The connection broke, so nobody can say whether the server took it.
    LOST = "lost"
    # There was no way to the server; that is no fault of the message, which never gives up.
    UNAVAILABLE = "unavailable"
    # Its turn did not come.
    UNTRIED = "untried"
    # It could not be written, as where the secret of the installation is another one.
    UNWRITTEN = "unwritten"
    # There is nothing to be said any more: the wave has closed, or the link is void.
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process, and no other, is sending now."""

    id: int
    wave_id: int | None
    recipient: str
    kind: str
    ordinal: int
    to_address: str
    message_id: str
    mime: bytes = field(repr=False)
    attempts: int
    at_most_once: bool
    selective: bool = False


def claim(session: Session, now: datetime, limit: int, per_minute: int = 0) -> tuple[Claimed, ...]:
    """Take up to `limit` messages that are due, past those that others hold.

    What somebody has just asked for comes first, then what is due longest. With `per_minute` no
    domain gets more than that; those beyond it stay for later and hold up nobody.
    """
    while rows := _due(session, now, limit, per_minute):
        rows = _reachable(session, rows)
        if per_minute:
            rows = _within_budget(session, rows, per_minute, now)
        if rows:
            return _leased(session, rows, now)
    return ()


def begin(session: Session, message: Claimed) -> bool:
    """Write a message down as unknown, just before it is handed over for the only time.

    False means that another process has it by now, and that it must not be sent.
    """
    begun = (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.state == "sending",
            OutboxMessage.attempts == message.attempts,
        )
        .values(state="unknown", mime=b"")
    )
    return cast("CursorResult[object]", session.execute(begun)).rowcount == 1


def settle(
    session: Session, message: Claimed, outcome: Outcome, now: datetime, chance: float = 0.5
) -> None:
    """Write down what became of a claimed message, unless another process has it by now."""
    states = ("sending", "unknown") if message.at_most_once else ("sending",)
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.state.in_(states),
            OutboxMessage.attempts == message.attempts,
        )
        .values(_after(message, outcome, now, chance))
    )


def put_off(session: Session, message: Claimed, until: datetime) -> None:
    """Let a claimed message wait until a moment, as if it had not been claimed."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.state == "sending",
            OutboxMessage.attempts == message.attempts,
        )
        .values(state="queued", attempts=message.attempts - 1, due_at=until)
    )


def hurry(session: Session) -> None:
    """Let PostgreSQL answer a commit before it is on the disk.

    A process that is killed loses nothing by that. A server that loses its power may forget the
    last moment, and what was sent in it is sent again.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit = off"))


_Found = list[Row[*tuple[Any, ...]]]


def _due(session: Session, now: datetime, limit: int, per_minute: int) -> _Found:
    """Find what is due: two looks into one index, so that the rest is never sorted."""
    paused = select(PausedWave.wave_id)
    waiting = OutboxMessage.wave_id.is_not(None) & OutboxMessage.wave_id.in_(paused)
    found: _Found = []
    for urgent in (True, False):
        query = (
            select(*_COLUMNS)
            .where(PENDING, OutboxMessage.urgent == urgent, OutboxMessage.due_at <= now)
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(limit - len(found))
            .with_for_update(skip_locked=True)
        )
        if not urgent:
            query = query.where(~waiting)
            if per_minute:
                held = throttle.exhausted(session, per_minute, now)
                query = query.where(OutboxMessage.domain.not_in(held))
        found += session.execute(query).all()
    return found


def _reachable(session: Session, rows: _Found) -> _Found:
    """Take out those whose address refuses everything, and write that down."""
    gone = suppression.among(session, [row.to_address for row in rows if not row.urgent])
    held = [row for row in rows if not row.urgent and row.to_address.lower() in gone]
    if held:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_([row.id for row in held]))
            .values(state="suppressed", mime=b"")
        )
    return [row for row in rows if row not in held]


def _within_budget(session: Session, rows: _Found, per_minute: int, now: datetime) -> _Found:
    wanted = Counter(row.domain for row in rows if not row.urgent)
    left = Counter(throttle.take(session, per_minute, wanted, now))
    kept: _Found = []
    for row in rows:
        if row.urgent or left[row.domain] > 0:
            left[row.domain] -= not row.urgent
            kept.append(row)
    return kept


def _leased(session: Session, rows: _Found, now: datetime) -> tuple[Claimed, ...]:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([row.id for row in rows]))
        .values(state="sending", attempts=OutboxMessage.attempts + 1, due_at=now + LEASE)
    )
    return tuple(
        Claimed(
            row.id,
            row.wave_id,
            row.recipient,
            row.kind,
            row.ordinal,
            row.to_address,
            row.message_id,
            row.mime,
            row.attempts + 1,
            row.at_most_once,
            row.selective,
        )
        for row in rows
    )


def _after(message: Claimed, outcome: Outcome, now: datetime, chance: float) -> dict[str, object]:
    ended: dict[Outcome, str] = {
        Outcome.SENT: "sent",
        Outcome.REFUSED: "failed",
        Outcome.VOID: "withdrawn",
    }
    if outcome in ended:
        return {"state": ended[outcome], "mime": b""}
    again: dict[str, object] = {"state": "queued", "mime": message.mime}
    if outcome is Outcome.UNTRIED:
        return again | {"attempts": message.attempts - 1, "due_at": now}
    if outcome in {Outcome.UNAVAILABLE, Outcome.UNWRITTEN}:
        later = now + backoff.pause(1, chance)
        return again | {"attempts": message.attempts - 1, "due_at": later}
    if outcome is Outcome.LOST and message.at_most_once:
        return {"state": "unknown", "mime": b""}
    if message.attempts < MAX_ATTEMPTS:
        return again | {"due_at": now + backoff.pause(message.attempts, chance)}
    return {"state": "failed" if outcome is Outcome.DEFERRED else "unknown", "mime": b""}
