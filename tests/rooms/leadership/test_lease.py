"""The lease: one holder at a time, by the database's clock, and nothing written by who lost it."""

import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event, select

from pulse import fence, fieldwork
from pulse.ballots import box, model, reshuffle
from pulse.ballots.box import BoxState
from pulse.db import box_transaction, db, reading, transaction
from pulse.domain.errors import Conflict, LostLease
from pulse.domain.wave_state import WaveState
from pulse.invitations.model import Invitation
from pulse.leadership import lease
from pulse.leadership.lease import Bid
from pulse.leadership.model import WorkerLease
from pulse.surveys import catalogue, compose, standing, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import open_wave, staff

PEOPLE = 24
WEEK = timedelta(days=7)
TERM = timedelta(seconds=30)


def bid(holder):
    """Ask for the lease, and give the epoch under which it was got."""
    with transaction() as session:
        found = lease.ask_for(session, Bid(holder, TERM, datetime.now(UTC)))
    return found and found.epoch


def held(holder):
    with transaction() as session:
        return lease.ask_for(session, Bid(holder, TERM, datetime.now(UTC)))


def moved(by):
    """Move the row as the database's clock would have moved against it."""
    with transaction() as session:
        row = session.scalars(select(WorkerLease)).one()
        row.renewed_at -= by
        row.expires_at -= by


def test_one_holds_it_and_renews_it_and_nobody_else_gets_it(app):
    assert [bid("a"), bid("b"), bid("a"), bid("b")] == [1, None, 1, None]


def test_whoever_gives_no_sign_of_life_is_followed_under_a_new_number(app):
    assert bid("a") == 1
    moved(TERM)
    assert [bid("b"), bid("a")] == [2, None]


@pytest.mark.parametrize("by", [timedelta(hours=-1), timedelta(days=-1)])
def test_clock_of_the_database_set_back_gives_nobody_the_lease_for_a_day(app, by):
    assert bid("a") == 1
    moved(by)
    assert [bid("b"), bid("a")] == [2, None]


def test_handing_over_frees_it_at_once_and_only_by_its_holder(app):
    first = held("a")
    moved(TERM)
    second = held("b")
    with transaction() as session:
        lease.hand_over(session, first)
    assert bid("c") is None
    with transaction() as session:
        lease.hand_over(session, second)
    assert bid("c") == 3


def test_ticks_are_counted_for_the_holder_only(app):
    first = held("a")
    with transaction() as session:
        lease.note(session, first, failed=False)
        lease.note(session, first, failed=True)
    moved(TERM)
    bid("b")
    with transaction() as session:
        lease.note(session, first, failed=True)
    with reading() as session:
        found = lease.standing(session)
    assert (found.ticks, found.failures, found.is_led) == (2, 1, True)
    assert timedelta() <= found.age < TERM


def test_what_is_written_behind_the_fence_needs_the_lease(app, now):
    mine = held("a")
    with fence.within(partial(lease.check, held=mine)):
        first = open_wave.planned(now)
        moved(timedelta(seconds=1))
    moved(TERM)
    with fence.within(partial(lease.check, held=mine)):
        with pytest.raises(LostLease):
            open_wave.planned(now + WEEK)
        with pytest.raises(LostLease), box_transaction():
            raise AssertionError("no transaction on the box may begin")
    with reading() as session:
        assert [wave.id for wave in waves.listing(session)] == [first]


def steal():
    """Take the lease by a connection of its own, without waiting for anybody."""
    with db.engine.connect() as other:
        raw = other.connection.driver_connection
        if db.engine.dialect.name == "sqlite":
            raw.execute("PRAGMA busy_timeout=0")
        raw.execute("UPDATE worker_lease SET holder = 'b', epoch = epoch + 1")
        raw.commit()
        other.invalidate()


def test_a_lease_taken_in_the_middle_of_a_transaction(app, now, engine_kind):
    """PostgreSQL lets it be taken, and no commit follows; SQLite lets nobody take it meanwhile."""
    mine = held("a")
    refused = sqlite3.OperationalError if engine_kind == "sqlite" else LostLease
    draft = SurveyDraft("Spring pulse", "", open_wave.QUESTIONS, Audience())
    with (
        fence.within(partial(lease.check, held=mine)),
        pytest.raises(refused),
        transaction() as session,
    ):
        compose.create(session, draft, now)
        steal()
    with reading() as session:
        assert catalogue.listing(session) == ()
        assert lease.standing(session).lease.epoch == (1 if engine_kind == "sqlite" else 2)


def steal_at(number):
    """Have another worker take the lease just before the writing transaction of this number."""
    seen = 0

    def count(connection):
        nonlocal seen
        if fence._check.get() is None or not connection.get_execution_options().get("pulse_write"):
            return
        seen += 1
        if seen == number:
            steal()

    def before(connection, cursor, statement, *more):
        if statement == "BEGIN IMMEDIATE":
            count(connection)

    if db.engine.dialect.name == "sqlite":
        name, listener = "before_cursor_execute", before
    else:
        name, listener = "begin", count
    event.listen(db.engine, name, listener)
    return partial(event.remove, db.engine, name, listener)


@pytest.mark.fault
@pytest.mark.parametrize("moment", ["opening", "closing"])
def test_a_lease_lost_before_any_transaction_ends_the_tick_and_the_next_finishes(app, now, moment):
    staff.hired(PEOPLE, now.date())
    number, lost = 1, True
    while lost:
        at = now + number * timedelta(days=8)
        wave = open_wave.planned(at)
        if moment == "closing":
            fieldwork.tick(at)
            at += WEEK
        mine = held(f"a{number}") or held_anew(f"a{number}")
        undo = steal_at(number)
        try:
            with fence.within(partial(lease.check, held=mine)):
                fieldwork.tick(at)
            lost = False
        except LostLease:
            pass
        finally:
            undo()
        fieldwork.tick(at)
        with reading() as session:
            found = waves.get(session, wave).state
            invited = session.scalars(select(Invitation.id).where(Invitation.wave_id == wave)).all()
        assert found is (WaveState.OPEN if moment == "opening" else WaveState.RELEASED)
        assert len(invited) == PEOPLE
        number += 1
    assert number > 3
    print(f"{moment}: lost before each of {number - 2} transactions, doubles = 0")  # noqa: T201


def held_anew(holder):
    moved(TERM)
    return held(holder)


def contents():
    """Give what the box holds, but for the random numbers of shards, which mixing gives anew."""
    with box_transaction() as connection:
        boxes = connection.execute(select(model.box.c.wave, model.box.c.state)).all()
        spent = connection.execute(select(model.spent)).all()
        shards = connection.execute(select(model.shard.c.slot, model.shard.c.body)).all()
    return sorted(map(tuple, boxes)), sorted(map(tuple, spent)), sorted(map(tuple, shards))


STALE = {
    "open": box.open_for,
    "mix": lambda connection, _: reshuffle.reshuffle(connection),
    "seal": lambda connection, manifest: box.seal(connection, manifest.wave),
    "empty": lambda connection, manifest: box.empty(connection, manifest.wave),
    "destroy": lambda connection, manifest: box.destroy(connection, manifest.wave),
}
# Which steps a box refuses or ignores in each of its states; the others are those that come next.
HARMLESS = {
    BoxState.OPEN: {"open", "mix", "empty", "destroy"},
    BoxState.SEALED: {"open", "mix", "seal"},
    BoxState.DESTROYED: {"open", "mix", "seal", "empty", "destroy"},
}


@pytest.mark.parametrize("reached", list(BoxState))
def test_a_step_of_the_box_that_comes_too_late_does_no_harm(app, now, reached):
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.tick(now)
    for person in staff.ids()[:5]:
        staff.answer(wave, person)
    with reading() as session:
        manifest = standing.manifest(session, wave)
    for step in {BoxState.OPEN: (), BoxState.SEALED: ("seal",)}.get(reached, ("seal", "destroy")):
        with box_transaction() as connection:
            STALE[step](connection, manifest)
    before = contents()
    for name in sorted(HARMLESS[reached]):
        try:
            with box_transaction() as connection:
                STALE[name](connection, manifest)
        except Conflict:
            assert reached is BoxState.OPEN
    assert contents() == before
