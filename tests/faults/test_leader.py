"""Three real workers on one database: all is done once, whoever dies, stops or comes back."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from pulse.config import settings as current
from pulse.db import box_metadata, db, main_metadata, reading, transaction
from pulse.domain.wave_state import WaveState
from pulse.invitations.model import Invitation
from pulse.outbox.model import OutboxMessage
from pulse.release import reading as releases
from pulse.surveys import compose, steps, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import open_wave, staff, workers

PEOPLE = 24
ANSWERS = 11
WAVES = 4
WEEK = timedelta(days=7)
# Long enough that none of three workers loses it on a busy machine before it is stopped.
STOPPED_LEASE_SECONDS = 6
# What changes while nothing happens: signs of life, and the outbox's own claims.
LIVELY = {"worker_lease"}

pytestmark = [pytest.mark.fault, pytest.mark.slow]


def planned(opens_in=timedelta(), closes_in=WEEK):
    now = datetime.now(UTC)
    draft = SurveyDraft("Spring pulse", "", open_wave.QUESTIONS, Audience())
    with transaction() as session:
        survey = compose.create(session, draft, now)
        return waves.plan(session, survey, now + opens_in, now + closes_in)


def state(wave):
    with reading() as session:
        return waves.get(session, wave).state


def reached(wanted, *all_waves):
    return lambda: all(state(wave) is wanted for wave in all_waves)


def count(table, wave):
    with reading() as session:
        return session.scalar(select(func.count()).where(table.wave_id == wave))


def letters():
    return [path for path in current().maildir.rglob("new/*") if path.is_file()]


def doubles(*all_waves):
    """Count everything that there is more than once: invitations, mails, letters, releases."""
    with reading() as session:
        published = [release.wave_id for release in releases.listing(session)]
    tables = (Invitation, OutboxMessage)
    rows = sum(count(table, wave) - PEOPLE for wave in all_waves for table in tables)
    return rows + len(letters()) - PEOPLE * len(all_waves) + len(published) - len(set(published))


def everything():
    """Give all rows of both databases, but for what is only a sign of life."""
    found = {}
    for engine, tables in ((db.engine, main_metadata), (db.engines["box"], box_metadata)):
        with engine.connect() as connection:
            for table in tables.sorted_tables:
                if table.name not in LIVELY:
                    rows = connection.execute(select(table)).all()
                    found[table.name] = sorted(map(repr, rows))
    return found


def led(epoch):
    """Say when a worker leads for at least the time of this number."""
    return lambda: workers.standing().lease.epoch >= epoch


def told(capsys, engine_kind, sentence):
    with capsys.disabled():
        print(f"\n{engine_kind}: {sentence}")  # noqa: T201


def test_three_workers_do_each_thing_once(app, settings, capsys, engine_kind):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    # Long enough that a disk which all three wait for costs nobody the lease.
    with workers.house(settings, lease_seconds=30) as start:
        for _ in range(3):
            start()
        all_waves = [planned() for _ in range(WAVES)]
        opening = workers.until(reached(WaveState.OPEN, *all_waves), "all open")
        for person in staff.ids()[:ANSWERS]:
            staff.answer(all_waves[0], person)
        workers.until(lambda: len(letters()) >= PEOPLE * WAVES, "all mails")
        with transaction() as session:
            for wave in all_waves:
                steps.ask_for(session, wave, WaveState.CLOSED)
        releasing = workers.until(reached(WaveState.RELEASED, *all_waves), "all released")
        time.sleep(3 * workers.TICK_SECONDS)
        found = doubles(*all_waves)
        epoch = workers.standing().lease.epoch
    told(
        capsys,
        engine_kind,
        f"3 workers, {WAVES} waves: opened in {opening:.1f} s, closed and released in "
        f"{releasing:.1f} s, {3 * WAVES} steps, doubles = {found}, leaders = {epoch}",
    )
    assert found == 0
    assert epoch == 1
    with reading() as session:
        assert len(releases.listing(session)) == WAVES
        assert releases.by_wave(session, all_waves[0]).ballots.value == ANSWERS


def test_killed_leader_is_followed_within_a_lease(app, settings, capsys, engine_kind):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    with workers.house(settings) as start:
        first = start()
        workers.until(led(1), "a first leader")
        start()
        start()
        wave = planned()
        first.signal(signal.SIGKILL)
        took = workers.until(led(2), "a second leader")
        workers.until(reached(WaveState.OPEN, wave), "the wave is open")
        workers.until(lambda: len(letters()) >= PEOPLE, "all mails")
        found = doubles(wave)
    told(
        capsys,
        engine_kind,
        f"leader killed: another led {took:.1f} s later (lease {workers.LEASE_SECONDS} s), "
        f"doubles = {found}",
    )
    # The figure is told; a busy machine may take its time, and a lease of a minute would not do.
    assert took < 10 * workers.LEASE_SECONDS
    assert found == 0


def test_leader_that_ends_hands_over_at_once(app, settings, capsys, engine_kind):
    with workers.house(settings, lease_seconds=60) as start:
        first = start()
        workers.until(led(1), "a first leader")
        start()
        status = first.end()
        took = workers.until(led(2), "a second leader")
    told(capsys, engine_kind, f"leader ended: another led {took:.1f} s later (lease 60 s)")
    assert status == 0
    assert took < 30


def test_stopped_leader_that_comes_back_changes_nothing(app, settings, capsys, engine_kind):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    with workers.house(settings, lease_seconds=STOPPED_LEASE_SECONDS) as start:
        old = start()
        workers.until(led(1), "a first leader")
        others = [start(), start()]
        wave = planned()
        workers.until(reached(WaveState.OPEN, wave), "the wave is open")
        for person in staff.ids()[:ANSWERS]:
            staff.answer(wave, person)
        workers.until(lambda: len(letters()) >= PEOPLE, "all mails")
        old.order("stop")
        # The order is read before there is a step in which it can be carried out.
        time.sleep(1)
        with transaction() as session:
            steps.ask_for(session, wave, WaveState.CLOSED)
        workers.until(old.is_stopped, "the leader stopped in the middle of a step")
        took = workers.until(led(2), "a second leader")
        acted = workers.until(reached(WaveState.RELEASED, wave), "the second leader has released")
        time.sleep(2 * workers.TICK_SECONDS)
        before = everything()
        old.signal(signal.SIGCONT)
        time.sleep(STOPPED_LEASE_SECONDS + 4 * workers.TICK_SECONDS)
        after, found = everything(), doubles(wave)
        epoch = workers.standing().lease.epoch
        for one in others:
            one.signal(signal.SIGKILL)
        again = workers.until(led(epoch + 1), "it leads again")
    told(
        capsys,
        engine_kind,
        f"leader stopped in mid-step: another led after {took:.1f} s and had closed and released "
        f"after {acted:.1f} s more; back again the old one changed "
        f"{sum(before[name] != after[name] for name in before)} tables, doubles = {found}; "
        f"alone it led {again:.1f} s later",
    )
    assert before == after
    assert found == 0
