import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask

from pulse.db import reading, transaction
from pulse.domain import backoff
from pulse.outbox import backlog, delivery
from pulse.outbox.delivery import LEASE, MAX_ATTEMPTS, Claimed, Outcome
from tests.rooms.outbox.conftest import Put, Rows


def claim(now: datetime, limit: int = 10) -> tuple[Claimed, ...]:
    with transaction() as session:
        return delivery.claim(session, now, limit)


def settle(message: Claimed, outcome: Outcome, now: datetime) -> None:
    with transaction() as session:
        delivery.settle(session, message, outcome, now)


def test_a_repetition_is_left_out_unless_it_has_no_wave(put: Put, rows: Rows) -> None:
    put("a@acme.example", "b@acme.example")
    put("a@acme.example")
    assert len(rows()) == 2
    put("a@acme.example", wave_id=None)
    put("a@acme.example", wave_id=None)
    assert len(rows()) == 4
    with reading() as session:
        assert backlog.of_wave(session, 1) == {"queued": 2}


def test_only_what_is_due_is_claimed_and_only_once(put: Put, now: datetime) -> None:
    put("a@acme.example", "b@acme.example", "c@acme.example")
    put("later@acme.example", due=now + timedelta(hours=1), wave_id=2)
    assert [item.to_address[0] for item in claim(now, limit=2)] == ["a", "b"]
    assert [item.to_address[0] for item in claim(now)] == ["c"]
    assert claim(now) == ()


def test_workers_never_claim_the_same_message(app: Flask, put: Put, now: datetime) -> None:
    put(*(f"p{number}@acme.example" for number in range(60)))
    barrier = threading.Barrier(6)

    def work(_: int) -> list[int]:
        with app.app_context():
            barrier.wait(timeout=30)
            return [item.id for _ in range(4) for item in claim(now, limit=5)]

    with ThreadPoolExecutor(6) as pool:
        found = [number for part in pool.map(work, range(6)) for number in part]
    found += [item.id for item in claim(now, limit=60)]
    assert len(found) == len(set(found)) == 60


def test_a_message_whose_sender_died_comes_back(put: Put, rows: Rows, now: datetime) -> None:
    put("a@acme.example")
    first = claim(now)[0]
    assert claim(now + LEASE - timedelta(seconds=1)) == ()
    second = claim(now + LEASE)[0]
    assert (second.id, second.mime, second.attempts) == (first.id, first.mime, 2)
    # The first sender was only slow; what it has to say comes too late and changes nothing.
    settle(first, Outcome.REFUSED, now + LEASE)
    assert rows()[0].state == "sending"
    settle(second, Outcome.SENT, now + LEASE)
    assert rows()[0].state == "sent"


def test_what_is_sent_or_refused_keeps_no_body(put: Put, rows: Rows, now: datetime) -> None:
    put("a@acme.example", "b@acme.example")
    one, other = claim(now)
    settle(one, Outcome.SENT, now)
    settle(other, Outcome.REFUSED, now)
    assert [(row.state, row.mime) for row in rows()] == [("sent", b""), ("failed", b"")]
    assert claim(now + timedelta(days=9)) == ()


def test_attempts_are_made_less_and_less_often_and_end(put: Put, rows: Rows, now: datetime) -> None:
    put("deferred@acme.example", "lost@acme.example", "patient@acme.example")
    waited = timedelta()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        tried = {message.to_address[0]: message for message in claim(now + waited)}
        for place, outcome in {"d": Outcome.DEFERRED, "l": Outcome.LOST}.items():
            assert tried[place].attempts == attempt
            settle(tried[place], outcome, now + waited)
        # Without a way to the server no attempt is used up, however long that lasts.
        assert tried["p"].attempts == 1
        settle(tried["p"], Outcome.UNAVAILABLE, now + waited)
        assert claim(now + waited) == ()
        waited += backoff.pause(attempt, 0.5)
    assert [row.state for row in rows()] == ["failed", "unknown", "queued"]
    assert timedelta(hours=12) < waited < timedelta(days=2)
