"""A private scratch file for one import: rows as read, sorted by number, and every problem.

Checking a million rows must neither fill the memory nor hold a lock on the main database, so the
file is read into a small database of its own, which is removed when the import is done.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from pulse.domain.org_tree import UnitRef
from pulse.domain.staff_row import UNKNOWN_WORD, Problem, StaffRecord
from pulse.people import scratch_row

_TABLES = """
    CREATE TABLE person (
        number TEXT NOT NULL, line INTEGER NOT NULL, name TEXT NOT NULL, email TEXT,
        unit TEXT NOT NULL, unit_since INTEGER, manager TEXT, hired_on INTEGER NOT NULL,
        left_on INTEGER, separation TEXT, notice_on INTEGER, locale TEXT, time_zone TEXT,
        attributes TEXT NOT NULL, rejected INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE problem (line INTEGER, field TEXT, reason TEXT, value TEXT, comparing INTEGER);
    CREATE TABLE unit (key TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT);
"""
# Rows that share what only one person may have; each names the line of another such row.
_DOUBLES = """
    CREATE TEMP TABLE double AS
    SELECT p.rowid AS person, p.line, p.{column} AS value,
           CASE WHEN p.line = g.lowest THEN g.highest ELSE g.lowest END AS other
    FROM person p JOIN (
        SELECT {column}, MIN(line) AS lowest, MAX(line) AS highest
        FROM person WHERE {column} IS NOT NULL AND {condition}
        GROUP BY {column} HAVING COUNT(*) > 1
    ) g ON g.{column} = p.{column} WHERE {condition};
    INSERT INTO problem
    SELECT line, '{field}', 'is on line ' || other || ' as well', value, 0 FROM double;
    UPDATE person SET rejected = 1 WHERE rowid IN (SELECT person FROM double);
    DROP TABLE double;
"""
_PERSON = (
    "number, line, name, email, unit, unit_since, manager, hired_on, left_on, separation,"
    " notice_on, locale, time_zone, attributes"
)


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Some of the problems, in the order of the file, and how many there are."""

    problems: tuple[Problem, ...]
    total: int


class Scratch:
    """One import's scratch file; use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None)
        # Nothing here must survive a crash: the staff file itself is the source.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000"):
            self._db.execute(f"PRAGMA {pragma}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def begin(self) -> None:
        """Forget what an earlier check has left and take rows quickly."""
        for table in ("person", "problem", "unit"):
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")

    def finish(self) -> None:
        """Sort what was read."""
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX by_number ON person (number)")

    def add(self, records: Iterable[StaffRecord]) -> None:
        marks = ", ".join("?" * 14)
        self._db.executemany(
            f"INSERT INTO person ({_PERSON}) VALUES ({marks})",  # noqa: S608  (no value in it)
            (scratch_row.stored(record) for record in records),
        )

    def add_problems(self, problems: Iterable[Problem], *, comparing: bool = False) -> None:
        rows = [(p.line, p.field, p.reason, p.value, comparing) for p in problems]
        self._db.executemany("INSERT INTO problem VALUES (?, ?, ?, ?, ?)", rows)

    def add_rejected(self, named: Iterable[tuple[str, int]]) -> None:
        """Keep number and line of rows with problems: they are in the file all the same."""
        self._db.executemany(
            "INSERT INTO person (number, line, name, unit, hired_on, attributes, rejected)"
            " VALUES (?, ?, '', '', 0, '[]', 1)",
            named,
        )

    def reject_doubles(self, today: date) -> None:
        """Reject every row of a number used twice, or of an address two present people share."""
        here = f"(left_on IS NULL OR left_on >= {today.toordinal():d})"
        for column, condition in (("number", "1"), ("email", here)):
            self._db.executescript(
                _DOUBLES.format(column=column, field=column, condition=condition)
            )

    def forget_comparing(self) -> None:
        """Drop what an earlier comparison with the database found wrong."""
        self._db.execute("DELETE FROM problem WHERE comparing")
        self._db.execute("UPDATE person SET rejected = 0 WHERE rejected = 2")

    def reject_units(self, reasons: dict[str, str]) -> None:
        """Reject every row in a unit that cannot stand."""
        for unit, reason in reasons.items():
            self._db.execute(
                "INSERT INTO problem SELECT line, 'unit', ?, unit, 1 FROM person"
                " WHERE unit = ? AND NOT rejected",
                (reason, unit),
            )
            self._db.execute(
                "UPDATE person SET rejected = 2 WHERE unit = ? AND NOT rejected", (unit,)
            )

    def keep_units(self, units: Iterable[UnitRef]) -> None:
        rows = [(unit.key, unit.name, unit.parent) for unit in units]
        self._db.executemany("INSERT INTO unit VALUES (?, ?, ?)", rows)

    def units(self) -> dict[str, UnitRef]:
        """Give the units that the rows not rejected stand in, and the units above those."""
        rows = self._db.execute("SELECT key, name, parent FROM unit")
        units = {key: UnitRef(key, name, parent) for key, name, parent in rows}
        used = "SELECT DISTINCT unit FROM person WHERE NOT rejected"
        kept: dict[str, UnitRef] = {}
        for (key,) in self._db.execute(used):
            above: str | None = key
            while above is not None and above in units and above not in kept:
                kept[above] = units[above]
                above = units[above].parent
        return kept

    def batches(self, size: int) -> Iterator[list[StaffRecord]]:
        """Give the rows not rejected in the order of their numbers."""
        cursor = self._db.execute(
            f"SELECT {_PERSON} FROM person WHERE NOT rejected ORDER BY number"  # noqa: S608
        )
        while rows := cursor.fetchmany(size):
            yield [scratch_row.read(row) for row in rows]

    def numbers(self) -> Iterator[str]:
        """Give every number the file names, rejected or not, in order."""
        cursor = self._db.execute("SELECT DISTINCT number FROM person ORDER BY number")
        return (number for (number,) in cursor)

    def names(self, number: str) -> bool:
        """Whether the file names a number."""
        found = self._db.execute("SELECT 1 FROM person WHERE number = ? LIMIT 1", (number,))
        return found.fetchone() is not None

    def strange_managers(self, size: int) -> Iterator[dict[str, int]]:
        """Give the manager numbers that are nobody's in the file, with the rows that name them."""
        cursor = self._db.execute(
            "SELECT manager, COUNT(*) FROM person p WHERE manager IS NOT NULL AND NOT EXISTS"
            " (SELECT 1 FROM person m WHERE m.number = p.manager) GROUP BY manager"
        )
        while rows := cursor.fetchmany(size):
            yield dict(rows)

    def rejected(self) -> int:
        """Count the rows with problems."""
        (count,) = self._db.execute("SELECT COUNT(DISTINCT line) FROM problem").fetchone()
        return int(count)

    def problems(self, limit: int = -1, offset: int = 0) -> ProblemPage:
        rows = self._db.execute(
            "SELECT line, field, reason, value FROM problem ORDER BY line, rowid LIMIT ? OFFSET ?",
            (limit, offset),
        )
        found = tuple(Problem(*row) for row in rows)
        (total,) = self._db.execute("SELECT COUNT(*) FROM problem").fetchone()
        return ProblemPage(found, int(total))

    def unknown_words(self) -> list[tuple[str, int]]:
        """Give the words for leaving that nobody has sorted, the most frequent first."""
        return self._db.execute(
            "SELECT value, COUNT(*) AS often FROM problem WHERE reason = ? GROUP BY value"
            " ORDER BY often DESC, value LIMIT 200",
            (UNKNOWN_WORD,),
        ).fetchall()
