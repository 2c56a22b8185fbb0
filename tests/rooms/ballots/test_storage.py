"""What the files of the box tell, and what they must not."""

from pathlib import Path
from secrets import token_bytes

import pytest
from flask import Flask
from scipy.stats import spearmanr
from sqlalchemy import LargeBinary, inspect, text
from sqlalchemy.exc import OperationalError

from pulse.ballots import box, model
from pulse.ballots.reshuffle import reshuffle
from pulse.db import box_metadata, box_transaction, db
from pulse.domain import token as tokens
from pulse.domain.ballot import shred
from pulse.domain.errors import TokenSpent
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import layout
from pulse.domain.shard_reading import Remark, read_shard

BALLOTS = 100
COMMENT_SLOT = 6


@pytest.fixture
def filled(opened: Manifest, signing_key: bytes) -> Manifest:
    """A box in which each ballot says when it came: its comment is its number."""
    for number in range(BALLOTS):
        answers = {"needs": f"{number:03}"}
        ballot = shred(opened, {"organisation": "u1", "site": "c-a"}, answers)
        with box_transaction() as connection:
            box.drop(connection, tokens.sign(signing_key, 7, token_bytes(32)), ballot)
    return opened


def arrivals(manifest: Manifest) -> list[int]:
    """The numbers of the ballots as the rows lie in the file."""
    plan = layout(manifest)
    order = "ORDER BY ctid" if db.engines["box"].dialect.name == "postgresql" else ""
    with box_transaction() as connection:
        bodies = connection.scalars(
            text(f"SELECT body FROM shard WHERE slot = {COMMENT_SLOT} {order}")
        ).all()
    found = [read_shard(plan.slots[COMMENT_SLOT], plan, bytes(body)) for body in bodies]
    return [int(item.text) for item in found if isinstance(item, Remark)]


def test_rows_lie_in_no_order_after_a_reshuffle(filled: Manifest) -> None:
    with box_transaction() as connection:
        reshuffle(connection, filled.wave)
    found = arrivals(filled)
    assert sorted(found) == list(range(BALLOTS))
    # Under chance a correlation beyond 0.39 has a probability below one in ten thousand.
    assert abs(spearmanr(range(BALLOTS), found).statistic) < 0.39


def test_all_rows_of_a_wave_look_written_at_once(filled: Manifest) -> None:
    if db.engines["box"].dialect.name != "postgresql":
        with box_transaction() as connection, pytest.raises(OperationalError, match="rowid"):
            connection.execute(text("SELECT rowid FROM shard"))
        return
    written = text("SELECT xmin::text FROM shard UNION SELECT xmin::text FROM spent")
    with box_transaction() as connection:
        before = connection.scalars(written).all()
        reshuffle(connection, filled.wave)
    with box_transaction() as connection:
        after = connection.scalars(written).all()
    # The first figure shows that the trap is real: each ballot could be told from all others.
    assert (len(before), len(after)) == (BALLOTS, 1)


def test_a_reshuffle_loses_nothing_and_marks_nothing(filled: Manifest) -> None:
    def kept() -> tuple[list[bytes], list[bytes], set[bytes]]:
        with box_transaction() as connection:
            bodies = sorted(connection.scalars(text("SELECT body FROM shard")).all())
            spent = sorted(connection.scalars(text("SELECT token_sha256 FROM spent")).all())
            ids = set(connection.scalars(text("SELECT id FROM shard")).all())
        return bodies, spent, ids

    bodies, spent, ids = kept()
    with box_transaction() as connection:
        reshuffle(connection, filled.wave)
        reshuffle(connection, filled.wave + 1)
    again = kept()
    assert again[:2] == (bodies, spent)
    assert len(again[2]) == len(ids)
    assert not again[2] & ids


def test_a_spent_token_stays_spent_through_a_reshuffle(
    opened: Manifest, signing_key: bytes
) -> None:
    token = tokens.sign(signing_key, 7, token_bytes(32))
    ballot = shred(opened, {"organisation": "u1", "site": "c-a"}, {})
    with box_transaction() as connection:
        box.drop(connection, token, ballot)
        reshuffle(connection, 7)
        with pytest.raises(TokenSpent):
            box.drop(connection, token, ballot)


def test_box_tables_hold_no_person_no_time_and_no_reference(app: Flask) -> None:
    allowed = {
        "box": {"wave", "state", "verify_key", "manifest", "lengths"},
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


def test_deleted_ballots_cannot_be_read_back_from_the_file(filled: Manifest) -> None:
    engine = db.engines["box"]
    if engine.dialect.name == "postgresql":
        return
    assert engine.url.database
    file = Path(engine.url.database)

    def written() -> bytes:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.read_bytes()

    assert b'["u1","' in written()
    with box_transaction() as connection:
        box.seal(connection, filled.wave)
        box.destroy(connection, filled.wave)
    assert b'["u1","' not in written()
