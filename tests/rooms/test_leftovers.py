"""What is destroyed is in no file any more: neither in the tables' nor in a log of the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pulse import fieldwork
from pulse.ballots import box, model
from pulse.db import box_transaction, empty_logs
from tests.support import crash, forensics, open_wave, staff

PEOPLE = 24
ANSWERED = 21
WEEK = timedelta(days=7)
MARK_BYTES = 32


@pytest.fixture
def wave(app, now):
    staff.hired(PEOPLE, now.date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    for person in staff.ids()[:ANSWERED]:
        staff.answer(wave, person)
    return wave


def kept():
    """The bytes of everything in the box that occurs nowhere else: sealed shards, spent tokens."""
    with box_transaction() as connection:
        bodies = connection.scalars(select(model.shard.c.body)).all()
        spent = connection.scalars(select(model.spent.c.token_sha256)).all()
    return [bytes(body)[:MARK_BYTES] for body in bodies] + [bytes(token) for token in spent]


def left(marks):
    """Count the marks that are in any file of the box."""
    found = forensics.content()
    return sum(mark in found for mark in marks)


def test_the_ballots_of_a_released_wave_are_in_no_file_of_the_box(wave, now):
    marks = kept()
    assert left(marks) == len(marks) > ANSWERED * 6
    fieldwork.close_wave(wave, now + WEEK)
    assert left(marks) == len(marks)
    fieldwork.release_wave(wave, now + WEEK)
    assert left(marks) == 0


def test_a_tick_cleans_the_files_where_a_process_died_before_it_could(wave, now):
    marks = kept()
    fieldwork.close_wave(wave, now + WEEK)
    number = 1
    while crash.before_commit(number, lambda: fieldwork.release_wave(wave, now + WEEK)):
        with box_transaction() as connection:
            emptied = not connection.scalars(select(model.shard.c.wave)).all()
            if emptied:
                assert box.state(connection, wave) is box.BoxState.SEALED
        number += 1
    assert number > 3
    fieldwork.tick(now + WEEK)
    assert left(marks) == 0


def test_a_process_that_died_after_emptying_the_tables_is_followed_by_a_clean_tick(wave, now):
    marks = kept()
    fieldwork.close_wave(wave, now + WEEK)
    fieldwork.release_wave(wave, now + WEEK)
    with box_transaction() as connection:
        connection.exec_driver_sql("UPDATE box SET state = 'sealed'")
    fieldwork.tick(now + WEEK)
    with box_transaction() as connection:
        assert box.state(connection, wave) is box.BoxState.DESTROYED
    assert left(marks) == 0


def test_a_tick_empties_the_logs_that_show_who_came_first(wave, now, engine_kind):
    if engine_kind == "postgres":
        return
    assert forensics.log("box") > b""
    fieldwork.tick(now)
    assert forensics.log("box") == b""
    assert forensics.log("main") == b""


def test_a_tick_mixes_after_twenty_and_leaves_no_former_copy(wave, now):
    """Each mark is in as many places as it has rows and indexes, and in no file beside them."""
    assert [step.did for step in fieldwork.tick(now)] == ["mixed"]
    with box_transaction() as connection:
        bodies = connection.scalars(select(model.shard.c.body)).all()
    empty_logs()
    found = forensics.content()
    assert {found.count(bytes(body)[:MARK_BYTES]) for body in bodies} == {1}
    assert fieldwork.tick(now) == ()
    staff.answer(wave, staff.ids()[ANSWERED])
    assert fieldwork.tick(now) == ()
    night = now.replace(hour=3)
    assert [step.did for step in fieldwork.tick(night)] == ["mixed"]
    assert fieldwork.tick(night) == ()
