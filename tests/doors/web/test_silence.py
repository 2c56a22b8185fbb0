"""What is logged when something fails: kinds and places of errors, and no value."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.logging import default_handler
from sqlalchemy import text

from pulse.db import box_transaction, db, transaction
from pulse.web import silence
from pulse.web.guard import public

VALUE = "what-somebody-wrote"


@contextmanager
def printed(name: str = "pulse") -> Iterator[io.StringIO]:
    """Collect what a handler of our own, without any formatter, is given."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logger = logging.getLogger(name)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def failing(app: Flask, fail) -> Flask:
    """Give the application a page that fails, and let it run as it does outside of tests."""
    app.testing = False
    app.add_url_rule("/s/fail", view_func=public("only in this test")(fail))
    return app


def test_a_fault_is_logged_without_its_words_or_address(app: Flask) -> None:
    def fail() -> str:
        try:
            int(VALUE)
        except ValueError as error:
            raise KeyError(VALUE) from error
        return ""

    with printed() as log:
        answer = failing(app, fail).test_client().get("/s/fail", query_string={"q1": VALUE})
    assert answer.status_code == 500
    assert VALUE not in answer.text
    lines = log.getvalue().splitlines()
    assert lines[0] == "Something failed."
    assert [line.partition(" ")[0] for line in lines[1:]] == ["ValueError", "KeyError"]
    assert "web/test_silence.py:" in log.getvalue()
    assert VALUE not in log.getvalue()
    assert "/s/fail" not in log.getvalue()


def test_a_database_that_quotes_a_refused_row_is_not_quoted(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("CREATE TABLE planted (word TEXT UNIQUE)"))

    def fail() -> str:
        with transaction() as session:
            for _ in range(2):
                session.execute(text("INSERT INTO planted VALUES (:word)"), {"word": VALUE})
        return ""

    with printed() as log:
        failing(app, fail).test_client().get("/s/fail")
    assert "IntegrityError" in log.getvalue()
    assert VALUE not in log.getvalue()


def test_no_library_logs_the_words_of_an_error(app: Flask) -> None:
    with printed("some.library") as log:
        try:
            int(VALUE)
        except ValueError:
            logging.getLogger("some.library").exception("It broke.")
    assert log.getvalue().startswith("It broke.\nValueError (")
    assert VALUE not in log.getvalue()


@pytest.mark.parametrize("name", ["", "sqlalchemy", *silence.REQUEST_LOGS])
def test_no_level_switches_on_the_log_of_statements_and_their_rows(app: Flask, name: str) -> None:
    with printed(name) as log:
        db.session.remove()
        with transaction() as session:
            session.execute(text("SELECT :word"), {"word": VALUE}).all()
        with box_transaction() as connection:
            connection.execute(text("SELECT :word"), {"word": VALUE}).all()
    assert VALUE not in log.getvalue()
    assert "SELECT" not in log.getvalue()


def test_no_error_leaves_the_application(app: Flask) -> None:
    """A web server would write all of it down; in tests it leaves, to be seen."""

    @app.teardown_request
    def fail(error: BaseException | None) -> None:
        raise RuntimeError(VALUE)

    app.testing = False
    with printed() as log:
        answer = app.test_client().get("/promise")
    assert answer.status_code == 500
    assert VALUE not in answer.text
    assert "RuntimeError" in log.getvalue()
    assert VALUE not in log.getvalue()
    app.testing = True
    with pytest.raises(RuntimeError):
        app.test_client().get("/promise")


def test_debugging_shows_nothing_more(app: Flask) -> None:
    def fail() -> str:
        raise RuntimeError(VALUE)

    app.debug = True
    with printed() as log:
        answer = failing(app, fail).test_client().get("/s/fail")
    assert answer.status_code == 500
    assert "It is our fault, not yours" in answer.text
    assert VALUE not in answer.text + log.getvalue()


def test_a_line_of_the_log_has_no_time(app: Flask) -> None:
    line = default_handler.format(logging.makeLogRecord({"msg": "Words.", "name": "pulse"}))
    assert line == "Level 0 pulse: Words." or line.endswith(" pulse: Words.")
    assert default_handler in app.logger.handlers or app.logger.root.handlers


def test_an_error_behind_itself_ends() -> None:
    first, second = ValueError("one"), KeyError("two")
    first.__context__, second.__context__ = second, first
    assert silence.report(first) == "KeyError (nowhere)\nValueError (nowhere)"


def test_the_development_server_logs_no_request(app: Flask) -> None:
    """Its lines have the address, the time and the path of each visitor."""
    with printed("werkzeug") as log:
        logging.getLogger("werkzeug").info("127.0.0.1 - - [02/Mar/2037 09:00:00] GET /s/7")
    assert log.getvalue() == ""
