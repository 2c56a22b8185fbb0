"""Writes many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Sequence
from datetime import date

import psycopg
from psycopg import sql
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

Value = str | int | date | None
Row = tuple[Value, ...]


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert rows whose values stand in the order of the columns."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        _copy(driver, table, columns, rows)
        return
    statement = insert(table).compile(connection, column_keys=list(columns))
    order = [columns.index(name) for name in statement.positiontup or columns]
    plain = [tuple(_plain(row[place]) for place in order) for row in rows]
    if plain:
        connection.exec_driver_sql(str(statement), plain)


def _copy(
    driver: "psycopg.Connection[tuple[object, ...]]",
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Row],
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _plain(value: Value) -> str | int | None:
    """SQLite has no dates; SQLAlchemy keeps them as ISO text there."""
    return value.isoformat() if isinstance(value, date) else value
