"""A worker whose clock is set by an hour and a day, both ways: it goes on, and doubles nothing."""

import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pulse.config import settings as current
from pulse.db import reading, transaction
from pulse.domain.wave_state import WaveState
from pulse.invitations.model import Invitation
from pulse.leadership.model import WorkerLease
from pulse.outbox.model import OutboxMessage
from pulse.surveys import steps, waves
from tests.support import open_wave, staff, workers

PEOPLE = 24
HOUR, DAY = 3_600, 86_400

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.fixture
def people(app):
    staff.hired(PEOPLE, datetime.now(UTC).date())


def state(wave):
    with reading() as session:
        return waves.get(session, wave).state


def letters():
    return len([path for path in current().maildir.rglob("new/*") if path.is_file()])


def asked(session, wave):
    steps.ask_for(session, wave, WaveState.OPEN)


def set_clock(worker, seconds):
    """Set its clock; give how long it took until ticks went on, with steps held."""
    worker.order(f"shift {seconds}")
    workers.until(lambda: workers.standing().clock_jump is not None, "the jump is noticed")
    before = workers.standing().ticks
    took = workers.until(lambda: workers.standing().ticks > before + 1, "ticks go on", 10)
    assert workers.standing().clock_jump == pytest.approx(seconds, abs=5)
    return took


def believed():
    return workers.standing().clock_jump is None


@pytest.mark.parametrize("seconds", [HOUR, -HOUR, DAY, -DAY], ids=["+1h", "-1h", "+24h", "-24h"])
def test_clock_that_is_set_holds_steps_and_stops_nothing(
    people, settings, capsys, engine_kind, seconds
):
    """One wave is due only by the new clock, another is asked for by hand; both wait."""
    now = datetime.now(UTC)
    early = open_wave.planned(now + timedelta(seconds=abs(seconds) / 2))
    by_hand = open_wave.planned(now + timedelta(days=30))
    with workers.house(settings) as start:
        worker = start()
        workers.until(lambda: workers.standing().ticks > 0, "a first tick")
        took = set_clock(worker, seconds)
        with transaction() as session:
            asked(session, by_hand)
        during = {state(early), state(by_hand)}
        held = workers.until(believed, "the clock is believed again")
        workers.until(lambda: state(by_hand) is WaveState.OPEN, "what was asked for is done")
        opened = [by_hand] + [early] * (seconds > 0)
        workers.until(lambda: state(opened[-1]) is WaveState.OPEN, "what is due is done")
        workers.until(lambda: letters() >= PEOPLE * len(opened), "all mails")
        before = workers.standing().ticks
        set_clock(worker, -seconds)
        workers.until(believed, "the clock is believed once more")
        workers.until(lambda: workers.standing().ticks > before + 2, "ticks go on")
    with reading() as session:
        rows = [
            session.scalar(select(func.count()).where(table.wave_id == wave)) - PEOPLE
            for wave in opened
            for table in (Invitation, OutboxMessage)
        ]
    found = sum(rows) + letters() - PEOPLE * len(opened)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{engine_kind}: clock set by {seconds} s and back: ticks went on after {took:.1f} s,"
            f" steps were held for {held:.1f} s, {len(opened)} waves opened, doubles = {found}"
        )
    assert during == {WaveState.PLANNED}
    assert state(early) is (WaveState.OPEN if seconds > 0 else WaveState.PLANNED)
    assert (found, min(rows)) == (0, 0)


def test_somebody_who_has_checked_the_clock_lets_the_worker_go_on(people, settings, runner):
    wave = open_wave.planned(datetime.now(UTC) + timedelta(days=30))
    with workers.house(settings, clock_still_seconds=600) as start:
        worker = start()
        workers.until(lambda: workers.standing().ticks > 0, "a first tick")
        set_clock(worker, HOUR)
        with transaction() as session:
            asked(session, wave)
        said = runner.invoke(args=["fieldwork", "trust-clock"])
        workers.until(lambda: state(wave) is WaveState.OPEN, "it goes on", 20)
        again = runner.invoke(args=["fieldwork", "trust-clock"])
    assert said.output == "The worker goes on.\n"
    assert again.output == "Nobody doubted the clock.\n"


def test_clock_set_back_while_no_worker_ran_is_noticed(people, settings):
    with workers.house(settings) as start:
        workers.until(lambda: bool(start().process.pid), "a worker")
        workers.until(lambda: workers.standing().ticks > 0, "a first tick")
    with transaction() as session:
        row = session.scalars(select(WorkerLease)).one()
        row.seen_at += timedelta(hours=1)
        row.holder = ""
    with workers.house(settings) as start:
        worker = start()
        workers.until(lambda: workers.standing().clock_jump is not None, "the jump is noticed")
        assert workers.standing().clock_jump == pytest.approx(-HOUR, abs=60)
        workers.until(believed, "the clock is believed again")
        worker.signal(signal.SIGTERM)
