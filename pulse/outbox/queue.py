"""Putting messages into the outbox, in the transaction that makes them necessary."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse import bulk, mail
from pulse.outbox.model import OutboxMessage, PausedWave

_BATCH = 1_000
_TABLE = cast(Table, OutboxMessage.__table__)
_COLUMNS = (
    "recipient",
    "kind",
    "to_address",
    "mime",
    "message_id",
    "wave_id",
    "ordinal",
    "domain",
    "urgent",
    "at_most_once",
    "selective",
    "state",
    "attempts",
    "due_at",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message. One without a wave is never taken for a repetition of another.

    One without `mime` is written when it is sent. `due_at` is at once where it is not said.
    """

    recipient: str
    kind: str
    to_address: str
    message_id: str
    mime: bytes = b""
    wave_id: int | None = None
    ordinal: int = 0
    due_at: datetime | None = None
    urgent: bool = False
    at_most_once: bool = False
    selective: bool = False


def put(session: Session, message: Message, now: datetime) -> None:
    """Queue one message, to be sent at once; a repetition is left out."""
    put_many(session, (message,), now)


def put_many(session: Session, messages: Iterable[Message], now: datetime) -> None:
    """Queue messages; one that has its wave, recipient, kind and ordinal already is left out."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(_TABLE).on_conflict_do_nothing()
    rows = _rows(messages, now)
    while batch := list(islice(rows, _BATCH)):
        values = [dict(zip(_COLUMNS, row, strict=True)) for row in batch]
        session.connection().execute(insert, values)


def put_fresh(session: Session, messages: Iterable[Message], now: datetime) -> None:
    """Queue messages of which none can have been queued before, as fast as the database can."""
    rows = ((*row[:-1], bulk.moment(cast(datetime, row[-1]))) for row in _rows(messages, now))
    bulk.insert_rows(session, _TABLE, _COLUMNS, cast(Iterable[bulk.Row], rows))


def any_of(session: Session, wave_id: int, kind: str) -> bool:
    """Say whether a wave has any message of a kind."""
    found = select(OutboxMessage.id).where(
        OutboxMessage.wave_id == wave_id, OutboxMessage.kind == kind
    )
    return session.scalar(found.limit(1)) is not None


def pause(session: Session, wave_id: int) -> None:
    """Let the mails of a wave wait until they are resumed. Repeating it does nothing."""
    if not is_paused(session, wave_id):
        session.add(PausedWave(wave_id=wave_id))
        session.flush()


def resume(session: Session, wave_id: int) -> None:
    """Let the mails of a wave go on."""
    session.execute(delete(PausedWave).where(PausedWave.wave_id == wave_id))


def is_paused(session: Session, wave_id: int) -> bool:
    """Say whether the mails of a wave wait."""
    return session.get(PausedWave, wave_id) is not None


def close(session: Session, wave_id: int) -> None:
    """Withdraw what a wave has not sent, and forget who was written to because of what they did.

    A message that is being sent at this moment goes out, or is withdrawn by its sender.
    """
    mine = OutboxMessage.wave_id == wave_id
    session.execute(delete(OutboxMessage).where(mine, OutboxMessage.selective))
    session.execute(
        update(OutboxMessage)
        .where(mine, OutboxMessage.state == "queued")
        .values(state="withdrawn", mime=b"")
    )
    resume(session, wave_id)


def _rows(messages: Iterable[Message], now: datetime) -> Iterator[Sequence[object]]:
    for one in messages:
        yield (
            one.recipient,
            one.kind,
            one.to_address,
            one.mime,
            one.message_id,
            one.wave_id,
            one.ordinal,
            mail.domain(one.to_address),
            one.urgent,
            one.at_most_once,
            one.selective,
            "queued",
            0,
            one.due_at or now,
        )
