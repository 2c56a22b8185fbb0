"""Each way in which a database keeps an order that nobody asked it to keep.

A trap is first shown to be one, on a schema as anybody would write it or on our own before it is
mixed; then our tables are shown not to be caught in it.
"""

import os
import sqlite3
import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, text

from pulse.ballots import box, model
from pulse.ballots.reshuffle import reshuffle
from pulse.db import box_transaction, db, empty_logs
from tests.support import forensics, postgres

ROWS = 1600
SMALL = 60
# Under chance a correlation of 1,600 beyond 0.1 has a probability below one in ten thousand.
NONE = 0.1
# The same for sixty.
FEW = 0.5
MARKS = tuple(os.urandom(32) for _ in range(ROWS))

on_sqlite = pytest.mark.parametrize("engine_kind", ["sqlite"])
on_postgres = pytest.mark.parametrize(
    "engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)]
)


def lay(number: int = ROWS) -> tuple[bytes, ...]:
    """Put ballots into the box one after the other; give what marks them, by arrival.

    Each has a transaction of its own, but for many on SQLite, where it would take long.
    """
    engine = db.engines["box"]
    size = 1 if engine.dialect.name == "postgresql" or number == SMALL else 40
    for start in range(0, number, size):
        with engine.begin() as connection:
            for mark in MARKS[start : min(start + size, number)]:
                connection.execute(insert(model.spent).values(wave=7, token_sha256=mark))
                shards = [
                    {"wave": 7, "id": os.urandom(16), "slot": slot, "body": mark[::-1] * 3}
                    for slot in (0, 1)
                ]
                connection.execute(insert(model.shard), shards)
    return MARKS[:number]


def mix() -> None:
    with box_transaction() as connection:
        reshuffle(connection)


def main_file() -> bytes:
    return Path(db.engines["box"].url.database).read_bytes()


def test_a_rowid_keeps_the_order_of_arrival_under_random_keys(tmp_path) -> None:
    path = tmp_path / "naive.db"
    with sqlite3.connect(path) as naive:
        naive.execute("CREATE TABLE ballot (id BLOB PRIMARY KEY, body BLOB)")
        for mark in MARKS:
            naive.execute("INSERT INTO ballot VALUES (?, ?)", (os.urandom(16), mark))
    with sqlite3.connect(path) as naive:
        naive.execute("VACUUM")
        order = [row[0] for row in naive.execute("SELECT body FROM ballot ORDER BY rowid")]
    assert forensics.rho([order.index(mark) for mark in MARKS]) > 0.95
    assert forensics.rho(forensics.places(path.read_bytes(), MARKS)) > 0.95


@on_sqlite
def test_without_rowids_a_page_still_keeps_it_until_it_is_mixed(app) -> None:
    """Tokens are found by their digest, and lie in their page as they came all the same."""
    marks = lay(SMALL)
    empty_logs()
    assert forensics.in_page_rho(forensics.places(main_file(), marks)) < -0.95
    mix()
    empty_logs()
    assert abs(forensics.in_page_rho(forensics.places(main_file(), marks))) < FEW


@on_sqlite
def test_tokens_lie_in_no_order_after_mixing(app) -> None:
    marks = lay()
    empty_logs()
    # When SQLite divides a full page, a former copy of a token may stay in the unused part of it:
    # once in about eight such boxes. Mixing writes every page anew and leaves none.
    assert abs(forensics.rho(forensics.first_places(main_file(), marks))) < NONE
    mix()
    empty_logs()
    found = forensics.places(main_file(), marks)
    assert abs(forensics.rho(found)) < NONE
    assert abs(forensics.in_page_rho(found)) < NONE


@on_sqlite
def test_shards_lie_in_no_order_after_mixing(app) -> None:
    lay()
    mix()
    empty_logs()
    with box_transaction() as connection:
        rows = connection.execute(text("SELECT body, id FROM shard WHERE slot = 1"))
        ids = {row.body: row.id for row in rows}
    found = forensics.places(main_file(), [ids[mark[::-1] * 3] for mark in MARKS])
    assert abs(forensics.rho(found)) < NONE
    assert abs(forensics.in_page_rho(found)) < NONE


@on_sqlite
def test_the_log_keeps_the_order_until_it_is_emptied(app) -> None:
    marks = lay(SMALL)
    assert forensics.rho([forensics.log().find(mark) for mark in marks]) > 0.95
    empty_logs()
    assert forensics.log() == b""
    mix()
    assert all(mark in forensics.log() for mark in marks)
    empty_logs()
    assert forensics.log() == b""


@on_sqlite
def test_deleted_rows_lie_in_the_file_unless_they_are_overwritten(app, tmp_path) -> None:
    path = tmp_path / "naive.db"
    with sqlite3.connect(path) as naive:
        naive.execute("PRAGMA secure_delete=OFF")
        naive.execute("CREATE TABLE shard (id BLOB PRIMARY KEY, body BLOB) WITHOUT ROWID")
        naive.executemany("INSERT INTO shard VALUES (?, ?)", [(os.urandom(16), m) for m in MARKS])
    with sqlite3.connect(path) as naive:
        naive.execute("PRAGMA secure_delete=OFF")
        naive.execute("DELETE FROM shard")
    naive_file = path.read_bytes()
    assert sum(mark in naive_file for mark in MARKS) > 0.9 * ROWS

    marks = lay()
    with box_transaction() as connection:
        connection.execute(text("DELETE FROM shard"))
        connection.execute(text("DELETE FROM spent"))
    empty_logs()
    left = forensics.content()
    assert sum(mark in left or mark[::-1] in left for mark in marks) == 0


def test_mixing_leaves_each_row_once_in_all_files(app) -> None:
    """No former version, no free page, no log and no temporary table keeps another copy."""
    marks = lay(SMALL)
    for _ in range(2):
        mix()
        empty_logs()
        tables = forensics.content()
        bodies = [tables.count(mark[::-1] * 3) for mark in marks]
        # A token lies in its table, and on PostgreSQL in the index beside it.
        tokens = {tables.count(mark) for mark in marks}
        assert bodies == [2] * SMALL
        assert len(tokens) == 1


@on_postgres
def test_transactions_and_dumps_tell_who_came_first_until_they_are_mixed(app) -> None:
    marks = lay()
    assert by_transaction(marks) > 0.95
    assert by_place(marks) > 0.95
    assert by_dump(marks) > 0.95
    assert shards_by_place(marks) > 0.95
    # What looks like a remedy is none.
    with db.engines["box"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (FULL, FREEZE) spent"))
    assert by_transaction(marks) > 0.95
    mix()
    with box_transaction() as connection:
        written = "SELECT xmin::text FROM shard UNION SELECT xmin::text FROM spent"
        assert len(connection.scalars(text(written)).all()) == 1
    assert abs(by_place(marks)) < NONE
    assert abs(by_dump(marks)) < NONE
    assert abs(shards_by_place(marks)) < NONE


def by_transaction(marks) -> float:
    return forensics.rho(ranks("SELECT token_sha256 FROM spent ORDER BY xmin::text::bigint", marks))


def by_place(marks) -> float:
    return forensics.rho(ranks("SELECT token_sha256 FROM spent ORDER BY ctid", marks))


def shards_by_place(marks) -> float:
    with box_transaction() as connection:
        bodies = connection.scalars(text("SELECT body FROM shard WHERE slot = 1 ORDER BY ctid"))
        place = {bytes(body): rank for rank, body in enumerate(bodies)}
    return forensics.rho([place[mark[::-1] * 3] for mark in marks])


def by_dump(marks) -> float:
    url = db.engines["box"].url
    program = postgres.programs() / "pg_dump"
    address = ("-h", url.query["host"], "-U", url.username, url.database)
    dump = subprocess.run(
        [program, "--data-only", "-t", "spent", *address], capture_output=True, check=True
    ).stdout
    return forensics.rho([dump.index(mark.hex().encode()) for mark in marks])


def ranks(statement: str, marks) -> list[int]:
    with box_transaction() as connection:
        order = [bytes(found) for found in connection.scalars(text(statement))]
    place = {mark: rank for rank, mark in enumerate(order)}
    return [place[mark] for mark in marks]


@on_postgres
def test_the_planner_keeps_no_samples_of_ballots(app) -> None:
    lay(SMALL)
    with box_transaction() as connection:
        connection.execute(text("CREATE TABLE naive AS SELECT * FROM shard"))
        connection.execute(text("ANALYZE"))
        rows = connection.execute(
            text(
                "SELECT tablename, attname FROM pg_stats"
                " WHERE histogram_bounds IS NOT NULL OR most_common_vals IS NOT NULL"
            )
        )
        sampled = {(row.tablename, row.attname) for row in rows}
    assert {("naive", "id"), ("naive", "body")} <= sampled
    assert {table for table, name in sampled if name != "wave"} & {"shard", "spent"} == set()


@on_postgres
def test_a_token_that_comes_twice_leaves_no_line_in_the_log(app) -> None:
    """The database writes the values of a row that it refuses into its log, with the time."""
    with box_transaction() as connection:
        folder = Path(connection.scalar(text("SHOW data_directory"))).parent
        version = connection.scalar(text("SHOW log_error_verbosity"))
    assert version == "default"
    mark = lay(1)[0]
    with pytest.raises(psycopg.errors.UniqueViolation):
        raw = db.engines["box"].raw_connection()
        try:
            raw.cursor().execute("INSERT INTO spent VALUES (7, %s)", (mark,))
        finally:
            raw.close()
    assert mark.hex() in (folder / "log").read_text()
    other = os.urandom(32)
    for expected in (True, False):
        with box_transaction() as connection:
            assert box.dialect.spend(connection, 7, other) is expected
    assert other.hex() not in (folder / "log").read_text()
