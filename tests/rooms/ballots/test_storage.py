"""What becomes of real ballots when the box is mixed, destroyed, or asked for both at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, inspect, select, text

from pulse.ballots import box, model, reshuffle
from pulse.db import box_metadata, box_transaction, db, empty_logs
from pulse.domain.errors import Conflict, TokenSpent
from pulse.domain.manifest import Manifest
from tests.support import forensics, sealed_ballots
from tests.support.sealed_ballots import WaveKeys

BALLOTS = 40
SLOTS = 7
LABELS = {"organisation": "u1", "site": "c-a"}


@pytest.fixture
def bodies(opened: Manifest, keys: WaveKeys) -> list[bytes]:
    """Ballots that nobody has sent yet."""
    return [
        sealed_ballots.body(opened, keys.token(opened), LABELS, {"enps": number % 11})
        for number in range(BALLOTS)
    ]


@pytest.fixture
def filled(opened: Manifest, bodies: list[bytes]) -> list[bytes]:
    """The same ballots, dropped."""
    for body in bodies:
        drop(body)
    return bodies


def drop(body: bytes) -> None:
    with box_transaction() as connection:
        box.drop(connection, body)


def mix() -> None:
    with box_transaction() as connection:
        reshuffle.reshuffle(connection)


def kept() -> tuple[list[bytes], list[bytes], set[bytes]]:
    with box_transaction() as connection:
        bodies = sorted(connection.scalars(select(model.shard.c.body)))
        spent = sorted(connection.scalars(select(model.spent.c.token_sha256)))
        ids = set(connection.scalars(select(model.shard.c.id)))
    return bodies, spent, ids


def due(*, nightly: bool = False) -> tuple[int, ...]:
    with box_transaction() as connection:
        return reshuffle.due(connection, 20, nightly=nightly)


def test_mixing_loses_nothing_and_gives_every_shard_another_id(filled: list[bytes]) -> None:
    bodies, spent, ids = kept()
    assert (len(bodies), len(spent), len(ids)) == (BALLOTS * SLOTS, BALLOTS, BALLOTS * SLOTS)
    mix()
    again = kept()
    assert again[:2] == (bodies, spent)
    assert len(again[2]) == len(ids)
    assert not again[2] & ids


def test_a_spent_token_stays_spent_through_mixing(filled: list[bytes]) -> None:
    mix()
    with pytest.raises(TokenSpent):
        drop(filled[0])


def test_mixing_is_due_after_twenty_ballots_and_at_night_after_one(
    opened: Manifest, bodies: list[bytes]
) -> None:
    assert due(nightly=True) == ()
    for body in bodies[:19]:
        drop(body)
    assert due() == ()
    assert due(nightly=True) == (7,)
    drop(bodies[19])
    assert due() == (7,)
    mix()
    assert due() == due(nightly=True) == ()
    drop(bodies[20])
    assert due() == ()
    assert due(nightly=True) == (7,)
    with box_transaction() as connection:
        box.seal(connection, 7)
    assert due(nightly=True) == ()


def test_ballots_that_come_while_the_box_is_mixed_all_arrive_once(
    app: Flask, opened: Manifest, bodies: list[bytes]
) -> None:
    done = threading.Event()
    mixed = []

    def keep_mixing() -> None:
        with app.app_context():
            while not done.is_set():
                mix()
                mixed.append(True)

    def send(body: bytes) -> None:
        with app.app_context():
            drop(body)
            with pytest.raises(TokenSpent):
                drop(body)

    mixer = threading.Thread(target=keep_mixing)
    mixer.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, bodies))
    done.set()
    mixer.join(timeout=60)
    assert len(mixed) > 1
    found = kept()
    assert (len(found[0]), len(set(found[0])), len(found[1])) == (
        BALLOTS * SLOTS,
        BALLOTS * SLOTS,
        BALLOTS,
    )


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_mixing_gives_way_to_a_long_reader_instead_of_holding_up_ballots(
    filled: list[bytes], engine_kind: str
) -> None:
    with db.engines["box"].connect() as reader:
        reader.execute(text("SELECT count(*) FROM shard"))
        with pytest.raises(Conflict, match="next tick"):
            mix()
    mix()


def test_box_tables_hold_no_person_no_time_and_no_reference(app: Flask) -> None:
    allowed = {
        "box": {"wave", "state", "verify_key", "manifest", "manifest_sha256", "lengths", "mixed"},
        "shard": {"wave", "id", "slot", "body"},
        "spent": {"wave", "token_sha256"},
    }
    assert set(box_metadata.tables) == set(allowed)
    for name, columns in allowed.items():
        table = box_metadata.tables[name]
        assert set(table.columns.keys()) == columns
        assert not table.foreign_keys
        assert not table.indexes
        assert table.dialect_options["sqlite"]["with_rowid"] is False
        assert inspect(db.engines["box"]).get_foreign_keys(name) == []
    assert isinstance(model.shard.c.id.type, LargeBinary)


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_deleted_ballots_cannot_be_read_back_from_the_file(
    filled: list[bytes], engine_kind: str
) -> None:
    """Every shard begins with a point of a curve that occurs nowhere else."""
    marks = [body[:32] for body in kept()[0]]
    empty_logs()
    assert all(mark in forensics.content() for mark in marks)
    with box_transaction() as connection:
        box.seal(connection, 7)
        box.destroy(connection, 7)
    empty_logs()
    left = forensics.content()
    assert [mark for mark in marks if mark in left] == []
