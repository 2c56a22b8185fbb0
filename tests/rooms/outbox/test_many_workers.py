"""What all workers share: the budget of a domain, the order, and the waves that wait."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import event, text

from pulse.db import db, reading, transaction
from pulse.outbox import delivery, progress, queue
from pulse.outbox.delivery import LEASE, Outcome
from tests.rooms.outbox.conftest import Put, Rows

MINUTE = timedelta(minutes=1)


def claim(now: datetime, limit: int = 100, per_minute: int = 0) -> list[str]:
    with transaction() as session:
        return [one.to_address for one in delivery.claim(session, now, limit, per_minute)]


def test_a_domain_gets_so_many_a_minute_and_holds_up_nobody(put: Put, now: datetime) -> None:
    put(*(f"p{number}@slow.example" for number in range(200)))
    put("a@quick.example", "b@quick.example", wave_id=2)
    # Ten seconds' worth at once; the others have the place that is left.
    first = claim(now, per_minute=120)
    assert [one.rpartition("@")[2] for one in first].count("slow.example") == 20
    assert [one for one in claim(now, per_minute=120) if "slow" not in one] == [
        "a@quick.example",
        "b@quick.example",
    ]
    assert claim(now, per_minute=120) == []
    assert len(claim(now + timedelta(seconds=5), per_minute=120)) == 10


def test_workers_together_stay_within_the_budget(app: Flask, put: Put, now: datetime) -> None:
    put(*(f"p{number}@acme.example" for number in range(300)))
    barrier = threading.Barrier(4)

    def work(_: int) -> list[str]:
        with app.app_context():
            barrier.wait(timeout=30)
            return [
                one
                for step in range(6)
                for one in claim(now + timedelta(seconds=5 * step), 20, per_minute=120)
            ]

    with ThreadPoolExecutor(4) as pool:
        found = [one for part in pool.map(work, range(4)) for one in part]
    assert len(found) == len(set(found))
    assert 20 <= len(found) <= 20 + 50


def test_what_somebody_waits_for_goes_first(put: Put, now: datetime) -> None:
    put(*(f"p{number}@acme.example" for number in range(30)))
    put("ann@acme.example", wave_id=None, urgent=True, due=now + timedelta(seconds=1))
    later = now + timedelta(seconds=1)
    assert claim(later, 5, per_minute=6)[0] == "ann@acme.example"


def test_the_mails_of_a_wave_wait_while_it_is_held(put: Put, rows: Rows, now: datetime) -> None:
    put("a@acme.example")
    put("b@acme.example", wave_id=2)
    put("c@acme.example", wave_id=None)
    with transaction() as session:
        queue.pause(session, 1)
        queue.pause(session, 1)
    # A restart forgets nothing: it is a row.
    db.engine.dispose()
    assert claim(now) == ["b@acme.example", "c@acme.example"]
    with reading() as session:
        assert progress.of_wave(session, 1).paused
    with transaction() as session:
        queue.resume(session, 1)
    assert claim(now) == ["a@acme.example"]


def test_what_is_counted_of_a_wave(put: Put, now: datetime) -> None:
    put(*(f"p{number}@acme.example" for number in range(6)))
    put("r@acme.example", kind="reminder", selective=True, at_most_once=True)
    outcomes = (Outcome.SENT, Outcome.DEFERRED, Outcome.REFUSED, Outcome.VOID, Outcome.SENT)
    with transaction() as session:
        for one, outcome in zip(delivery.claim(session, now, 5), outcomes, strict=True):
            delivery.settle(session, one, outcome, now)
    with reading() as session:
        found = progress.of_wave(session, 1)
    assert (found.sent, found.queued, found.deferred, found.failed) == (2, 2, 1, 1)
    assert (found.withdrawn, found.total, found.percent) == (1, 6, 66)


def test_closing_withdraws_what_waits_and_forgets_whom_it_reminded(
    put: Put, rows: Rows, now: datetime
) -> None:
    put("a@acme.example", "b@acme.example")
    put("r@acme.example", "s@acme.example", kind="reminder", selective=True, at_most_once=True)
    put("z@acme.example", wave_id=2)
    with transaction() as session:
        first = delivery.claim(session, now, 1)[0]
        delivery.settle(session, first, Outcome.SENT, now)
        queue.pause(session, 1)
    with transaction() as session:
        queue.close(session, 1)
        queue.close(session, 1)
    assert [(row.kind, row.state, row.mime) for row in rows()][:2] == [
        ("invitation", "sent", b""),
        ("invitation", "withdrawn", b""),
    ]
    assert [row.wave_id for row in rows()] == [1, 1, 2]
    with reading() as session:
        assert not queue.is_paused(session, 1)


def test_a_message_for_once_is_unknown_while_it_is_handed_over(
    put: Put, rows: Rows, now: datetime
) -> None:
    put("a@acme.example", at_most_once=True)
    with transaction() as session:
        (slow,) = delivery.claim(session, now, 1)
    with transaction() as session:
        # It has not been handed over yet, so another may do it when the lease has run out.
        (quick,) = delivery.claim(session, now + LEASE, 1)
        assert delivery.begin(session, quick)
    assert [(row.state, row.mime) for row in rows()] == [("unknown", b"")]
    with transaction() as session:
        assert not delivery.begin(session, slow)
        assert delivery.claim(session, now + 9 * LEASE, 1) == ()
        delivery.settle(session, quick, Outcome.DEFERRED, now)
    assert [(row.state, row.mime) for row in rows()] == [("queued", quick.mime)]


def test_what_is_due_is_found_in_the_index_of_what_waits(put: Put, now: datetime) -> None:
    """Otherwise each claim would sort a million mails to find the first few."""
    put("a@acme.example")
    seen: list[tuple[str, object]] = []

    def note(*about: object) -> None:
        if "outbox_message.due_at <=" in str(about[2]):
            seen.append((str(about[2]), about[3]))

    event.listen(db.engine, "before_cursor_execute", note)
    claim(now, 1, per_minute=60)
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) == 2
    is_sqlite = db.engine.dialect.name == "sqlite"
    with transaction() as session:
        if not is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, values in seen:
            asked = f"EXPLAIN {'QUERY PLAN ' if is_sqlite else ''}{statement}"
            plan = str(session.connection().exec_driver_sql(asked, values).all())
            assert "ix_outbox_message_pending" in plan
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan
