"""A consented file on its way: received, counted by the worker's tick, and gone from the disk."""

from datetime import datetime
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from pulse import fieldwork
from pulse.churn import consented, consented_jobs
from pulse.churn.consented import StoredSurvival
from pulse.churn.survival_model import ConsentedStudy
from pulse.db import db, forget_versions, main_metadata, reading, transaction
from pulse.domain import survival
from pulse.domain.errors import Invalid
from tests.support import agreed, forensics

# A number of months that nothing else holds.
MARK = b"7.31415926"


def marked() -> str:
    return f"{agreed.text()}{MARK.decode()},yes,Kitchen,yes\n"


def receive(text: str, now: datetime) -> int:
    checked = consented.checked(text)
    with transaction() as session:
        return consented.receive(session, checked, now)


def latest() -> StoredSurvival | None:
    with reading() as session:
        return consented.latest(session)


def test_a_file_waits_until_the_tick_has_counted_it(app: Flask, now: datetime) -> None:
    receive(agreed.text(), now)
    assert latest() == StoredSurvival(now, waits=True, problem=None, found=None, libraries={})
    assert fieldwork.run_jobs(now) == 1
    found = latest()
    assert not found.waits
    assert found.found == survival.study(agreed.file())
    assert set(found.libraries) == {"numpy", "scipy", "statsmodels"}
    assert fieldwork.run_jobs(now) == 0


def test_once_counted_no_row_of_the_file_is_left_on_the_disk(app: Flask, now: datetime) -> None:
    receive(marked(), now)
    assert MARK in forensics.content("main")
    fieldwork.run_jobs(now)
    assert latest().found is not None
    assert gone()


def gone() -> bool:
    """Whether the file is in no database file any more.

    PostgreSQL keeps a former version for as long as any transaction might still see it, such as
    one that gathers statistics in the background; so it is asked a few times.
    """
    for _ in range(10):
        if MARK not in forensics.content("main"):
            return True
        sleep(1)
        forget_versions("consented_study", whole=True)
    return False


def test_a_file_that_gives_no_result_is_gone_too(app: Flask, now: datetime) -> None:
    """Each leaves before the next one comes, so nobody is beside anybody."""
    rows = [f"{at + 1},yes,Kitchen,yes,{at}" for at in range(40)]
    receive("\n".join([f"{agreed.HEADER},entry", *rows, f"{MARK.decode()},yes,Kitchen,yes,7"]), now)
    fieldwork.run_jobs(now)
    assert "This analysis needs more leavers." in latest().problem
    assert not latest().waits
    assert gone()


def test_the_table_refuses_a_file_beside_its_result(app: Flask, now: datetime) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.add(ConsentedStudy(uploaded_at=now, upload="months", body="{}"))
        session.flush()


def test_a_new_file_takes_the_place_of_the_last_result(app: Flask, now: datetime) -> None:
    receive(agreed.text(), now)
    fieldwork.run_jobs(now)
    receive(agreed.text(agreed.CROWDS[:1]), now)
    assert latest().waits
    fieldwork.run_jobs(now)
    assert [curve.group for curve in latest().found.curves] == ["Kitchen"]
    with reading() as session:
        assert session.query(ConsentedStudy).count() == 1


def test_what_is_wrong_keeps_nothing_and_leaves_what_was_there(app: Flask, now: datetime) -> None:
    receive(agreed.text(), now)
    fieldwork.run_jobs(now)
    before = latest()
    with pytest.raises(Invalid, match="consent recorded for every row"):
        receive(f"{marked()}3,no,Bar,no\n", now)
    assert latest() == before
    assert MARK not in forensics.content("main")


def test_deleting_leaves_nothing(app: Flask, now: datetime) -> None:
    receive(agreed.text(), now)
    fieldwork.run_jobs(now)
    with transaction() as session:
        consented.remove(session)
    assert latest() is None


def test_a_file_that_is_deleted_while_it_is_counted_has_no_result(
    app: Flask, now: datetime
) -> None:
    row_id = receive(agreed.text(), now)
    with transaction() as session:
        consented.remove(session)
    with transaction() as session:
        consented.finish(session, row_id, survival.study(agreed.file()), {}, now)
        consented.fail(session, row_id, "No.", now)
    assert latest() is None


def test_the_first_of_two_workers_writes(app: Flask, now: datetime) -> None:
    row_id = receive(agreed.text(), now)
    found = survival.study(agreed.file())
    with transaction() as session:
        consented.finish(session, row_id, found, {"first": "1"}, now)
    with transaction() as session:
        consented.finish(session, row_id, found, {"second": "2"}, now)
        consented.fail(session, row_id, "No.", now)
    assert (latest().libraries, latest().problem) == ({"first": "1"}, None)


def test_what_is_stored_is_read_back_as_it_was(app: Flask) -> None:
    found = survival.study(agreed.file())
    assert consented.from_json(consented.to_json(found)) == found


def test_nothing_is_joined(app: Flask, now: datetime) -> None:
    """The table knows no other, and counting asks for no other."""
    asked: list[str] = []

    def heard(*given: object) -> None:
        asked.append(str(given[2]))

    receive(agreed.text(), now)
    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        consented_jobs.run_due(transaction, reading, now)
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)
    table = ConsentedStudy.__table__
    assert not table.foreign_keys
    others = [name for name in main_metadata.tables if name != table.name]
    assert [line for line in asked for name in others if f" {name} " in f" {line} "] == []
    assert any("consented_study" in line for line in asked)
    with reading() as session:
        assert session.execute(text("SELECT count(*) FROM consented_study")).scalar() == 1
