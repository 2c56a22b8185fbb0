import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from standardwebhooks import Webhook, WebhookVerificationError

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import backoff
from pulse.domain.announcement import Announcement, Event
from pulse.domain.hook_format import HookKind
from pulse.domain.hook_state import MAX_ATTEMPTS, PATIENCE, Outcome
from pulse.hooks import book, delivery, queue, sending
from pulse.hooks.delivery import LEASE, Claimed
from pulse.hooks.values import DeliveryInfo
from tests.rooms.hooks.conftest import BASE_URL, Deliver, add, courier
from tests.support.receiver import Receiver


def announce(now: datetime, subject: int = 7, event: Event = Event.WAVE_OPENED) -> None:
    closes = now + timedelta(days=7)
    said = Announcement(event, subject, "Spring & <!channel>", 3, closes, "Europe/Berlin")
    with transaction() as session:
        queue.announce(session, said, now)


def deliveries() -> tuple[DeliveryInfo, ...]:
    with reading() as session:
        return book.recent(session)


def test_programs_can_verify_what_they_get(target: Receiver, deliver: Deliver) -> None:
    now = datetime.now(UTC)
    _, secret = add(target)
    announce(now)
    assert deliver(now) == 1
    (taken,) = target.requests
    read = Webhook(secret or "").verify(taken.body, taken.headers)
    assert read["type"] == "wave.opened"
    assert read["data"] == {
        "id": 7,
        "title": "Spring & <!channel>",
        "number": 3,
        "closes_at": (now + timedelta(days=7)).isoformat(),
        "time_zone": "Europe/Berlin",
        "url": f"{BASE_URL}/",
    }
    assert datetime.fromisoformat(read["timestamp"]) == now.replace(microsecond=0)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret or "").verify(taken.body + b" ", taken.headers)


def test_both_secrets_sign_for_two_days(target: Receiver, deliver: Deliver) -> None:
    now = datetime.now(UTC)
    hook_id, former = add(target)
    long_ago = now - book.BOTH_SIGN
    for renewed_at, verifies in ((now, True), (long_ago, False)):
        with transaction() as session:
            fresh = book.renew_secret(session, hook_id, settings().hook_key, renewed_at)
            queue.try_out(session, hook_id, now)
        deliver(now)
        taken = target.requests[-1]
        assert Webhook(fresh).verify(taken.body, taken.headers)["type"] == "test"
        if verifies:
            assert Webhook(former or "").verify(taken.body, taken.headers)
        else:
            with pytest.raises(WebhookVerificationError):
                Webhook(former or "").verify(taken.body, taken.headers)
        former = fresh


def test_chats_get_what_they_read(target: Receiver, deliver: Deliver, now: datetime) -> None:
    add(target, HookKind.SLACK)
    announce(now)
    deliver(now)
    slack = json.loads(target.requests[-1].body)
    assert slack["text"] == f"Spring &amp; &lt;!channel&gt; is open {BASE_URL}/"
    add(target, HookKind.TEAMS, (Event.WAVE_CLOSED,))
    announce(now, event=Event.WAVE_CLOSED)
    deliver(now)
    cards = [json.loads(item.body) for item in target.requests[1:]]
    (card,) = [item for item in cards if item.get("type") == "message"]
    assert card["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "webhook-signature" not in target.requests[-1].headers


def test_a_repetition_has_the_same_id_and_body(
    target: Receiver, deliver: Deliver, now: datetime
) -> None:
    add(target)
    announce(now)
    target.status = 503
    deliver(now)
    assert deliver(now + timedelta(seconds=20)) == 0
    target.status = 200
    later = now + timedelta(minutes=1)
    assert deliver(later) == 1
    first, second = target.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    (found,) = deliveries()
    assert (found.state, found.attempts, found.words) == ("taken", 2, "Taken.")
    assert deliver(later + timedelta(days=1)) == 0


def test_it_is_given_up_after_enough_attempts(
    target: Receiver, deliver: Deliver, now: datetime
) -> None:
    add(target)
    announce(now)
    target.status = 500
    at = now
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert deliver(at) == 1
        assert deliver(at) == 0
        at += backoff.pause(attempt, 0.5)
    assert len(target.requests) == MAX_ATTEMPTS
    (found,) = deliveries()
    assert found.state == "given up"
    assert "did not take" in found.words
    assert at - now < PATIENCE
    with reading() as session:
        (hook,) = book.listing(session)
    assert hook.active
    assert hook.failing


def test_one_that_fails_for_days_is_switched_off_and_says_so(
    target: Receiver, deliver: Deliver, now: datetime
) -> None:
    hook_id, _ = add(target)
    target.status = 500
    announce(now)
    deliver(now)
    announce(now + PATIENCE, subject=8)
    for _ in range(2):
        deliver(now + PATIENCE)
    with reading() as session:
        (hook,) = book.listing(session)
    assert (hook.active, hook.off_because) == (False, "failing")
    assert hook.off_words
    assert {item.state for item in deliveries()} == {"dropped"}
    with transaction() as session:
        book.switch(session, hook_id, on=True)
    target.status = 200
    announce(now + PATIENCE, subject=9)
    deliver(now + PATIENCE)
    with reading() as session:
        (hook,) = book.listing(session)
    assert (hook.failing, hook.last_outcome) == (False, Outcome.TAKEN)


def test_one_that_is_gone_is_switched_off_at_once(
    target: Receiver, deliver: Deliver, now: datetime
) -> None:
    add(target)
    target.status = 410
    announce(now)
    deliver(now)
    with reading() as session:
        (hook,) = book.listing(session)
    assert (hook.active, hook.off_because) == (False, "gone")


def test_an_address_that_is_no_longer_allowed_is_not_called(
    target: Receiver, now: datetime
) -> None:
    add(target)
    announce(now)
    sending.send_due(transaction, courier(target, allowed=False), now)
    assert target.requests == []
    with reading() as session:
        (hook,) = book.listing(session)
    assert (hook.active, hook.last_outcome) == (False, Outcome.UNREADABLE)


def test_what_cannot_be_reached_waits(target: Receiver, deliver: Deliver, now: datetime) -> None:
    silent = Receiver(port=1)
    add(silent)
    announce(now)
    sending.send_due(transaction, courier(silent), now)
    (found,) = deliveries()
    assert found.waits
    assert found.words == "It could not be reached. Waits to be sent."


def claim(now: datetime, limit: int = 10) -> tuple[Claimed, ...]:
    with transaction() as session:
        return delivery.claim(session, now, limit)


def test_a_delivery_whose_sender_died_comes_back(target: Receiver, now: datetime) -> None:
    add(target)
    announce(now)
    (first,) = claim(now)
    assert claim(now + LEASE - timedelta(seconds=1)) == ()
    (second,) = claim(now + LEASE)
    assert (second.webhook_id, second.attempts) == (first.webhook_id, 2)
    # The first sender was only slow; what it has to say comes too late and changes nothing.
    with transaction() as session:
        delivery.settle(session, first, Outcome.GONE, now + LEASE, 0.5)
    with reading() as session:
        (hook,) = book.listing(session)
    assert hook.active
    assert deliveries()[0].state == "sending"


def test_workers_never_claim_the_same_delivery(app: Flask, target: Receiver, now: datetime) -> None:
    add(target)
    for subject in range(40):
        announce(now, subject=subject)
    barrier = threading.Barrier(4)

    def work(_: int) -> list[int]:
        with app.app_context():
            barrier.wait(timeout=30)
            return [item.id for _ in range(4) for item in claim(now, limit=3)]

    with ThreadPoolExecutor(4) as pool:
        found = [number for part in pool.map(work, range(4)) for number in part]
    found += [item.id for item in claim(now, limit=40)]
    assert len(found) == len(set(found)) == 40


def test_what_ended_long_ago_is_forgotten(
    target: Receiver, deliver: Deliver, now: datetime
) -> None:
    add(target)
    announce(now)
    deliver(now)
    later = now + delivery.KEPT + timedelta(days=1)
    announce(later, subject=8)
    deliver(later)
    assert len(deliveries()) == 1
