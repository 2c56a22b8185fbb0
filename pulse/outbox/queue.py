"""Putting messages into the outbox, in the transaction that makes them necessary."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.outbox.model import OutboxMessage

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Message:
    """A finished message. One without a wave is never taken for a repetition of another."""

    recipient: str
    kind: str
    to_address: str
    mime: bytes
    message_id: str
    wave_id: int | None = None
    ordinal: int = 0


def put(session: Session, message: Message, now: datetime) -> None:
    """Queue one message, to be sent at once; a repetition is left out."""
    put_many(session, (message,), now)


def put_many(session: Session, messages: Iterable[Message], now: datetime) -> None:
    """Queue messages; one that has its wave, recipient, kind and ordinal already is left out."""
    table = OutboxMessage.__table__
    assert isinstance(table, Table)  # noqa: S101  (narrows the type for mypy)
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(table).on_conflict_do_nothing()
    rows = [
        asdict(message) | {"state": "queued", "attempts": 0, "due_at": now} for message in messages
    ]
    for start in range(0, len(rows), _BATCH):
        session.connection().execute(insert, rows[start : start + _BATCH])


def counts(session: Session, wave_id: int) -> dict[str, int]:
    """Count the messages of a wave by state."""
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.wave_id == wave_id)
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}
