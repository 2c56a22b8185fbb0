"""Putting announcements on their way, in the transaction of what they announce."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.domain.announcement import Announcement, Event
from pulse.domain.errors import Conflict, NotFound
from pulse.hooks.model import Hook, HookDelivery


def announce(session: Session, announcement: Announcement, now: datetime) -> None:
    """Queue an announcement for every hook that wants it; a repetition is left out."""
    hooks = session.scalars(select(Hook).where(Hook.active).order_by(Hook.id))
    wanted = [hook.id for hook in hooks if announcement.event.value in hook.events]
    _put(session, wanted, announcement, now)


def try_out(session: Session, hook_id: int, now: datetime) -> None:
    """Queue a test for one hook. Raises NotFound, and Conflict for one that is off."""
    hook = session.get(Hook, hook_id)
    if hook is None:
        raise NotFound("There is no such channel.")
    if not hook.active:
        raise Conflict("This channel is switched off; switch it on first.")
    _put(session, [hook_id], Announcement(Event.TEST, None), now)


def _put(session: Session, hooks: list[int], announcement: Announcement, now: datetime) -> None:
    if not hooks:
        return
    table = HookDelivery.__table__
    assert isinstance(table, Table)  # noqa: S101  (narrows the type for mypy)
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(table).on_conflict_do_nothing()
    rows: list[dict[str, Any]] = [
        {
            "hook_id": hook_id,
            "webhook_id": webhook_id,
            "event": announcement.event.value,
            "subject": announcement.subject,
            "facts": announcement.facts(),
            "happened_at": now,
            "state": "queued",
            "attempts": 0,
            "due_at": now,
        }
        for webhook_id in (f"msg_{token_hex(16)}",)
        for hook_id in hooks
    ]
    session.connection().execute(insert, rows)
