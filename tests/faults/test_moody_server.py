"""A mail server that is down, hangs, puts off, refuses or hangs up: what becomes of each mail."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from pulse.db import reading
from pulse.outbox import suppression
from pulse.transport import SmtpTransport
from tests.rooms.outbox.conftest import put, rows, send
from tests.support import moody_smtp, smtp
from tests.support.moody_smtp import Mood

PEOPLE = 60
HOUR = timedelta(hours=1)
ADDRESSES = [f"p{number}@acme.example" for number in range(PEOPLE)]
__all__ = ["put", "rows"]

pytestmark = pytest.mark.fault


@pytest.fixture
def told(capsys, engine_kind):
    """Prints what became of the mails."""

    def tell(words):
        with capsys.disabled():
            print(f"\n{engine_kind}: {words}")  # noqa: T201

    return tell


@pytest.fixture
def outbox(put, rows):
    """Give both, for tests that ask for much else."""
    return put, rows


def states(rows):
    return dict(Counter(row.state for row in rows()))


def over(server, timeout=0.3):
    return SmtpTransport(server.host, server.port, timeout=timeout)


def test_down(put, rows, now, told):
    put(*ADDRESSES)
    nowhere = SmtpTransport(smtp.HOST, smtp.free_port())
    for tick in range(50):
        with nowhere:
            send(nowhere, now + tick * HOUR)
    assert states(rows) == {"queued": PEOPLE}
    assert {row.attempts for row in rows()} == {0}
    with moody_smtp.running() as server, over(server) as transport:
        sent = send(transport, now + 51 * HOUR).sent
    told(f"down for 50 ticks: nothing is given up; then {sent} of {PEOPLE} sent")
    assert sent == PEOPLE


def test_hanging(put, rows, now, told):
    put(*ADDRESSES)
    with moody_smtp.running(Mood.SILENT) as server, over(server) as transport:
        began = time.monotonic()
        send(transport, now)
        seconds = time.monotonic() - began
        server.over.set()
    told(f"hanging: given up after {seconds:.1f} s and one connection, {states(rows)}")
    assert server.connections == 1
    assert seconds < 10
    assert states(rows) == {"queued": PEOPLE}


def test_greylisting(put, rows, now, told):
    put(*ADDRESSES)
    with moody_smtp.running(Mood.GREYLISTING) as server, over(server, 10) as transport:
        first = send(transport, now)
        at_once = send(transport, now)
        later = send(transport, now + HOUR)
    told(f"451: {first.postponed} put off, {at_once.sent} sent at once, {later.sent} later")
    assert (first.sent, first.postponed, at_once.sent, later.sent) == (0, PEOPLE, 0, PEOPLE)
    assert Counter(server.accepted) == Counter(ADDRESSES)


@pytest.mark.parametrize("mood", [Mood.REFUSING, Mood.BLOCKING])
def test_refusing(put, rows, now, told, mood):
    put(*ADDRESSES)
    with moody_smtp.running(mood) as server, over(server, 10) as transport:
        found = send(transport, now)
        again = send(transport, now + 99 * HOUR)
    with reading() as session:
        held = suppression.listing(session)
    told(f"550 ({mood.value}): {found.refused} refused, {len(held)} addresses given up")
    assert (found.refused, again.refused, states(rows)) == (PEOPLE, 0, {"failed": PEOPLE})
    # Where it is our own network that is not liked, no address is at fault.
    assert len(held) == (PEOPLE if mood is Mood.REFUSING else 0)
    assert server.accepted == []


@pytest.mark.parametrize("mood", [Mood.CUTTING_AFTER_DATA, Mood.SILENT_AFTER_DATA])
@pytest.mark.parametrize("at_most_once", [False, True])
def test_breaking_off_after_data(outbox, now, told, mood, at_most_once):
    put, rows = outbox
    put(*ADDRESSES, at_most_once=at_most_once)
    with moody_smtp.running(mood) as server, over(server, 1) as transport:
        send(transport, now)
        server.over.set()
    cut = len(server.accepted)
    with moody_smtp.running() as well, over(well, 10) as transport:
        send(transport, now + HOUR)
    arrived = Counter(server.accepted + well.accepted)
    doubled = sum(arrived.values()) - len(arrived)
    kind = "at most once" if at_most_once else "at least once"
    told(f"{mood.value}, {kind}: {len(arrived)} of {PEOPLE} arrived, {doubled} twice")
    assert (cut, len(arrived)) == (1, PEOPLE)
    assert doubled == (0 if at_most_once else 1)
    unknown = {"unknown": 1} if at_most_once else {}
    assert states(rows) == {"sent": PEOPLE - len(unknown)} | unknown


def test_breaking_off_before_data(put, rows, now, told):
    put(*ADDRESSES, at_most_once=True)
    with moody_smtp.running(Mood.CUTTING_BEFORE_DATA) as server, over(server, 10) as transport:
        send(transport, now)
        server.mood = Mood.GOOD
        send(transport, now + HOUR)
    told(f"cut off before DATA, at most once: {len(set(server.accepted))} of {PEOPLE} arrived")
    assert Counter(server.accepted) == Counter(ADDRESSES)
    assert states(rows) == {"sent": PEOPLE}
