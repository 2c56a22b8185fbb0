from datetime import datetime

from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from pulse.actions import append_only, log
from pulse.actions.values import Answered, Author, Moment
from pulse.db import db, transaction
from pulse.domain.action_item import State, Version

ABOUT = Answered(1, 1, "organisation", "all", "Acme", "question", "q1", "Asked?", "Wave", "41 %")


def test_verify_tells_an_honest_log_from_an_altered_one(
    app: Flask, runner: FlaskCliRunner, now: datetime
) -> None:
    heard = Version(State.HEARD, "Heard.")
    with transaction() as session:
        log.post(session, Author(1, "Ann Lee", None), ABOUT, heard, Moment(now, now.date()))
    honest = runner.invoke(args=["actions", "verify"])
    assert honest.exit_code == 0, honest.output
    assert "1 entries, none altered" in honest.output
    seal = honest.output.split()[-1]
    assert runner.invoke(args=["actions", "verify", "--noted", seal]).exit_code == 0
    assert runner.invoke(args=["actions", "verify", "--noted", "0" * 63]).exit_code == 1
    with transaction() as session:
        drops = append_only.drop_statements(db.engine.dialect.name, ("action_item", "action_entry"))
        for statement in drops:
            session.execute(text(statement))
        session.execute(text("UPDATE action_entry SET heard = 'Nothing.'"))
    altered = runner.invoke(args=["actions", "verify"])
    assert altered.exit_code == 1
    assert "entry 1" in altered.output
