"""The sending loop: claim, commit, call the receivers, settle, commit.

It has to open transactions between these steps, which no verb may do by itself; so the caller
hands over the way to open one, and the way to call.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from pulse.domain import announcement, hook_format, hook_state, outside_address
from pulse.domain.errors import PulseError
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import Outcome
from pulse.domain.outside_address import Address, Allowed
from pulse.hooks import delivery, locked
from pulse.hooks.delivery import Claimed
from pulse.outgoing import Unreached

# Each may take some twenty seconds, and all must be settled before the lease is over.
BATCH = 5
log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Session]]
Post = Callable[[Address, bytes, Mapping[str, str]], int]


@dataclass(frozen=True, slots=True)
class Courier:
    """What delivering takes: a way to call, a key, our own address, whom the operator allows."""

    post: Post
    key: bytes = field(repr=False)
    base_url: str
    allowed: Sequence[Allowed]
    chance: Callable[[], float]


def send_due(transaction: Transaction, courier: Courier, now: datetime) -> int:
    """Deliver some of what is due at `now`, and give how many; call it again for the rest.

    One batch a call, since its signatures say `now`, and receivers refuse what is minutes old.
    """
    with transaction() as session:
        claimed = delivery.claim(session, now, BATCH)
    for item in claimed:
        found = _attempt(courier, item, now)
        with transaction() as session:
            delivery.settle(session, item, found, now, courier.chance())
    if claimed:
        with transaction() as session:
            delivery.forget(session, now)
    return len(claimed)


def _attempt(courier: Courier, item: Claimed, now: datetime) -> Outcome:
    try:
        url = locked.unlock(courier.key, item.url, item.place, locked.URL)
        address = outside_address.checked(url, courier.allowed)
        body = _body(courier, item)
        headers = {"Content-Type": "application/json", **_signature(courier, item, body, now)}
    except PulseError:
        # Another secret key than the one it was stored with, or no longer an allowed address.
        log.warning("hook %s: its address can no longer be read or called", item.hook_id)
        return Outcome.UNREADABLE
    try:
        return hook_state.outcome(courier.post(address, body, headers))
    except Unreached:
        return Outcome.UNREACHED


def _body(courier: Courier, item: Claimed) -> bytes:
    if item.kind is HookKind.STANDARD:
        link = announcement.link(item.event, item.facts, courier.base_url)
        return hook_format.standard(item.event, item.facts, link, item.happened_at)
    words = announcement.words(item.event, item.facts, courier.base_url)
    return hook_format.slack(words) if item.kind is HookKind.SLACK else hook_format.teams(words)


def _signature(courier: Courier, item: Claimed, body: bytes, now: datetime) -> dict[str, str]:
    """Sign for a receiver that verifies, with every secret that counts at this moment."""
    if item.kind is not HookKind.STANDARD:
        return {}
    signers = [
        Webhook(locked.unlock(courier.key, secret, item.place, locked.SECRET))
        for secret in item.secrets
    ]
    return {
        "webhook-id": item.webhook_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            signer.sign(item.webhook_id, now, body.decode()) for signer in signers
        ),
    }
