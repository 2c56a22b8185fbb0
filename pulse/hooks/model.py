"""Tables of hooks, the addresses to which announcements go, and of what is on its way to them.

Addresses and secrets are stored encrypted: whoever has the address of a chat can write into it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Model, UtcDateTime


class Hook(Model):
    """One place that takes announcements."""

    __tablename__ = "hook"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What its encrypted values are bound to; drawn by chance, since an id can come back.
    place: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    # All of the address that pages show.
    host: Mapped[str] = mapped_column(String(262))
    url: Mapped[bytes] = mapped_column(LargeBinary)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    # After a change of the secret both sign until then.
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    events: Mapped[list[str]] = mapped_column(JSON)
    active: Mapped[bool]
    off_because: Mapped[str | None] = mapped_column(String(12))
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_outcome: Mapped[str | None] = mapped_column(String(12))
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("place"),
        CheckConstraint("kind IN ('slack', 'teams', 'standard')", name="known_kind"),
        CheckConstraint("kind != 'standard' OR secret IS NOT NULL", name="programs_verify"),
    )


class HookDelivery(Model):
    """One announcement on its way to one hook; the same event of a subject goes there once."""

    __tablename__ = "hook_delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hook.id", ondelete="CASCADE"))
    # The receiver's way to know a repetition: the same at each attempt.
    webhook_id: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(20))
    # The wave or action item; a test has none, and may be repeated.
    subject: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(12))
    attempts: Mapped[int]
    # When to try next; while it is being sent, when to believe that the sender has died.
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("hook_id", "event", "subject"),
        Index(None, "state", "due_at"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'taken', 'given up', 'dropped')", name="known_state"
        ),
    )
