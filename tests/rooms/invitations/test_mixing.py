"""Who started before whom: the invitations tell it, until they are mixed."""

import threading
from hashlib import sha256
from os import urandom

import pytest
from sqlalchemy import select, text

from pulse.ballots.reshuffle import reshuffle
from pulse.db import box_transaction, empty_logs, forget_versions, reading, transaction
from pulse.domain.errors import AlreadyTaken, Conflict
from pulse.invitations import mixing, redemption
from pulse.invitations.model import Invitation
from pulse.invitations.redemption import Claim
from tests.support import forensics, invited_wave

PEOPLE = 60
# Of sixty guesses at random one is right on average; more than six are, once in ten thousand times.
CHANCE = 6
BY_TRANSACTION = "xmin::text::bigint, ctid"

on_postgres = pytest.mark.parametrize(
    "engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)]
)


@pytest.fixture
def invited(app, now):
    return invited_wave.opened(now, PEOPLE)


@pytest.fixture
def started(invited):
    """Everybody starts and, each in turn, drops a ballot; gives invitations and marks in order."""
    with reading() as session:
        order = list(session.scalars(select(Invitation.id).where(Invitation.wave_id == 1)))
    order = sorted(order, key=lambda number: sha256(b"%d" % number).digest())
    marks = []
    for number in order:
        mark = sha256(b"a ballot of %d" % number).digest()
        with transaction() as session:
            session.execute(
                text(
                    "UPDATE invitation SET redeemed = true, blinded_sha256 = :mark WHERE id = :id"
                ),
                {"id": number, "mark": mark[::-1]},
            )
        with box_transaction() as connection:
            connection.execute(
                text("INSERT INTO spent VALUES (:wave, :mark)"),
                {"wave": invited.wave, "mark": mark},
            )
        marks.append(mark)
    return order, marks


def mix(wave):
    with transaction() as session:
        mixing.mix(session, wave)
    forget_versions("invitation", whole=True)
    with box_transaction() as connection:
        reshuffle(connection)


def rows():
    with reading() as session:
        return session.execute(text("SELECT * FROM invitation ORDER BY id")).all()


def linked(started, how):
    """Pair invitations and ballots by rank, as somebody does who holds both databases."""
    order, marks = started
    truth = dict(zip(order, marks, strict=True))
    with reading() as session:
        people = list(session.scalars(text(f"SELECT id FROM invitation ORDER BY {how}")))
    with box_transaction() as connection:
        ballots = [
            bytes(token)
            for token in connection.scalars(text(f"SELECT token_sha256 FROM spent ORDER BY {how}"))
        ]
    guessed = zip(people, ballots, strict=True)
    return sum(truth[person] == ballot for person, ballot in guessed)


@on_postgres
def test_ranks_link_everybody_before_mixing_and_nobody_after(invited, started):
    assert linked(started, BY_TRANSACTION) == PEOPLE
    mix(invited.wave)
    with reading() as session:
        assert len(session.scalars(text("SELECT DISTINCT xmin::text FROM invitation")).all()) == 1
    for how in (BY_TRANSACTION, "ctid"):
        assert linked(started, how) <= CHANCE


@on_postgres
def test_one_transaction_for_both_would_link_everybody(invited, started):
    """Beside each other in one database they would share a number, whatever else is done."""
    order, marks = started
    with transaction() as session:
        session.execute(text("CREATE TABLE naive (mark bytea)"))
    for number, mark in zip(order, marks, strict=True):
        with transaction() as session:
            session.execute(text("UPDATE invitation SET replaced = 1 WHERE id = :i"), {"i": number})
            session.execute(text("INSERT INTO naive VALUES (:mark)"), {"mark": mark})
    shared = "SELECT id, mark FROM invitation JOIN naive ON naive.xmin = invitation.xmin"
    with reading() as session:
        found = {row.id: bytes(row.mark) for row in session.execute(text(shared))}
        mine = set(session.scalars(text("SELECT xmin::text FROM invitation")))
    assert found == dict(zip(order, marks, strict=True))
    with box_transaction() as connection:
        theirs = set(connection.scalars(text("SELECT xmin::text FROM spent")))
    assert mine & theirs == set()


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_the_page_tells_who_started_until_it_is_mixed(invited, started):
    order, marks = started
    empty_logs()
    before = forensics.places(forensics.content("main"), [mark[::-1] for mark in marks])
    mix(invited.wave)
    empty_logs()
    after = forensics.places(forensics.content("main"), [mark[::-1] for mark in marks])
    # Laid down by id, which was given at opening: nothing else is left to be read from the file.
    assert abs(by_id(order, before)) < 0.95
    assert abs(by_id(order, after)) > 0.99
    assert abs(forensics.rho(after)) < 0.5


def by_id(order, places):
    return forensics.rho([place for _, place in sorted(zip(order, places, strict=True))])


def test_mixing_keeps_every_invitation_as_it_is(invited, started):
    before = rows()
    mix(invited.wave)
    assert rows() == before


def test_mixing_leaves_other_waves_alone(invited, started):
    before = rows()
    with transaction() as session:
        mixing.mix(session, invited.wave + 1)
    assert rows() == before


def test_whoever_starts_while_it_is_mixed_waits_and_is_signed_for(app, invited, engine_kind):
    """Neither refused, nor lost, nor signed for twice."""
    signed, refused, reached = [], [], threading.Event()

    def start(blinded):
        with app.app_context():
            reached.set()
            try:
                with transaction() as session:
                    signed.append(
                        redemption.redeem(
                            session,
                            Claim(invited.wave, blinded),
                            invited.secret(0),
                            invited_wave.installation.secrets(),
                        )
                    )
            except AlreadyTaken:
                refused.append(blinded)

    threads = [threading.Thread(target=start, args=(b"\0" + urandom(255),)) for _ in range(2)]
    with transaction() as session:
        mixing.mix(session, invited.wave)
        for thread in threads:
            thread.start()
        assert reached.wait(timeout=30)
        threads[0].join(timeout=1)
        assert signed == refused == []
    for thread in threads:
        thread.join(timeout=60)
    assert (len(signed), len(refused)) == (1, 1)
    assert invited.redeemed() == 1
    mix(invited.wave)
    assert invited.redeemed() == 1


@on_postgres
def test_mixing_gives_way_to_whoever_holds_invitations_for_long(app, invited):
    """It gives up after a moment; whoever starts does not wait behind it."""
    holding, done = threading.Event(), threading.Event()

    def hold():
        with app.app_context(), transaction() as session:
            session.execute(text("UPDATE invitation SET replaced = 1 WHERE id = 1"))
            holding.set()
            done.wait(timeout=60)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(timeout=30)
    try:
        with transaction() as session, pytest.raises(Conflict, match="next tick"):
            mixing.mix(session, invited.wave)
    finally:
        done.set()
        holder.join(timeout=30)
