"""The worker dies while it delivers announcements: none is lost, and a repetition shows itself."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from pulse.db import reading, transaction
from pulse.domain.announcement import Announcement, Event
from pulse.hooks import book, queue, sending
from pulse.hooks.delivery import LEASE
from tests.rooms.hooks.conftest import add, courier
from tests.support import crash, receiver

ANNOUNCED = 4


@pytest.mark.fault
def test_a_worker_killed_at_any_commit_loses_no_announcement(app: Flask, now: datetime) -> None:
    with receiver.running() as target:
        add(target)
        with transaction() as session:
            for wave in range(ANNOUNCED):
                queue.announce(session, Announcement(Event.WAVE_OPENED, wave, "Spring", 1), now)
        at, killed = now, 0

        def work() -> None:
            sending.send_due(transaction, courier(target), at)

        # Each child dies one commit later than the one before, in what is left to do.
        while crash.before_commit(killed + 1, work):
            killed += 1
            at += LEASE + timedelta(seconds=1)
        while sending.send_due(transaction, courier(target), at):
            at += LEASE + timedelta(seconds=1)
        with reading() as session:
            assert {item.state for item in book.recent(session)} == {"taken"}
        came = [item.headers["webhook-id"] for item in target.requests]
    print(f"killed {killed} times: {ANNOUNCED} announced, {len(came)} calls")  # noqa: T201
    assert len(set(came)) == ANNOUNCED
    assert len(came) <= ANNOUNCED + killed
