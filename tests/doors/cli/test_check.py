"""`flask check` says whether an installation is fit to run."""

import os
from pathlib import Path

import pytest
from sqlalchemy import event, text

from pulse.app import create_app
from pulse.ballots import surroundings
from pulse.cli import check, database
from pulse.config import Mode, load
from pulse.db import db
from tests.support import databases

WRONG = {
    "log_statement": "mod",
    "log_min_duration_statement": "0",
    "log_min_duration_sample": "100",
    "log_transaction_sample_rate": "0.5",
    "log_parameter_max_length_on_error": "-1",
    "log_duration": "on",
    "session_preload_libraries": "auto_explain",
    "log_replication_commands": "on",
}


def administer(*statements):
    """Change the server, and let every later connection begin under what has changed."""
    engine = db.engines["box"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def given(pragma):
    """Let every new connection to the box begin with a pragma."""
    engine = db.engines["box"]
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute(f"PRAGMA {pragma}"))


def said(runner):
    found = runner.invoke(args=["check"])
    return found.exit_code, found.output


def test_a_migrated_installation_is_ready(runner):
    code, output = said(runner)
    assert code == 0, output
    assert output.startswith("Ready")


def test_a_database_that_is_behind_is_named_with_the_remedy(runner):
    database.downgrade(database.BOX, "base")
    code, output = said(runner)
    assert code == 1
    assert "box database is behind: run flask database upgrade" in output


def test_a_command_on_a_database_that_is_behind_speaks_one_line(runner):
    database.downgrade(database.MAIN, "base")
    found = runner.invoke(args=["waves", "list"])
    assert found.exit_code == 1
    assert "flask check" in found.output
    assert "Traceback" not in found.output
    assert len(found.output.splitlines()) == 1


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize("whose", ["DATABASE {database}", "ROLE {role} IN DATABASE {database}"])
def test_each_setting_that_would_undo_the_promise_is_named(runner, engine_kind, whose):
    """Set for the box's database, and then for a role that is not even the one that checks."""
    role = f"other_{os.getpid()}"
    place = whose.format(database=db.engines["box"].url.database, role=role)
    administer(f"CREATE ROLE {role}")
    try:
        administer(*(f"ALTER {place} SET {name} = '{value}'" for name, value in WRONG.items()))
        code, output = said(runner)
    finally:
        administer(f"ALTER {place} RESET ALL", f"DROP ROLE {role}")
    assert code == 1
    for name, value in WRONG.items():
        assert f"{name} = {value}" in output
    assert "set it to none" in output
    code, output = said(runner)
    assert code == 0, output


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("track_commit_timestamp", "on"),
        ("archive_mode", "always"),
        ("wal_level", "logical"),
        ("wal_keep_size", "64"),
        ("shared_preload_libraries", "pg_stat_statements, pgaudit"),
    ],
)
def test_settings_that_need_a_restart_are_judged_too(app, engine_kind, name, value):
    """They are read from the server like the others; starting one for each would take long."""
    with db.engines["box"].connect() as connection:
        read = {row.name for row in connection.execute(text("SELECT name FROM pg_settings"))}
    fine, _, remedy = surroundings.POSTGRES[name]
    assert name in read
    assert not fine(value)
    assert fine(remedy) or name.endswith("libraries")


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_slot_that_keeps_the_log_for_a_copy_is_named(runner, engine_kind):
    name = f"copy_{os.getpid()}"
    with db.engines["box"].connect() as connection:
        connection.execute(text(f"SELECT pg_create_physical_replication_slot('{name}')"))
        try:
            code, output = said(runner)
        finally:
            connection.execute(text(f"SELECT pg_drop_replication_slot('{name}')"))
    assert code == 1
    assert "replication slot" in output


@pytest.mark.parametrize("engine_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("pragma", "found"),
    [("secure_delete=OFF", "secure_delete = 0"), ("synchronous=OFF", "synchronous = 0")],
)
def test_each_pragma_that_would_undo_the_promise_is_named(runner, engine_kind, pragma, found):
    given(pragma)
    code, output = said(runner)
    assert code == 1
    assert found in output


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_a_journal_that_is_no_log_is_named(runner, engine_kind):
    given("journal_mode=DELETE")
    code, output = said(runner)
    assert code == 1
    assert "journal_mode = delete" in output


def test_two_addresses_of_one_database_are_found_out(database_urls, engine_kind, tmp_path):
    if engine_kind == "postgres":
        other = f"{database_urls.main}&application_name=other"
    else:
        link = Path(tmp_path, "link.db")
        link.symlink_to(database_urls.main.removeprefix("sqlite:///"))
        other = f"sqlite:///{link}"
    settings = load(
        _env_file=None,
        mode=Mode.TEST,
        instance=tmp_path / "instance",
        database_url=database_urls.main,
        box_database_url=other,
    )
    with create_app(settings).app_context():
        found = check._apart()
        databases.dispose()
    assert "lead to one database" in found[0]
