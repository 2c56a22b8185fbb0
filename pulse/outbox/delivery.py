"""Taking messages out of the outbox: claim -> (send) -> settle, each in a transaction of its own.

A claim is a lease: it is committed before anything is sent, and a message whose sender died
comes back when the lease runs out. It may then arrive twice, and never not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pulse.outbox.model import OutboxMessage

LEASE = timedelta(minutes=10)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
MAX_ATTEMPTS = 12


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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process, and no other, is sending now."""

    id: int
    to_address: str
    mime: bytes
    attempts: int


def claim(session: Session, now: datetime, limit: int) -> tuple[Claimed, ...]:
    """Take up to `limit` messages that are due, oldest first, past those that others hold."""
    rows = session.execute(
        select(
            OutboxMessage.id, OutboxMessage.to_address, OutboxMessage.mime, OutboxMessage.attempts
        )
        .where(OutboxMessage.state.in_(("queued", "sending")), OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([row.id for row in rows]))
        .values(state="sending", attempts=OutboxMessage.attempts + 1, due_at=now + LEASE)
    )
    return tuple(Claimed(row.id, row.to_address, row.mime, row.attempts + 1) for row in rows)


def settle(session: Session, message: Claimed, outcome: Outcome, now: datetime) -> None:
    """Write down what became of a claimed message, unless another process has it by now."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message.id,
            OutboxMessage.state == "sending",
            OutboxMessage.attempts == message.attempts,
        )
        .values(_after(message.attempts, outcome, now))
    )


def settle_all(session: Session, settled: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
    """Settle the messages of one batch."""
    for message, outcome in settled:
        settle(session, message, outcome, now)


def pause(attempts: int) -> timedelta:
    """Give the time to wait after so many attempts: doubling, up to four hours.

    >>> [str(pause(number)) for number in (1, 2, 5, 30)]
    ['0:01:00', '0:02:00', '0:16:00', '4:00:00']
    """
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _after(attempts: int, outcome: Outcome, now: datetime) -> dict[str, object]:
    if outcome is Outcome.SENT:
        return {"state": "sent", "mime": b""}
    if outcome is Outcome.REFUSED:
        return {"state": "failed", "mime": b""}
    if attempts < MAX_ATTEMPTS or outcome is Outcome.UNAVAILABLE:
        return {"state": "queued", "due_at": now + pause(attempts)}
    return {"state": "failed" if outcome is Outcome.DEFERRED else "unknown", "mime": b""}
