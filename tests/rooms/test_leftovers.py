"""What is destroyed is in no file any more: neither in the tables' nor in a log of the database."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from pulse import fieldwork
from pulse.ballots import box
from pulse.db import box_transaction, db
from tests.support import crash, open_wave, staff

PEOPLE = 24
WEEK = timedelta(days=7)
# How the piece of an answer begins: the label of a unit.
MARK = b'["u1",'


@pytest.fixture
def wave(app, now):
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids():
        staff.answer(wave, person)
    return wave


def files():
    """The files of the box: all of them on SQLite, those of the ballots on PostgreSQL."""
    engine = db.engines["box"]
    if engine.dialect.name == "sqlite":
        return list(Path(engine.url.database).parent.glob("box.db*"))
    with box_transaction() as connection:
        root = Path(connection.scalar(text("SHOW data_directory")))
        places = [
            connection.scalar(text("SELECT pg_relation_filepath(:name)"), {"name": name})
            for name in ("shard", "spent")
        ]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    return [root / place for place in places]


def marks():
    return sum(file.read_bytes().count(MARK) for file in files())


def test_the_answers_of_a_released_wave_are_in_no_file_of_the_box(wave, now):
    assert marks() >= PEOPLE // 2
    fieldwork.close_wave(wave, now + WEEK)
    fieldwork.release_wave(wave, now + WEEK)
    assert marks() == 0


def test_a_tick_cleans_the_files_where_a_process_died_before_it_could(wave, now):
    fieldwork.close_wave(wave, now + WEEK)
    emptying = 3  # It comes after the commits of counting and of publishing.
    assert crash.before_commit(emptying, lambda: fieldwork.release_wave(wave, now + WEEK))
    with box_transaction() as connection:
        box.empty(connection, wave)
    fieldwork.tick(now + WEEK)
    assert marks() == 0


def test_a_tick_empties_the_log_that_shows_who_came_first(wave, now, engine_kind):
    if engine_kind == "postgres":
        return
    fieldwork.tick(now)
    log = next(file for file in files() if file.name == "box.db-wal")
    assert log.read_bytes() == b""
