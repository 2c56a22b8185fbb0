"""The list of hooks: add -> change, switch -> remove. The key that locks their values is handed in.

A secret is given out once, when it is made, and never again.
"""

from base64 import b64encode
from datetime import datetime, timedelta
from secrets import token_bytes, token_hex

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pulse.domain.announcement import CHOICES, Event
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import Outcome
from pulse.hooks import locked
from pulse.hooks.model import Hook, HookDelivery
from pulse.hooks.values import DeliveryInfo, Draft, HookInfo

LONGEST_NAME = 80
MOST_HOOKS = 20
# How long a receiver has to take over a new secret.
BOTH_SIGN = timedelta(days=2)
_SECRET_BYTES = 32
_RECENT = 20


def add(session: Session, draft: Draft, key: bytes) -> tuple[int, str | None]:
    """Add a hook; give its id, and the secret of one that programs verify.

    Raises Invalid, naming the field, and Conflict where there are too many.
    """
    if draft.address is None:
        raise Invalid("Please give the address.", "url")
    if len(session.scalars(select(Hook.id)).all()) >= MOST_HOOKS:
        raise Conflict(f"There are {MOST_HOOKS} channels already; remove one first.")
    place = token_hex(16)
    secret = _new_secret() if draft.kind is HookKind.STANDARD else None
    hook = Hook(
        place=place,
        kind=draft.kind.value,
        name=_name(draft),
        host=draft.address.authority,
        url=locked.lock(key, draft.address.url, place, locked.URL),
        secret=locked.lock(key, secret, place, locked.SECRET) if secret else None,
        events=_events(draft),
        active=True,
    )
    session.add(hook)
    session.flush()
    return hook.id, secret


def change(session: Session, hook_id: int, draft: Draft, key: bytes) -> None:
    """Change name, events and, where one is given, the address. Raises Invalid or NotFound."""
    hook = _row(session, hook_id)
    hook.name, hook.events = _name(draft), _events(draft)
    if draft.address is not None:
        hook.host = draft.address.authority
        hook.url = locked.lock(key, draft.address.url, hook.place, locked.URL)
        hook.failing_since = None
    session.flush()


def switch(session: Session, hook_id: int, *, on: bool) -> None:
    """Switch a hook on or off; what waited for one that is off is dropped."""
    hook = _row(session, hook_id)
    hook.active, hook.off_because, hook.failing_since = on, None, None
    session.flush()
    if not on:
        drop_waiting(session, hook_id)


def renew_secret(session: Session, hook_id: int, key: bytes, now: datetime) -> str:
    """Give a new secret; for a while both sign. Raises Conflict for a hook that has none."""
    hook = _row(session, hook_id)
    if hook.secret is None:
        raise Conflict("Only a channel for programs has a secret.")
    fresh = _new_secret()
    hook.former_secret, hook.former_until = hook.secret, now + BOTH_SIGN
    hook.secret = locked.lock(key, fresh, hook.place, locked.SECRET)
    session.flush()
    return fresh


def remove(session: Session, hook_id: int) -> None:
    """Remove a hook, and with it everything about its deliveries."""
    session.delete(_row(session, hook_id))
    session.flush()


def drop_waiting(session: Session, hook_id: int) -> None:
    """Send nothing more of what waits for this hook."""
    session.execute(
        update(HookDelivery)
        .where(HookDelivery.hook_id == hook_id, HookDelivery.state.in_(("queued", "sending")))
        .values(state="dropped")
    )


def get(session: Session, hook_id: int) -> HookInfo:
    """Give one hook. Raises NotFound."""
    return _info(_row(session, hook_id))


def listing(session: Session) -> tuple[HookInfo, ...]:
    """Give all hooks by name."""
    return tuple(_info(hook) for hook in session.scalars(select(Hook).order_by(Hook.name, Hook.id)))


def recent(session: Session, hook_id: int | None = None) -> tuple[DeliveryInfo, ...]:
    """Give the last deliveries, the newest first, of one hook or of all."""
    query = select(HookDelivery).order_by(HookDelivery.id.desc()).limit(_RECENT)
    if hook_id is not None:
        query = query.where(HookDelivery.hook_id == hook_id)
    return tuple(_delivery(row) for row in session.scalars(query))


def _row(session: Session, hook_id: int) -> Hook:
    hook = session.get(Hook, hook_id)
    if hook is None:
        raise NotFound("There is no such channel.")
    return hook


def _name(draft: Draft) -> str:
    name = " ".join(draft.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"Please give a name of at most {LONGEST_NAME} letters.", "name")
    return name


def _events(draft: Draft) -> list[str]:
    chosen = [event.value for event in CHOICES if event in draft.events]
    if not chosen:
        raise Invalid("Please choose at least one thing to announce.", "events")
    return chosen


def _new_secret() -> str:
    return f"whsec_{b64encode(token_bytes(_SECRET_BYTES)).decode()}"


def _info(hook: Hook) -> HookInfo:
    return HookInfo(
        id=hook.id,
        kind=HookKind(hook.kind),
        name=hook.name,
        host=hook.host,
        events=tuple(Event(event) for event in hook.events),
        active=hook.active,
        off_because=hook.off_because,
        failing=hook.failing_since is not None,
        last_outcome=Outcome(hook.last_outcome) if hook.last_outcome else None,
        last_at=hook.last_at,
    )


def _delivery(row: HookDelivery) -> DeliveryInfo:
    return DeliveryInfo(
        hook_id=row.hook_id,
        event=Event(row.event),
        title=str(row.facts.get("title", "")),
        happened_at=row.happened_at,
        state=row.state,
        outcome=Outcome(row.outcome) if row.outcome else None,
        attempts=row.attempts,
        due_at=row.due_at,
    )
