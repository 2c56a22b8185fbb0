"""What a release ends: keys and ballots are nowhere, and nothing can be done again."""

import hashlib
import re
import sqlite3
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from pulse import config, counting_room, custody, fieldwork
from pulse.ballots import box, model
from pulse.ballots.box import BoxState
from pulse.counting_room import Decision
from pulse.db import box_transaction, db, reading, transaction
from pulse.domain.cells import Reason, Released
from pulse.domain.errors import Conflict, WaveNotOpen
from pulse.domain.permission import Role
from pulse.domain.sealing import Opener
from pulse.domain.wave_state import WaveState
from pulse.invitations import redemption
from pulse.invitations.model import Invitation, IssuerKey
from pulse.invitations.redemption import Claim
from pulse.release import export, holding
from pulse.release import reading as releases
from pulse.release.holding import HoldKind
from pulse.surveys import waves
from tests.support import open_wave, sealed_ballots, signing_in, staff, stored
from tests.support.traces import Traces

PEOPLE = 24
ANSWERED = 14
WEEK = timedelta(days=7)
GRACE = timedelta(days=7)


@pytest.fixture
def wave(app, now):
    """An open wave that fourteen people answered."""
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids()[:ANSWERED]:
        staff.answer(wave, person)
    return wave


def dumped():
    """Take the ballots of the box, as whoever dumps it does."""
    with box_transaction() as connection:
        query = select(model.shard.c.slot, model.shard.c.body).order_by(model.shard.c.id)
        return [tuple(row) for row in connection.execute(query)]


def opened(wave, shards, key):
    opener = Opener(key)
    found = (opener.open(wave, slot, body) for slot, body in shards)
    return [body for body in found if body is not None]


def state(wave):
    with reading() as session:
        return waves.get(session, wave).state


def box_state(wave):
    with box_transaction() as connection:
        return box.state(connection, wave)


def release_of(wave):
    with reading() as session:
        return releases.by_wave(session, wave)


def exported(wave):
    with reading() as session:
        files = export.files(session, releases.by_wave(session, wave))
    return hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()


def held(wave):
    with reading() as session:
        return holding.of_wave(session, wave)


def spoilt(wave, ballots):
    """Spoil one answer of some ballots."""
    with box_transaction() as connection:
        chosen = select(model.shard.c.id).where(model.shard.c.slot == 1).limit(ballots)
        ids = connection.scalars(chosen).all()
        statement = update(model.shard).where(model.shard.c.id.in_(ids))
        connection.execute(statement.values(body=bytes(97)))


def test_after_the_release_neither_keys_nor_ballots_are_stored_anywhere(wave, settings, now):
    key = custody.opening_key(settings.key_folder, wave)
    shards = dumped()
    with reading() as session:
        issuer = session.scalars(select(IssuerKey.wrapped)).one()
    keys = stored.traces_of_key("opening key", key)
    keys.add("issuer key", issuer)
    ballots = Traces()
    for _, body in shards:
        ballots.add("shard", body)
    before = stored.contents(settings)
    assert set().union(*stored.found(keys, before).values()) == {"opening key", "issuer key"}
    assert stored.found(ballots, before) != {}
    assert len(opened(wave, shards, key)) == len(shards) > ANSWERED

    fieldwork.tick(now + WEEK)

    after = {name: held for name, held in stored.contents(settings).items() if "pg_wal" not in name}
    assert stored.found(ballots, after) == {}
    assert stored.found(keys, after) == {}
    assert list(settings.key_folder.iterdir()) == []
    assert box_state(wave) is BoxState.DESTROYED
    assert release_of(wave).ballots == Released(ANSWERED)


def test_a_dump_of_the_box_cannot_be_opened_with_anything_that_is_left(wave, settings, now):
    """Neither what is stored now nor a restored backup of main holds a key that opens it."""
    backup = backed_up()
    shards = dumped()
    key = custody.opening_key(settings.key_folder, wave)
    fieldwork.tick(now + WEEK)
    left = stored.contents(settings) | {"restored": restored(backup)}
    traces = stored.traces_of_key("opening key", key)
    assert stored.found(traces, left) == {}
    with pytest.raises(Conflict):
        custody.opening_key(settings.key_folder, wave)
    # A worker that is asked for a key makes another one, which opens nothing.
    custody.public_key(settings.key_folder, wave)
    assert opened(wave, shards, custody.opening_key(settings.key_folder, wave)) == []
    assert len(opened(wave, shards, key)) == len(shards)


def backed_up():
    """Back main up as its database's own program does."""
    if db.engine.dialect.name == "postgresql":
        return stored.dump(db.engine)
    with sqlite3.connect(str(db.engine.url.database)) as source:
        return "\n".join(source.iterdump()).encode()


def restored(backup):
    """Give what is in the files of a database that is made of the backup."""
    if db.engine.dialect.name == "postgresql":
        return backup
    path = Path(str(db.engine.url.database)).with_name(f"{uuid.uuid4().hex}.db")
    with sqlite3.connect(path) as target:
        target.executescript(backup.decode())
    content = path.read_bytes()
    path.unlink()
    return content


def test_nothing_about_a_released_wave_can_be_done_again(wave, settings, now):
    with reading() as session:
        manifest = waves.get(session, wave).manifest
    late = genuine(manifest, settings, staff.ids()[-1])
    fieldwork.tick(now + WEEK)
    before = exported(wave)
    with pytest.raises(WaveNotOpen), box_transaction() as connection:
        box.drop(connection, late)
    with pytest.raises(WaveNotOpen):
        staff.answer(wave, staff.ids()[-2])
    for step in (fieldwork.open_wave, fieldwork.close_wave):
        with pytest.raises(Conflict):
            step(wave, now + WEEK)
    for to in (WaveState.OPEN, WaveState.CLOSED):
        with pytest.raises(Conflict), transaction() as session:
            waves.move(session, wave, to)
    with pytest.raises(Conflict), box_transaction() as connection:
        box.open_for(connection, replace(manifest, floor=manifest.floor + 1))
    fieldwork.release_wave(wave, now + WEEK)
    fieldwork.tick(now + 9 * WEEK)
    assert exported(wave) == before
    assert box_state(wave) is BoxState.DESTROYED


def genuine(manifest, settings, person):
    """Give a ballot with a token that was signed while the wave was open."""

    def sign(blinded):
        with transaction() as session:
            claim = Claim(manifest.wave, blinded)
            wrapping_key = settings.wrapping_key
            return redemption.redeem_employee(session, claim, person, wrapping_key).signature

    token = sealed_ballots.unblinded(manifest, sign)
    labels = {item.key: item.labels[0].code for item in manifest.dimensions}
    return sealed_ballots.body(manifest, token, labels, {})


def test_a_second_count_finds_the_first_and_changes_nothing(wave, now):
    """Even where another process has counted while this one was counting."""
    fieldwork.close_wave(wave, now + WEEK)
    with reading() as session:
        manifest = waves.get(session, wave).manifest
    key = custody.opening_key(custody_folder(), wave)
    counting_room.count(manifest, key, now + WEEK, counting_room.ALONE)
    before = exported(wave)
    with box_transaction() as connection:
        connection.execute(delete(model.shard).where(model.shard.c.slot == 1))
    counting_room.count(manifest, key, now + WEEK, Decision(accepted="not asked for"))
    assert exported(wave) == before


def test_too_much_damage_waits_for_a_person_who_says_why(wave, runner, now):
    spoilt(wave, 2)
    for _ in range(2):
        (step,) = fieldwork.tick(now + WEEK)[-1:]
        assert (step.done, step.problem) == (False, None)
    assert held(wave).words.startswith("Up to 15 per cent of the ballots are damaged")
    assert re.findall(r"\d+", held(wave).words) == ["15"]
    assert (state(wave), held(wave).kind) == (WaveState.CLOSED, HoldKind.DAMAGED)
    plain = runner.invoke(args=["waves", "release", str(wave)])
    assert (plain.exit_code, "somebody has to decide" in plain.output) == (1, True)
    silent = runner.invoke(args=["waves", "release", str(wave), "--accept-damage", "  "])
    assert (silent.exit_code, state(wave)) == (1, WaveState.CLOSED)
    why = "A disk failed on Tuesday."
    said = runner.invoke(args=["waves", "release", str(wave), "--accept-damage", why])
    assert said.exit_code == 0
    found = release_of(wave)
    assert (found.accepted, found.unreadable, found.lost) == (why, Released(2), Released(2))
    assert held(wave) is None


def test_damage_below_one_per_cent_is_published_and_said(app, now):
    assert not counting_room.too_damaged(lost=1, ballots=100)
    assert counting_room.too_damaged(lost=2, ballots=100)
    assert counting_room.too_damaged(lost=1, ballots=99)


def test_more_ballots_than_tokens_are_reported(wave, now):
    """Whoever makes tokens without an invitation is seen, though each of them is genuine."""
    forged = staff.ids()[:3]
    with transaction() as session:
        started = update(Invitation).where(Invitation.employee_id.in_(forged))
        session.execute(started.values(redeemed=False))
    fieldwork.tick(now + WEEK)
    assert held(wave).kind is HoldKind.DAMAGED
    counting_room.release(wave, now + WEEK, Decision(accepted="We know who it was."))
    found = release_of(wave)
    assert (found.excess, found.surplus, found.ballots) == (
        Released(3),
        Released(3),
        Released(ANSWERED),
    )
    assert found.more_ballots_than_issued


def test_a_wave_whose_count_fails_is_tried_until_its_time_of_grace_is_over(wave, settings, now):
    fieldwork.close_wave(wave, now + WEEK)
    (settings.key_folder / f"wave-{wave}.key").chmod(0o644)
    over = now + WEEK + GRACE
    for moment in (now + WEEK, over - timedelta(seconds=1)):
        (step,) = fieldwork.tick(moment)
        assert "chmod 600" in step.problem
    assert held(wave).kind is HoldKind.NOT_COUNTED
    assert len(dumped()) > ANSWERED
    fieldwork.tick(over)
    found = release_of(wave)
    assert (found.withheld, found.ballots.reason) == (True, Reason.NOT_COUNTED)
    assert (state(wave), box_state(wave), dumped()) == (
        WaveState.RELEASED,
        BoxState.DESTROYED,
        [],
    )
    assert list(settings.key_folder.iterdir()) == []
    assert '"withheld_reason": "NOT_COUNTED"' in json_of(wave)


def json_of(wave):
    with reading() as session:
        return export.files(session, releases.by_wave(session, wave))["release.json"]


def test_a_wave_that_can_be_counted_after_all_is_not_given_up(wave, settings, now):
    fieldwork.close_wave(wave, now + WEEK)
    path = settings.key_folder / f"wave-{wave}.key"
    path.chmod(0o644)
    fieldwork.tick(now + WEEK)
    path.chmod(0o600)
    fieldwork.tick(now + WEEK + GRACE)
    assert release_of(wave).ballots == Released(ANSWERED)


def slept(wave, settings, kind):
    """See to it that a closed wave is held, as `kind`."""
    if kind is HoldKind.DAMAGED:
        spoilt(wave, 2)
    else:
        (settings.key_folder / f"wave-{wave}.key").chmod(0o644)


@pytest.mark.parametrize("kind", [HoldKind.NOT_COUNTED, HoldKind.DAMAGED])
def test_a_worker_that_slept_past_the_grace_destroys_nothing_before_a_grace_of_its_own(
    wave, settings, now, kind
):
    fieldwork.close_wave(wave, now + WEEK)
    slept(wave, settings, kind)
    late = now + 5 * WEEK
    for second in (0, 10, 20):
        fieldwork.tick(late + timedelta(seconds=second))
        assert (state(wave), held(wave).kind, held(wave).since) == (WaveState.CLOSED, kind, late)
    fieldwork.tick(late + GRACE - timedelta(seconds=1))
    assert state(wave) is WaveState.CLOSED
    assert len(dumped()) > ANSWERED
    assert len(list(settings.key_folder.iterdir())) == 1
    fieldwork.tick(late + GRACE)
    assert release_of(wave).ballots.reason is Reason[kind.name]
    assert (box_state(wave), list(settings.key_folder.iterdir())) == (BoxState.DESTROYED, [])


def test_hr_reads_the_end_of_the_grace_that_began_late(wave, client, now):
    spoilt(wave, 2)
    fieldwork.tick(now + 5 * WEEK + timedelta(days=2))
    page = signing_in.sign_in(client, Role.HR).get(f"/hr/waves/{wave}").text
    ends = now + 5 * WEEK + timedelta(days=2) + GRACE
    assert f'If they cannot be released by <time datetime="{ends.isoformat()}"' in page


def test_hr_reads_why_a_wave_waits_and_until_when(wave, client, now):
    spoilt(wave, 2)
    fieldwork.tick(now + WEEK)
    page = signing_in.sign_in(client, Role.HR).get(f"/hr/waves/{wave}").text
    assert "Up to 15 per cent of the ballots are damaged" in page
    assert "--accept-damage" in page
    assert f"{(now + WEEK + GRACE).day} " in page


@pytest.mark.parametrize("role", [Role.HR, Role.LEADER])
def test_everybody_reads_how_the_ballots_were_counted(wave, client, now, role):
    spoilt(wave, 2)
    fieldwork.close_wave(wave, now + WEEK)
    counting_room.release(wave, now + WEEK, Decision(accepted="A disk <failed>."))
    path = "/hr/results" if role is Role.HR else "/results"
    page = signing_in.sign_in(client, role).get(path).text
    assert "24 people were invited and 14 started; no new slip was handed out." in page
    assert "The box held 14 ballots. 2 pieces of ballots could not be read" in page
    assert "A disk &lt;failed&gt;." in page


def custody_folder():
    return config.settings().key_folder
