"""Revisions go up, down and up again with data in the tables, and give what the models say."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    inspect,
    text,
)

from pulse.cli import database
from pulse.db import UtcDateTime

BOTH = pytest.mark.parametrize("history", database.HISTORIES, ids=lambda history: history.name)


def names_of(history: database.History) -> set[str]:
    return set(inspect(history.engine).get_table_names()) - {"alembic_version"}


def shape(connection: Connection) -> dict[str, Any]:
    """Describe every table as the database itself sees it, checks and triggers too."""
    inspector = inspect(connection)
    tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    return {name: _shape_of_table(inspector, name) for name in tables} | {"": triggers(connection)}


def _shape_of_table(inspector: Any, name: str) -> dict[str, Any]:
    return {
        "columns": sorted(
            (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
            for column in inspector.get_columns(name)
        ),
        "primary key": inspector.get_pk_constraint(name),
        "foreign keys": sorted(map(str, inspector.get_foreign_keys(name))),
        "unique": sorted(map(str, inspector.get_unique_constraints(name))),
        "indexes": sorted(map(_told, inspector.get_indexes(name))),
        "checks": sorted(str(check["sqltext"]) for check in inspector.get_check_constraints(name)),
        "options": inspector.get_table_options(name),
    }


def _told(index: Any) -> str:
    """Write an index down; the condition of a partial one is its words."""
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def triggers(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname"
    return [str(row[0]) for row in connection.execute(text(query))]


def value_for(column: Column[Any]) -> Any:
    """Invent a value of the column's type, as good as any; the rules of rooms do not matter."""
    samples: tuple[tuple[type | tuple[type, ...], Any], ...] = (
        (UtcDateTime, datetime(2026, 3, 2, tzinfo=UTC)),
        (DateTime, datetime(2026, 3, 2, tzinfo=UTC)),
        (Date, date(2026, 3, 2)),
        (Boolean, True),
        (Integer, 1),
        ((Float, Numeric), 1),
        (LargeBinary, b"0123456789abcdef"),
    )
    for kind, value in samples:
        if isinstance(column.type, kind):
            return value
    return "1"


def fill(connection: Connection, tables: MetaData) -> None:
    """Put one row into each table, foreign keys all pointing to the rows just made.

    Checks are ignored: this is about carrying rows along, not about what they say.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    for table in tables.sorted_tables:
        if connection.dialect.name == "postgresql":
            _drop_checks(connection, table.name)
        row = {column.name: value_for(column) for column in table.columns}
        connection.execute(table.insert().values(row))


def _drop_checks(connection: Connection, table: str) -> None:
    for check in inspect(connection).get_check_constraints(table):
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{check["name"]}"')


@BOTH
def test_the_newest_revision_equals_the_models(app, history) -> None:
    assert database.differences(history) == []


@BOTH
def test_what_the_models_make_is_what_the_revisions_make(app, history) -> None:
    with history.engine.connect() as connection:
        migrated = shape(connection)
    database.downgrade(history, "base")
    with history.engine.begin() as connection:
        history.tables.create_all(connection)
    with history.engine.connect() as connection:
        assert shape(connection) == migrated


@BOTH
def test_down_leaves_nothing_and_up_makes_everything(app, history) -> None:
    before = names_of(history)
    assert before == set(history.tables.tables)
    database.downgrade(history, "base")
    assert names_of(history) == set()
    assert database.current(history) == "nothing"
    database.upgrade(history)
    assert names_of(history) == before


@BOTH
def test_every_step_goes_down_and_up_with_data_in_the_tables(app, history) -> None:
    with history.engine.begin() as connection:
        fill(connection, history.tables)
        if history is database.BOX:
            connection.exec_driver_sql("UPDATE box SET state = 'destroyed'")
    steps = 0
    while database.current(history) != "nothing":
        database.downgrade(history, "-1")
        steps += 1
    for _ in range(steps):
        database.upgrade(history, "+1")
    assert database.differences(history) == []


def test_no_revision_of_the_box_runs_over_ballots_that_are_held(app) -> None:
    with database.BOX.engine.begin() as connection:
        fill(connection, database.BOX.tables)
    with pytest.raises(RuntimeError, match="release every open or closed wave first"):
        database.downgrade(database.BOX, "0001")
    assert database.current(database.BOX) == "0003"


def test_upgrading_twice_changes_nothing(app, runner) -> None:
    first = runner.invoke(args=["database", "upgrade"])
    second = runner.invoke(args=["database", "upgrade"])
    assert first.exit_code == second.exit_code == 0
    assert first.output == second.output


def test_the_check_command_names_a_database_that_is_behind(app, runner) -> None:
    assert runner.invoke(args=["database", "check"]).exit_code == 0
    database.downgrade(database.BOX, "base")
    answer = runner.invoke(args=["database", "check"])
    assert answer.exit_code == 1
    assert "box: at nothing" in answer.output


def test_a_revision_that_fails_changes_nothing(app) -> None:
    history = database.MAIN
    before = names_of(history)
    with pytest.raises(RuntimeError, match="halfway"):
        stop_halfway(history)
    assert names_of(history) == before


def stop_halfway(history: database.History) -> None:
    with database.migrating(history) as connection:
        connection.exec_driver_sql("CREATE TABLE halfway (id INTEGER)")
        raise RuntimeError("halfway")
