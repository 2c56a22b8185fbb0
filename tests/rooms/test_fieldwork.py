"""Fieldwork: what is due is done once, whatever is late, repeated or killed in between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from pulse import fieldwork, opening
from pulse.ballots import box, model
from pulse.ballots.box import BoxState
from pulse.db import box_transaction, reading, transaction
from pulse.domain.cells import Released
from pulse.domain.errors import Conflict, Invalid, TokenSpent, WaveNotOpen
from pulse.domain.wave_state import WaveState
from pulse.invitations.model import Invitation, IssuerKey
from pulse.opening import PublicKeys
from pulse.outbox.model import OutboxMessage
from pulse.release import reading as releases
from pulse.surveys import waves
from tests.support import crash, open_wave, staff

PEOPLE = 24
WEEK = timedelta(days=7)


@pytest.fixture
def wave(app, now):
    staff.hired(PEOPLE, now.date())
    return open_wave.planned(now)


def state(wave):
    with reading() as session:
        return waves.get(session, wave).state


def counted(table, wave):
    with reading() as session:
        return session.scalar(select(func.count()).where(table.wave_id == wave))


def in_the_box(wave):
    with box_transaction() as connection:
        shards = select(func.count()).where(model.shard.c.wave == wave)
        spent = select(func.count()).where(model.spent.c.wave == wave)
        return connection.scalar(shards), connection.scalar(spent)


def box_state(wave):
    with box_transaction() as connection:
        return box.state(connection, wave)


def answered(wave, people):
    for person in staff.ids()[:people]:
        staff.answer(wave, person)


def test_nothing_is_done_before_its_time(wave, now):
    assert fieldwork.tick(now - timedelta(minutes=1)) == ()
    assert state(wave) is WaveState.PLANNED


def test_one_tick_opens_and_repeating_it_changes_nothing(wave, now):
    first = fieldwork.tick(now)
    again = fieldwork.tick(now)
    assert [step.did for step in first] == ["open"]
    assert again == ()
    assert state(wave) is WaveState.OPEN
    assert counted(Invitation, wave) == counted(OutboxMessage, wave) == PEOPLE


def test_a_wave_goes_through_its_life_and_leaves_no_ballot(wave, now):
    fieldwork.tick(now)
    answered(wave, 12)
    steps = fieldwork.tick(now + WEEK)
    assert [step.did for step in steps] == ["closed", "released"]
    assert all(step.problem is None for step in steps)
    assert in_the_box(wave) == (0, 0)
    assert box_state(wave) is BoxState.DESTROYED
    assert counted(IssuerKey, wave) == 0
    with reading() as session:
        release = releases.by_wave(session, wave)
    assert (release.ballots, release.invited) == (Released(12), PEOPLE)


def test_a_worker_that_slept_does_not_invite_to_a_wave_that_is_over(wave, now):
    assert fieldwork.tick(now + WEEK) == ()
    assert counted(Invitation, wave) == 0
    with pytest.raises(Conflict, match="over"):
        fieldwork.open_wave(wave, now + WEEK)


def test_steps_by_hand_may_be_repeated_and_never_go_back(wave, now):
    for step in (fieldwork.open_wave, fieldwork.close_wave, fieldwork.release_wave):
        step(wave, now)
        step(wave, now)
    for step in (fieldwork.open_wave, fieldwork.close_wave):
        with pytest.raises(Conflict):
            step(wave, now)


def test_one_wave_that_cannot_open_does_not_hold_up_another(app, now):
    staff.hired(PEOPLE, now.date())
    lonely = open_wave.planned(now, audience=staff.nobody())
    wave = open_wave.planned(now)
    steps = {step.wave: step.problem for step in fieldwork.tick(now)}
    assert "at least 20" in steps[lonely]
    assert steps[wave] is None
    assert state(lonely) is WaveState.PLANNED


def test_a_box_without_a_wave_is_reported_and_holds_up_nothing(wave, now):
    """Main was restored from a backup older than the wave; the other wave goes on."""
    fieldwork.tick(now)
    answered(wave, 20)
    orphan = wave + 900
    with reading() as session:
        manifest = waves.get(session, wave).manifest
    with box_transaction() as connection:
        box.open_for(connection, replace(manifest, wave=orphan))
        box.seal(connection, orphan)
    for did in ({(wave, "mixed"): None}, {}):
        found = {(step.wave, step.did): step.problem for step in fieldwork.tick(now)}
        assert found == did | {(orphan, "box destroyed"): f"There is no wave {orphan}."}
    assert box_state(orphan) is BoxState.SEALED


def test_a_manifest_that_was_not_frozen_here_is_not_opened(wave, now):
    with transaction() as session:
        info = waves.get(session, wave)
        manifest = opening.freeze(session, info, now, PublicKeys("bm90", "b3Vycw"))
        assert manifest.issuer_key == "bm90"
    (step,) = fieldwork.tick(now)
    assert step.problem == f"The manifest of wave {wave} was not frozen here."
    assert (state(wave), box_state(wave)) == (WaveState.PLANNED, None)


def test_an_answer_after_the_seal_is_refused(wave, now):
    fieldwork.tick(now)
    with box_transaction() as connection:
        box.seal(connection, wave)
    with pytest.raises(WaveNotOpen):
        staff.answer(wave, staff.ids()[0])
    assert in_the_box(wave) == (0, 0)


def test_whoever_failed_after_redeeming_can_go_on_and_is_counted_once(wave, now):
    fieldwork.tick(now)
    person = staff.ids()[0]
    with pytest.raises(Invalid, match="choose one"):
        staff.answer(wave, person, decide=17)
    staff.answer(wave, person)
    with pytest.raises(TokenSpent):
        staff.answer(wave, person)
    assert in_the_box(wave)[1] == 1


@pytest.mark.fault
@pytest.mark.parametrize("moment", ["opening", "closing"])
def test_killed_before_any_commit_the_next_tick_finishes(app, now, moment):
    staff.hired(PEOPLE, now.date())
    number = 1
    while True:
        opens_at = now + number * timedelta(days=8)
        wave = open_wave.planned(opens_at)
        at = opens_at
        if moment == "closing":
            fieldwork.tick(at)
            answered(wave, 11)
            at = opens_at + WEEK
        killed = crash.before_commit(number, lambda at=at: fieldwork.tick(at))
        fieldwork.tick(at)
        check(wave, moment)
        if not killed:
            break
        number += 1
    assert number > 3
    print(f"{moment}: killed before each of {number - 1} commits, finished every time")  # noqa: T201


def check(wave, moment):
    assert counted(Invitation, wave) == counted(OutboxMessage, wave) == PEOPLE
    if moment == "opening":
        assert state(wave) is WaveState.OPEN
        assert box_state(wave) is BoxState.OPEN
        return
    assert state(wave) is WaveState.RELEASED
    assert in_the_box(wave) == (0, 0)
    assert box_state(wave) is BoxState.DESTROYED
    with reading() as session:
        assert releases.by_wave(session, wave).ballots == Released(11)
