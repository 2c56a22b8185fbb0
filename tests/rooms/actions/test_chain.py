from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from pulse.actions import append_only, chain, log
from pulse.actions.chain import Verdict
from pulse.actions.values import Answered, Author, Moment
from pulse.db import db, reading, transaction
from pulse.domain.action_item import State, Version
from pulse.domain.hash_chain import ORIGIN

PROTECTED = ("action_item", "action_entry")


@pytest.fixture
def three_entries(app: Flask, now: datetime) -> Flask:
    author, moment = Author(1, "Ann Lee", None), Moment(now, now.date())
    about = Answered(1, 1, "organisation", "all", "Acme", "question", "q1", "Asked?", "W", "41 %")
    promise = Version(State.PLANNED, "Heard.", "Do it.", "Bo Ek", date(2037, 4, 1))
    with transaction() as session:
        first = log.post(session, author, about, promise, moment)
        log.post(session, author, about, Version(State.HEARD, "<b>Heard</b>"), moment)
        log.update(session, author, (first, 1), promise, moment)
    return app


def verdict(noted: str | None = None) -> Verdict:
    with reading() as session:
        return chain.verify(session, noted)


def tamper(statement: str) -> None:
    """Do what only somebody with all rights on the database can do."""
    dialect = db.engine.dialect.name
    with transaction() as session:
        for drop in append_only.drop_statements(dialect, PROTECTED):
            session.execute(text(drop))
        session.execute(text(statement))


def test_an_empty_log_is_intact(app: Flask) -> None:
    assert verdict().intact
    assert verdict().head.hash == ORIGIN


def test_an_honest_log_is_intact(three_entries: Flask) -> None:
    found = verdict()
    assert found.intact
    assert found.head.position == 3


@pytest.mark.parametrize("table", ["action_entry", "action_item"])
@pytest.mark.parametrize("how", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite(three_entries: Flask, table: str, how: str) -> None:
    column = "heard" if table == "action_entry" else "subject"
    with (
        pytest.raises(DBAPIError, match="append-only"),
        transaction() as session,
    ):
        session.execute(text(how.format(table, column)))
    assert verdict().intact


def test_postgresql_refuses_to_empty_the_table(three_entries: Flask) -> None:
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
            session.execute(text("TRUNCATE action_entry"))
    assert verdict().intact


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE action_entry SET heard = 'All is well.' WHERE position = 2", 2),
        ("UPDATE action_entry SET due_on = '2038-01-01' WHERE position = 1", 1),
        ("UPDATE action_entry SET posted_at = '2037-01-01 00:00:00' WHERE position = 3", 3),
        ("UPDATE action_entry SET by_name = 'Bo Ek' WHERE position = 3", 3),
        ("UPDATE action_item SET subject = 'Another' WHERE id = 1", 1),
        ("UPDATE action_item SET leader_name = 'Bo Ek' WHERE id = 1", 1),
        ("DELETE FROM action_entry WHERE position = 2", 3),
        ("DELETE FROM action_entry WHERE position = 3", 3),
        ("UPDATE action_chain_head SET position = 2", 4),
    ],
)
def test_what_was_altered_or_removed_is_found(
    three_entries: Flask, statement: str, broken_at: int
) -> None:
    tamper(statement)
    found = verdict()
    assert not found.intact
    assert found.broken_at == broken_at
    assert found.problem


def test_a_cut_off_end_is_found_by_a_noted_seal(three_entries: Flask) -> None:
    noted = verdict().head.hash
    assert verdict(noted).intact
    tamper("DELETE FROM action_entry WHERE position = 3")
    with transaction() as session:
        session.execute(
            text(
                "UPDATE action_chain_head SET position = 2,"
                " hash = (SELECT hash FROM action_entry WHERE position = 2)"
            )
        )
    assert verdict().intact  # By itself, a log that was cut off cleanly looks whole.
    assert not verdict(noted).intact


def test_an_item_without_an_entry_is_found(three_entries: Flask) -> None:
    tamper(
        "INSERT INTO action_item SELECT 99, wave_id, release_id, dimension, group_code,"
        " group_name, subject_kind, subject_code, subject, wave_title, result,"
        " leader_account_id, leader_name FROM action_item WHERE id = 1"
    )
    assert "99" in verdict().problem
