"""The raw load of a staff file: every row into one table, nothing checked, nothing compared."""

import csv
import sqlite3
import sys
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.bench.staff import HEADER


def into_sqlite(database: str, path: Path) -> None:
    columns = ", ".join(f"c{number} TEXT" for number in range(1, len(HEADER)))
    places = ", ".join("?" * len(HEADER))
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"CREATE TABLE raw (c0 TEXT PRIMARY KEY, {columns})")
    with path.open(newline="", encoding="utf-8") as file, connection:
        rows = csv.reader(file)
        next(rows)
        connection.executemany(f"INSERT INTO raw VALUES ({places})", rows)
    connection.close()


def into_postgres(url: str, path: Path) -> None:
    columns = ", ".join(f"c{number} TEXT" for number in range(1, len(HEADER)))
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, path.open("rb") as file:
        connection.execute(f"CREATE TABLE raw (c0 TEXT PRIMARY KEY, {columns})")
        with connection.cursor().copy("COPY raw FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(65536):
                copy.write(block)


if __name__ == "__main__":
    target, source = sys.argv[1], Path(sys.argv[2])
    if target.startswith("sqlite"):
        into_sqlite(target.removeprefix("sqlite:///"), source)
    else:
        into_postgres(target, source)
