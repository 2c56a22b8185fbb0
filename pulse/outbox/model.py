"""The tables of messages on their way out of the house, and of addresses they cannot reach."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime

STATES = (
    "queued",
    "sending",
    "sent",
    "failed",
    "unknown",
    "bounced",
    "suppressed",
    "withdrawn",
)
# Literal, in the queries as in the index: a database uses a part of a table's index only where it
# sees that the query asks for that part.
PENDING = text("state IN ('queued', 'sending')")


class OutboxMessage(Model):
    """One message to one address; at most one for each wave, recipient, kind and ordinal."""

    __tablename__ = "outbox_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int | None]
    # Whom it is for, in the words of the room that wrote it ("employee 17").
    recipient: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    ordinal: Mapped[int]
    to_address: Mapped[str] = mapped_column(String(254))
    # In small letters, what stands behind the @: some hosts take only so many messages a minute.
    domain: Mapped[str] = mapped_column(String(254), server_default=text("''"))
    # The whole message; empty where it is written when it is sent. Emptied when its journey ends,
    # because it may hold a secret.
    mime: Mapped[bytes] = mapped_column(LargeBinary)
    # Stays the same over all attempts, so that a mailbox can drop a repetition.
    message_id: Mapped[str] = mapped_column(String(254), index=True)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    # When to try next; while it is being sent, when to believe that the sender has died.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Somebody has just asked for it: it goes before everything else, and also to an address that
    # refused an earlier message.
    urgent: Mapped[bool] = mapped_column(server_default=false())
    # Written down as unknown before it is handed over, and never handed over twice.
    at_most_once: Mapped[bool] = mapped_column(server_default=false())
    # Who gets it depends on who has started: it is in no count, and is removed at closing.
    selective: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        UniqueConstraint("wave_id", "recipient", "kind", "ordinal"),
        Index(
            "ix_outbox_message_pending",
            "urgent",
            "due_at",
            "id",
            postgresql_where=PENDING,
            sqlite_where=PENDING,
        ),
        CheckConstraint(
            f"state IN ({', '.join(repr(state) for state in STATES)})", name="known_state"
        ),
        CheckConstraint(
            "state IN ('queued', 'sending') OR length(mime) = 0", name="emptied_at_the_end"
        ),
    )


class SuppressedAddress(Model):
    """An address that refused a message for good; nothing more is sent to it until HR says so."""

    __tablename__ = "suppressed_address"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    # The status of RFC 3463, such as 5.1.1, or the three digits that the server gave.
    reason: Mapped[str] = mapped_column(String(16))
    # "refused" while it was being sent, or "bounced" afterwards.
    source: Mapped[str] = mapped_column(String(8))
    day: Mapped[date]

    __table_args__ = (CheckConstraint("source IN ('refused', 'bounced')", name="known_source"),)


class DomainBudget(Model):
    """How many more messages a domain may get at some moment; shared by all workers."""

    __tablename__ = "outbox_domain"

    domain: Mapped[str] = mapped_column(String(254), primary_key=True)
    tokens: Mapped[float]
    filled_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PausedWave(Model):
    """A wave whose mails wait until somebody lets them go on."""

    __tablename__ = "outbox_pause"

    wave_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
