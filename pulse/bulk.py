"""Writes many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
from psycopg import sql
from sqlalchemy import Date, DateTime, Table
from sqlalchemy.orm import Session

Value = str | int | bytes | date | None
Row = tuple[Value, ...]
# A million people touch their indexes all over; SQLite's usual 2 MB would write each page often.
_ROOM_KIB = 64 * 1024


@contextmanager
def room(session: Session) -> Iterator[None]:
    """Let SQLite keep more of the tables in memory while much is written."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size={-_ROOM_KIB:d}")
    try:
        yield
    finally:
        # After an interruption there is no connection any more that could be put right.
        if not connection.invalidated:
            connection.exec_driver_sql(f"PRAGMA cache_size={usual:d}")


def insert_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert rows whose values stand in the order of the columns."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        _copy(driver, table, columns, rows)
        return
    days = [place for place, name in enumerate(columns) if _is_day(table.c[name].type)]
    plain = [_plain(row, days) for row in rows] if days else list(rows)
    marks = ", ".join("?" * len(columns))
    if plain:
        connection.exec_driver_sql(f"{_into(table, columns)} VALUES ({marks})", plain)


def moment(at: datetime) -> datetime:
    """Give a moment in the form in which it is stored, which is UTC without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _is_day(kind: object) -> bool:
    return isinstance(getattr(kind, "impl", kind), Date | DateTime)


def _into(table: Table, columns: Sequence[str]) -> str:
    """Write the beginning of the statement; the names come from the model."""
    return f"INSERT INTO {table.name} ({', '.join(columns)})"


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


def _plain(row: Row, days: Sequence[int]) -> Row:
    """SQLite has no dates and no moments; SQLAlchemy keeps them as ISO text there."""
    plain = list(row)
    for place in days:
        day = plain[place]
        if isinstance(day, datetime):
            plain[place] = day.isoformat(" ", "microseconds")
        elif isinstance(day, date):
            plain[place] = day.isoformat()
    return tuple(plain)
