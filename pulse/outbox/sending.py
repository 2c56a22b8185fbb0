"""The sending loop: claim, commit, write, and for each message send, settle, commit.

It has to open transactions between these steps, which no verb may do by itself; so the caller
hands over the way to open one. Each message is settled by itself: a process that dies has at most
one message out that nobody knows of.

Whoever sends knows nothing of what is said. A message without a text of its own is written by
`compose`, which is given a batch of them; one that it does not write has become void, and one for
which it names a moment waits until then.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom

from sqlalchemy.orm import Session

from pulse.domain.errors import PulseError
from pulse.outbox import delivery, suppression
from pulse.outbox.delivery import LEASE, Claimed, Outcome
from pulse.outbox.suppression import REFUSED, Suppressed
from pulse.transport import Deferred, Lost, Refused, Transport, Unavailable

BATCH = 50
log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Session]]
# A text, or the moment before which this person must not be written to.
Written = bytes | datetime
Compose = Callable[[Sequence[Claimed]], Mapping[int, Written]]
# Beyond these there is no sense in going on with a batch: the server is not there, or not well.
_ENDS_BATCH = (Outcome.UNAVAILABLE, Outcome.LOST)
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages one call sent, postponed and gave up, and how many had become void."""

    sent: int = 0
    postponed: int = 0
    refused: int = 0
    void: int = 0

    def __add__(self, other: "Sent") -> "Sent":
        """Add two batches."""
        return Sent(
            self.sent + other.sent,
            self.postponed + other.postponed,
            self.refused + other.refused,
            self.void + other.void,
        )


def nothing_written(claimed: Sequence[Claimed]) -> Mapping[int, Written]:
    """Write none, for an outbox whose messages all have a text of their own."""
    del claimed
    return {}


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What sending takes: transactions, a way out, somebody who writes, and how fast it may be.

    `passed` gives the time since the moment of the call, `chance` a number from 0 to 1.
    """

    transaction: Transaction
    transport: Transport
    compose: Compose = nothing_written
    per_minute: int = 0
    passed: Callable[[], timedelta] = lambda: _AT_ONCE
    chance: Callable[[], float] = SystemRandom().random


def send_due(office: PostOffice, now: datetime, limit: int = 500) -> Sent:
    """Send up to `limit` messages that are due at `now`, in batches."""
    total = Sent()
    for start in range(0, limit, BATCH):
        at = now + office.passed()
        with office.transaction() as session:
            claimed = delivery.claim(session, at, min(BATCH, limit - start), office.per_minute)
        if not claimed:
            break
        outcomes = list(_send_batch(office, claimed, now))
        total += _summed(outcomes)
        if any(outcome in _ENDS_BATCH for outcome in outcomes):
            break
    return total


def _send_batch(office: PostOffice, claimed: Sequence[Claimed], now: datetime) -> Iterator[Outcome]:
    """Try each message; where the server is not there or breaks off, the rest is put back."""
    written = _written(office, claimed)
    ends = office.passed() + LEASE / 2
    for place, message in enumerate(claimed):
        if office.passed() > ends:
            yield from _put_back(office, claimed[place:], Outcome.UNTRIED, now)
            return
        if message.id not in written:
            yield from _put_back(office, (message,), Outcome.UNWRITTEN, now)
            continue
        outcome = _attempt(office, message, written[message.id], now)
        yield outcome
        if outcome in _ENDS_BATCH:
            rest = Outcome.UNAVAILABLE if outcome is Outcome.UNAVAILABLE else Outcome.UNTRIED
            yield from _put_back(office, claimed[place + 1 :], rest, now)
            return


def _written(office: PostOffice, claimed: Sequence[Claimed]) -> dict[int, Written | None]:
    """Give the text of each message, None for a void one; a wave that cannot be written lacks."""
    found: dict[int, Written | None] = {one.id: one.mime for one in claimed if one.mime}
    blank = [message for message in claimed if not message.mime]
    for wave_id in {message.wave_id for message in blank}:
        mine = [message for message in blank if message.wave_id == wave_id]
        try:
            written = office.compose(mine)
        except PulseError as error:
            log.error("mails of wave %s: %s", wave_id, error)  # noqa: TRY400  (its words say all)
        else:
            found |= {message.id: written.get(message.id) for message in mine}
    return found


def _attempt(office: PostOffice, message: Claimed, mime: Written | None, now: datetime) -> Outcome:
    if mime is None:
        _settle(office, message, Outcome.VOID, now)
        return Outcome.VOID
    if isinstance(mime, datetime):
        with office.transaction() as session:
            delivery.put_off(session, message, mime)
        return Outcome.UNTRIED
    if message.at_most_once and not _begun(office, message):
        return Outcome.VOID
    outcome, status = _sent(office.transport, message, mime)
    _settle(office, message, outcome, now, status)
    return outcome


def _begun(office: PostOffice, message: Claimed) -> bool:
    with office.transaction() as session:
        return delivery.begin(session, message)


def _sent(transport: Transport, message: Claimed, mime: bytes) -> tuple[Outcome, str | None]:
    # The log names the message by its row only: an address would say who was written to when.
    try:
        transport.send(message.to_address, mime)
    except Refused as error:
        log.warning("message %s was refused: %s", message.id, error)
        return Outcome.REFUSED, error.status
    except Deferred as error:
        log.warning("message %s was put off: %s", message.id, error)
        return Outcome.DEFERRED, None
    except Lost as error:
        log.warning("message %s: the connection broke: %s", message.id, error)
        return Outcome.LOST, None
    except Unavailable as error:
        log.warning("no way to the mail server: %s", error)
        return Outcome.UNAVAILABLE, None
    return Outcome.SENT, None


def _settle(
    office: PostOffice,
    message: Claimed,
    outcome: Outcome,
    now: datetime,
    status: str | None = None,
) -> None:
    at = now + office.passed()
    with office.transaction() as session:
        delivery.hurry(session)
        delivery.settle(session, message, outcome, at, office.chance())
        if status:
            found = Suppressed(message.to_address, status, REFUSED, at.date())
            suppression.suppress(session, found)


def _put_back(
    office: PostOffice, left: Sequence[Claimed], outcome: Outcome, now: datetime
) -> Iterator[Outcome]:
    with office.transaction() as session:
        for message in left:
            delivery.settle(session, message, outcome, now + office.passed(), office.chance())
    yield from [outcome] * len(left)


def _summed(found: Sequence[Outcome]) -> Sent:
    sent, refused, void = map(found.count, (Outcome.SENT, Outcome.REFUSED, Outcome.VOID))
    return Sent(sent, len(found) - sent - refused - void, refused, void)
