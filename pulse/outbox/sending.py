"""The sending loop: claim, commit, send a batch over one connection, settle, commit.

It has to open transactions between these steps, which no verb may do by itself; so the caller
hands over the way to open one. It gives up the batch when the process dies, never the messages.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pulse.mail import Deferred, Lost, Refused, Transport, Unavailable
from pulse.outbox import delivery
from pulse.outbox.delivery import Claimed, Outcome

BATCH = 50
log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages one call sent, postponed and gave up."""

    sent: int = 0
    postponed: int = 0
    refused: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        """Add two batches."""
        return Sent(
            self.sent + other.sent,
            self.postponed + other.postponed,
            self.refused + other.refused,
        )


def send_due(
    transaction: Transaction, transport: Transport, now: datetime, limit: int = 500
) -> Sent:
    """Send up to `limit` messages that are due at `now`, in batches that are settled one by one."""
    total = Sent()
    for start in range(0, limit, BATCH):
        with transaction() as session:
            claimed = delivery.claim(session, now, min(BATCH, limit - start))
        if not claimed:
            break
        outcomes = _send_batch(transport, claimed)
        with transaction() as session:
            delivery.settle_all(session, outcomes, now)
        total += _summed(outcome for _, outcome in outcomes)
        if not any(outcome is Outcome.SENT for _, outcome in outcomes):
            break
    return total


def _send_batch(transport: Transport, claimed: Sequence[Claimed]) -> list[tuple[Claimed, Outcome]]:
    """Try each message; where there is no way to the server, the rest is put off untried."""
    outcomes: list[tuple[Claimed, Outcome]] = []
    outcome = Outcome.SENT
    for message in claimed:
        if outcome is not Outcome.UNAVAILABLE:
            outcome = _attempt(transport, message)
        outcomes.append((message, outcome))
    return outcomes


def _attempt(transport: Transport, message: Claimed) -> Outcome:
    # The log names the message by its row only: an address would say who was written to when.
    try:
        transport.send(message.to_address, message.mime)
    except Refused as error:
        log.warning("message %s was refused: %s", message.id, error)
        return Outcome.REFUSED
    except Deferred as error:
        log.warning("message %s was put off: %s", message.id, error)
        return Outcome.DEFERRED
    except Lost as error:
        log.warning("message %s: the connection broke: %s", message.id, error)
        return Outcome.LOST
    except Unavailable as error:
        log.warning("no way to the mail server: %s", error)
        return Outcome.UNAVAILABLE
    return Outcome.SENT


def _summed(outcomes: Iterable[Outcome]) -> Sent:
    found = list(outcomes)
    sent, refused = found.count(Outcome.SENT), found.count(Outcome.REFUSED)
    return Sent(sent, len(found) - sent - refused, refused)
