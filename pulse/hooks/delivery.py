"""Taking deliveries from the queue: claim -> (send) -> settle, each in a transaction of its own.

A claim is a lease: it is committed before anything is sent, and a delivery whose sender died comes
back when the lease runs out. It may then arrive twice, under the same id, and never not at all.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from pulse.domain import backoff, hook_state
from pulse.domain.announcement import Event
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import Outcome
from pulse.hooks import book
from pulse.hooks.model import Hook, HookDelivery
from pulse.hooks.values import FAILING

LEASE = timedelta(minutes=5)
# How long HR can look up what became of a delivery.
KEPT = timedelta(days=30)
_ENDED = ("taken", "given up", "dropped")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process, and no other, is sending now, with what its hook keeps."""

    id: int
    hook_id: int
    webhook_id: str
    event: Event
    facts: dict[str, Any]
    happened_at: datetime
    attempts: int
    kind: HookKind
    place: str
    url: bytes = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)


def claim(session: Session, now: datetime, limit: int) -> tuple[Claimed, ...]:
    """Take up to `limit` deliveries that are due, oldest first, past those that others hold."""
    rows = session.execute(
        select(HookDelivery, Hook)
        .join(Hook, Hook.id == HookDelivery.hook_id)
        .where(HookDelivery.state.in_(("queued", "sending")), HookDelivery.due_at <= now)
        .order_by(HookDelivery.due_at, HookDelivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=HookDelivery)
    ).all()
    claimed = tuple(_claimed(row, hook, now) for row, hook in rows)
    session.execute(
        update(HookDelivery)
        .where(HookDelivery.id.in_([item.id for item in claimed]))
        .values(state="sending", attempts=HookDelivery.attempts + 1, due_at=now + LEASE)
    )
    return claimed


def settle(
    session: Session, delivery: Claimed, found: Outcome, now: datetime, chance: float
) -> None:
    """Write down what became of a claimed delivery, unless another process has it by now."""
    changed = session.execute(
        update(HookDelivery)
        .where(
            HookDelivery.id == delivery.id,
            HookDelivery.state == "sending",
            HookDelivery.attempts == delivery.attempts,
        )
        .values(**_after(delivery.attempts, found, now, chance), outcome=found.value)
    )
    if cast("CursorResult[object]", changed).rowcount == 1:
        _note(session, delivery.hook_id, found, now)


def forget(session: Session, now: datetime) -> None:
    """Forget deliveries that ended long ago."""
    session.execute(
        delete(HookDelivery).where(
            HookDelivery.state.in_(_ENDED), HookDelivery.happened_at < now - KEPT
        )
    )


def _note(session: Session, hook_id: int, found: Outcome, now: datetime) -> None:
    """Keep the last outcome beside the hook, and switch off one that takes nothing for days."""
    hook = session.get(Hook, hook_id, with_for_update=True, populate_existing=True)
    if hook is None:
        return
    hook.last_outcome, hook.last_at = found.value, now
    if found is Outcome.TAKEN:
        hook.failing_since = None
        return
    hook.failing_since = hook.failing_since or now
    if hook.active and hook_state.is_switched_off(found, hook.failing_since, now):
        hook.active = False
        hook.off_because = found.value if found.is_final else FAILING
        book.drop_waiting(session, hook_id)


def _after(attempts: int, found: Outcome, now: datetime, chance: float) -> dict[str, object]:
    if found is Outcome.TAKEN:
        return {"state": "taken"}
    if hook_state.is_given_up(found, attempts):
        return {"state": "given up"}
    return {"state": "queued", "due_at": now + backoff.pause(attempts, chance)}


def _claimed(row: HookDelivery, hook: Hook, now: datetime) -> Claimed:
    both = hook.former_until is not None and now < hook.former_until
    secrets = (hook.secret, hook.former_secret if both else None)
    return Claimed(
        id=row.id,
        hook_id=hook.id,
        webhook_id=row.webhook_id,
        event=Event(row.event),
        facts=row.facts,
        happened_at=row.happened_at,
        attempts=row.attempts + 1,
        kind=HookKind(hook.kind),
        place=hook.place,
        url=hook.url,
        secrets=tuple(secret for secret in secrets if secret is not None),
    )
