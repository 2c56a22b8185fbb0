"""What a thief takes away: every file and every row, read without a line of the product.

Both databases with what a database notes beside its rows, dumps, SQLite's logs, the program's log
and the mails with all secrets in them. Rows are dictionaries of bytes, in several orders.
"""

import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
from psycopg.rows import dict_row

_MARK_BYTES = 12
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, and the orders in which the thief found them, by name.

    `clocks` give each row a number on a scale that other tables have as well.
    """

    name: str
    rows: tuple[Row, ...]
    orders: dict[str, tuple[int, ...]]
    clocks: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Loot:
    """Everything. `texts` are the files that are no databases: logs, mails, dumps, statistics."""

    main: tuple[Table, ...]
    box: tuple[Table, ...]
    texts: dict[str, bytes] = field(repr=False)


def take(main: str, box: str, files: Iterable[Path]) -> Loot:
    """Take both databases by their addresses, and the files beside them."""
    texts = {str(path): path.read_bytes() for path in files}
    if main.startswith("sqlite"):
        places = [Path(urlsplit(url).path.replace("//", "/")) for url in (main, box)]
        tables = [tuple(_of_sqlite(place)) for place in places]
    else:
        dumps = {}
        tables = [tuple(_of_postgres(url, dumps)) for url in (main, box)]
        texts |= dumps
    return Loot(tables[0], tables[1], texts)


def _of_sqlite(place: Path) -> Iterator[Table]:
    files = [file for file in sorted(place.parent.glob(f"{place.name}*")) if "shm" not in file.name]
    raw = {file.name[len(place.name) :] or "-file": file.read_bytes() for file in files}
    connection = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        rows = tuple(dict(row) for row in connection.execute(f'SELECT * FROM "{name}"'))
        orders = {"as read": tuple(range(len(rows)))}
        orders |= {f"place in {end}": _by_place(rows, content) for end, content in raw.items()}
        yield Table(name, rows, orders | _by_values(rows))
    connection.close()


def _of_postgres(url: str, dumps: dict[str, bytes]) -> Iterator[Table]:
    address = url.replace("postgresql+psycopg", "postgresql")
    dump = subprocess.run(
        ["pg_dump", address.partition("?")[0], *_socket(address)], capture_output=True, check=True
    ).stdout
    with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
        views = ("pg_stat_user_tables", "pg_stat_user_indexes", "pg_stat_database")
        told = [connection.execute(f"SELECT * FROM {view}").fetchall() for view in views]
        dumps[f"dump {url}"] = dump
        dumps[f"statistics {url}"] = repr(told).encode()
        connection.execute("CHECKPOINT")
        found = connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()
        for name in (str(row["relname"]) for row in found):
            yield _postgres_table(connection, name, dump)


def _postgres_table(
    connection: psycopg.Connection[dict[str, object]], name: str, dump: bytes
) -> Table:
    columns = "*, xmin::text::bigint AS their_xmin, ctid::text AS their_ctid"
    read = connection.execute(f'SELECT {columns} FROM "{name}" ORDER BY ctid').fetchall()
    written = [int(str(row.pop("their_xmin"))) for row in read]
    for row in read:
        del row["their_ctid"]
    place = connection.execute(
        "SELECT current_setting('data_directory') || '/' || pg_relation_filepath(%s) AS place",
        (f'"{name}"',),
    ).fetchone()
    assert place is not None
    rows = tuple(read)
    orders = {
        "ctid": tuple(range(len(rows))),
        "xmin": tuple(sorted(range(len(rows)), key=written.__getitem__)),
        "place in the file": _by_place(rows, Path(str(place["place"])).read_bytes()),
        "place in the dump": _by_place(rows, dump),
    }
    return Table(name, rows, orders | _by_values(rows), {"xmin": written})


def _socket(address: str) -> list[str]:
    asked = parse_qs(urlsplit(address).query)
    return ["--host", asked["host"][0]] if "host" in asked else []


def _by_place(rows: Sequence[Row], content: bytes) -> tuple[int, ...]:
    """Order rows by where the longest of their values lies first; unknown ones stay away."""
    found = []
    for number, row in enumerate(rows):
        marks = [mark for value in row.values() for mark in forms(value)]
        places = [place for mark in marks if (place := content.find(mark)) >= 0]
        if places:
            found.append((min(places), number))
    return tuple(number for _, number in sorted(found))


def _by_values(rows: Sequence[Row]) -> dict[str, tuple[int, ...]]:
    """Order rows by each column that has many values: keys, numbers, times."""
    orders = {}
    for column in rows[0] if rows else ():
        values = [row[column] for row in rows]
        if len(set(map(repr, values))) < len(rows) // 2 or any(value is None for value in values):
            continue
        orders[f"by {column}"] = tuple(sorted(range(len(rows)), key=lambda n: values[n]))
    return orders


def forms(value: object) -> list[bytes]:
    """Give the beginning of a long value as files hold it; short ones lie everywhere."""
    if isinstance(value, str):
        value = value.encode()
    if not isinstance(value, bytes | memoryview) or len(value) < _MARK_BYTES:
        return []
    head = bytes(value)[:_MARK_BYTES]
    return [head, head.hex().encode()]
