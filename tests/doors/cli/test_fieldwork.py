"""`flask fieldwork tick` by hand: at any moment, dry, beside a worker, and without one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pulse.db import box_metadata, db, main_metadata, reading, transaction
from pulse.domain.wave_state import WaveState
from pulse.leadership import lease
from pulse.leadership.lease import Bid
from pulse.surveys import waves
from tests.support import open_wave, staff

PEOPLE = 24
WEEK = timedelta(days=7)


@pytest.fixture
def wave(app, now):
    staff.hired(PEOPLE, now.date())
    return open_wave.planned(now)


def tick(runner, at, *more):
    answer = runner.invoke(args=["fieldwork", "tick", "--at", at.isoformat(), *more])
    assert answer.exit_code == 0, answer.output
    return answer.output.splitlines()


def state(wave):
    with reading() as session:
        return waves.get(session, wave).state


def everything():
    found = {}
    for engine, tables in ((db.engine, main_metadata), (db.engines["box"], box_metadata)):
        with engine.connect() as connection:
            for table in tables.sorted_tables:
                found[table.name] = sorted(map(repr, connection.execute(select(table)).all()))
    return found


def test_a_dry_run_says_what_would_be_done_and_changes_nothing(runner, wave, now, settings):
    before = everything()
    early = tick(runner, now - timedelta(days=1), "--dry-run")
    due = tick(runner, now, "--dry-run")
    assert early == ["0 steps, 0 mails due, 0 imports waiting", "Nothing was changed."]
    assert due[0] == f"wave {wave}: open: would be done"
    assert everything() == before
    assert not list(settings.key_folder.glob("*"))


def test_a_dry_run_sees_all_steps_that_follow_one_another(runner, wave, now):
    tick(runner, now)
    for person in staff.ids()[:20]:
        staff.answer(wave, person)
    before = everything()
    mixed = tick(runner, now, "--dry-run")
    over = tick(runner, now + WEEK, "--dry-run")
    assert mixed[0] == f"wave {wave}: mixed: would be done"
    assert over[:2] == [f"wave {wave}: {step}: would be done" for step in ("closed", "released")]
    assert everything() == before
    done = tick(runner, now + WEEK)
    assert done[:2] == [f"wave {wave}: {step}: done" for step in ("closed", "released")]


def test_a_tick_by_hand_needs_no_lease_and_takes_none(runner, wave, now):
    with transaction() as session:
        lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))
    tick(runner, now)
    assert state(wave) is WaveState.OPEN
    with reading() as session:
        assert lease.standing(session).lease.holder == "a"


def test_the_check_says_whether_a_worker_leads(runner, app):
    assert "No worker leads" in runner.invoke(args=["check"]).output
    with transaction() as session:
        lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))
    answer = runner.invoke(args=["check"])
    assert answer.exit_code == 0
    assert "A worker leads (lease 1, renewed" in answer.output
