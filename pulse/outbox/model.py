"""The table of messages on their way out of the house."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


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
    # The whole message; emptied when its journey ends, because it may hold a secret.
    mime: Mapped[bytes] = mapped_column(LargeBinary)
    # Stays the same over all attempts, so that a mailbox can drop a repetition.
    message_id: Mapped[str] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    # When to try next; while it is being sent, when to believe that the sender has died.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("wave_id", "recipient", "kind", "ordinal"),
        Index(None, "state", "due_at"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unknown')", name="known_state"
        ),
        CheckConstraint(
            "state IN ('queued', 'sending') OR length(mime) = 0", name="emptied_at_the_end"
        ),
    )
