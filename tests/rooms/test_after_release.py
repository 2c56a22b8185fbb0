"""Hard test 14: a released wave cannot be opened, counted, cut or published a second time."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from pulse import counting_room, fieldwork, installation
from pulse.ballots import box
from pulse.counting_room import Decision
from pulse.db import box_reading, box_transaction, reading, transaction
from pulse.domain.dimension import Dimension
from pulse.domain.errors import Conflict, WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.invitations import frame, redemption
from pulse.invitations.frame import FrameRequest
from pulse.invitations.redemption import Claim
from pulse.people.model import EmploymentSpell, Unit
from pulse.release import export
from pulse.release import reading as releases
from pulse.surveys import waves
from pulse.surveys.audience import Audience
from pulse.surveys.model import Wave
from tests.support import invited_wave, staff
from tests.support.invited_wave import Invited

WEEK = timedelta(days=7)
ANSWERED = 16
VALUES = {"decide": 4, "tools": None, "recommend": 9, "acted": 1, "words": "Late."}


@dataclass(frozen=True, slots=True)
class Over:
    """A wave that is released, and a genuine ballot that was never sent."""

    asked: Invited
    unsent: bytes
    now: datetime


@pytest.fixture
def over(app: Flask, now: datetime) -> Over:
    asked = invited_wave.opened(now)
    unsent = asked.started(ANSWERED).body(**VALUES)
    for person in staff.ids()[:ANSWERED]:
        staff.answer(asked.wave, person)
    fieldwork.close_wave(asked.wave, now + WEEK)
    fieldwork.release_wave(asked.wave, now + WEEK)
    return Over(asked, unsent, now + 2 * WEEK)


def fingerprint(wave: int) -> str:
    with reading() as session:
        files = export.files(session, releases.by_wave(session, wave))
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def a_late_ballot(over: Over) -> None:
    with box_transaction() as connection:
        box.drop(connection, over.unsent)


def a_late_start(over: Over) -> None:
    with transaction() as session:
        claim, secret = Claim(over.asked.wave, bytes(256)), over.asked.secret(ANSWERED + 1)
        redemption.redeem(session, claim, secret, installation.secrets())


def opening_again(over: Over) -> None:
    fieldwork.open_wave(over.asked.wave, over.now)


def a_ballot_for_a_box_opened_again(over: Over) -> None:
    with box_transaction() as connection:
        box.open_for(connection, over.asked.manifest)
    a_late_ballot(over)


def moving_back(over: Over) -> None:
    with transaction() as session:
        waves.move(session, over.asked.wave, WaveState.OPEN)


def closing_again(over: Over) -> None:
    fieldwork.close_wave(over.asked.wave, over.now)


def a_new_cut(over: Over) -> None:
    """Move everybody to one unit, and freeze the frame by that."""
    reorganise()
    with transaction() as session:
        frame.freeze(session, FrameRequest(over.asked.wave, Audience(), (), over.now.date()))


def a_new_manifest(over: Over) -> None:
    crossed = Dimension("organisation*site", "Crossed", over.asked.manifest.dimensions[0].nodes)
    manifest = over.asked.manifest
    changed = replace(manifest, dimensions=(*manifest.dimensions, crossed))
    with transaction() as session:
        waves.freeze(session, over.asked.wave, changed)


REFUSED: list[tuple[Callable[[Over], None], type[Exception]]] = [
    (a_late_ballot, WaveNotOpen),
    (a_late_start, WaveNotOpen),
    (opening_again, Conflict),
    (a_ballot_for_a_box_opened_again, WaveNotOpen),
    (moving_back, Conflict),
    (closing_again, Conflict),
    (a_new_cut, Conflict),
    (a_new_manifest, Conflict),
]


@pytest.mark.parametrize(("attempt", "error"), REFUSED, ids=lambda each: each.__name__)
def test_it_is_refused_and_the_release_stays(
    over: Over, attempt: Callable[[Over], None], error: type[Exception]
) -> None:
    before = fingerprint(over.asked.wave)
    with pytest.raises(error):
        attempt(over)
    assert fingerprint(over.asked.wave) == before
    fieldwork.tick(over.now)
    assert fingerprint(over.asked.wave) == before


def lower_floor(over: Over) -> Manifest:
    return replace(over.asked.manifest, floor=2, edge=0)


def one_more_crossing(over: Over) -> Manifest:
    first = over.asked.manifest.dimensions[0]
    crossed = Dimension("organisation*site", "Crossed", first.nodes)
    return replace(over.asked.manifest, dimensions=(first, crossed))


@pytest.mark.parametrize("changed", [lower_floor, one_more_crossing])
def test_another_manifest_in_the_database_counts_nothing_again(
    over: Over, changed: Callable[[Over], Manifest]
) -> None:
    """Even somebody who writes to main, and sets the wave back, finds no ballot to count."""
    wave, before = over.asked.wave, fingerprint(over.asked.wave)
    manifest = changed(over)
    values = {
        "manifest": manifest.canonical().decode(),
        "manifest_sha256": manifest.sha256(),
        "state": WaveState.CLOSED.value,
    }
    with transaction() as session:
        session.execute(update(Wave).where(Wave.id == wave).values(values))
    with pytest.raises(Exception, match=r"(?i)box|key|destroyed"):
        counting_room.release(wave, over.now, Decision(accepted="It is well."))
    assert fingerprint(wave) == before
    with box_reading() as connection:
        assert box.state(connection, wave) is box.BoxState.DESTROYED


def test_moves_renames_and_ticks_leave_the_release_as_it_is(over: Over) -> None:
    before = fingerprint(over.asked.wave)
    reorganise()
    for days in range(3):
        fieldwork.tick(over.now + timedelta(days=days))
        fieldwork.release_wave(over.asked.wave, over.now + timedelta(days=days))
    assert fingerprint(over.asked.wave) == before


def reorganise() -> None:
    with transaction() as session:
        first, *_ = session.scalars(select(Unit.id).order_by(Unit.id))
        session.execute(update(EmploymentSpell).values(unit_id=first))
        session.execute(update(Unit).where(Unit.id == first).values(name="Everything"))
