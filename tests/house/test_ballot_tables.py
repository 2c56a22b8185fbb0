"""The promises of the ballot box that its tables can keep by themselves."""

import re
from collections.abc import Iterator

from sqlalchemy import Column, Date, DateTime, Interval, Text, Time, inspect, text

from pulse.db import box_metadata, box_transaction

PERSON = re.compile(
    r"person|people|employee|account|user|invit|mail|name|address|agent|session|device|cookie"
)
TIME_OR_ORDER = re.compile(r"_at$|_on$|time|date|created|moment|serial|sequence|order|position")


def columns() -> Iterator[tuple[str, Column[object]]]:
    for table in box_metadata.tables.values():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def test_no_column_is_about_a_person(app) -> None:
    assert [name for name, column in columns() if PERSON.search(column.name)] == []


def test_no_column_tells_a_time_or_an_order(app) -> None:
    told = (Date, DateTime, Time, Interval)
    assert [name for name, column in columns() if isinstance(column.type, told)] == []
    assert [name for name, column in columns() if TIME_OR_ORDER.search(column.name)] == []


def test_no_number_is_counted_up(app) -> None:
    for name, column in columns():
        assert column.autoincrement in {False, "auto"}, name
        assert column.default is None, name
        assert column.server_default is None, name
        assert column.identity is None, name
    for table in box_metadata.tables.values():
        assert table.autoincrement_column is None, table.name


def test_no_row_points_to_another(app) -> None:
    with box_transaction() as connection:
        for table in box_metadata.tables:
            assert inspect(connection).get_foreign_keys(table) == []


def test_the_real_tables_are_these_and_keep_no_hidden_order(app, engine_kind) -> None:
    with box_transaction() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        assert names == set(box_metadata.tables)
        for table in names:
            real = {column["name"] for column in inspect(connection).get_columns(table)}
            assert real == set(box_metadata.tables[table].columns.keys())
        if engine_kind == "sqlite":
            made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql > ''"))
            made_of = {name: str(sql) for name, sql in made}
            assert all(made_of[table].rstrip().endswith("WITHOUT ROWID") for table in names)


def test_ballot_rows_hold_no_free_text(app) -> None:
    """Words stand only in a body, which is bytes; the manifest is the same for everyone."""
    rows = ("shard", "spent")
    assert [
        name
        for name, column in columns()
        if column.table.name in rows and isinstance(column.type, Text)
    ] == []
