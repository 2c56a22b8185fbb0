"""Reads a staff file into its scratch file: header -> order of dates -> records and problems.

Two passes over the file, because a date column is only understood once it has been seen whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from pulse.domain.errors import Invalid
from pulse.domain.org_tree import MAX_UNITS, UnitBook
from pulse.domain.staff_cells import NUMBER_LENGTH, tidy
from pulse.domain.staff_columns import DATES, LABELS, Field
from pulse.domain.staff_dates import DateEvidence, DateOrder
from pulse.domain.staff_plan import StaffPlan
from pulse.domain.staff_row import Problem, RowReader, StaffRecord
from pulse.people import csv_file
from pulse.people.csv_file import StaffFile
from pulse.people.scratch import Scratch

Progress = Callable[[int], None]
BATCH = 2_000
MAX_ASSUMPTIONS = 20


def silent(rows: int) -> None:
    """Take no notice of progress."""
    del rows


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that has been read: its rows and what had to be assumed about some of them."""

    scratch: Scratch
    plan: StaffPlan
    rows: int
    assumed: dict[str, int]


@dataclass(slots=True)
class _Pile:
    """Rows gathered until there are enough for one write."""

    records: list[StaffRecord] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: list[tuple[str, int]] = field(default_factory=list)

    def pour(self, scratch: Scratch) -> None:
        scratch.add(self.records)
        scratch.add_problems(self.problems)
        scratch.add_rejected(self.rejected)


@dataclass(frozen=True, slots=True)
class DateColumn:
    """What the whole of a date column says about its order."""

    field: Field
    column: str
    order: DateOrder | None
    ambiguous: bool
    example: str


def date_columns(file: StaffFile, plan: StaffPlan) -> tuple[DateColumn, ...]:
    """Read every date column from the first row to the last."""
    place = {name: index for index, name in enumerate(file.header)}
    seen = {
        fact: (place[plan.columns[fact]], DateEvidence()) for fact in DATES if fact in plan.columns
    }
    watched = tuple(seen.values())
    for _, cells in csv_file.rows(file):
        for index, evidence in watched:
            if index < len(cells):
                evidence.see(cells[index].strip())
    return tuple(
        DateColumn(fact, plan.columns[fact], one.order, one.ambiguous, one.example)
        for fact, (_, one) in seen.items()
    )


def stage(
    file: StaffFile, plan: StaffPlan, scratch: Scratch, today: date, progress: Progress = silent
) -> Staged:
    """Read a file with a plan. Raises Invalid where the plan does not fit or a date is open.

    `progress` is told how many rows have been read so far.
    """
    plan.check(file.header)
    reader = RowReader(plan, file.header, settle_dates(file, plan), today)
    book = UnitBook()
    scratch.begin()
    done = 0
    rows = csv_file.rows(file)
    while batch := list(islice(rows, BATCH)):
        _pile(reader, book, batch).pour(scratch)
        done += len(batch)
        progress(done)
    if not done:
        raise Invalid("The file has a header and no rows.", "file")
    scratch.keep_units(book.units.values())
    scratch.finish()
    scratch.reject_doubles(today)
    return Staged(scratch, plan, done, dict(reader.assumed.most_common(MAX_ASSUMPTIONS)))


def settle_dates(file: StaffFile, plan: StaffPlan) -> dict[Field, DateOrder | None]:
    """Settle the order of each date column; what its rows agree on outweighs what was said."""
    orders: dict[Field, DateOrder | None] = {}
    for column in date_columns(file, plan):
        if column.ambiguous and plan.date_order is None:
            shown = f" (for example {column.example})" if column.example else ""
            raise Invalid(
                f"The dates in column “{column.column}”{shown} may have the day or the month "
                f"first, and no row settles it. Please say which.",
                "date_order",
            )
        orders[column.field] = column.order or plan.date_order
    return orders


def _pile(reader: RowReader, book: UnitBook, batch: list[tuple[int, list[str]]]) -> _Pile:
    pile = _Pile()
    for line, cells in batch:
        read = reader.read(line, cells)
        problems = _unit_problems(book, read) if isinstance(read, StaffRecord) else read
        if isinstance(read, StaffRecord) and not problems:
            pile.records.append(read)
            continue
        pile.problems.extend(problems)
        if number := _number(reader, cells):
            pile.rejected.append((number, line))
    return pile


def _unit_problems(book: UnitBook, record: StaffRecord) -> tuple[Problem, ...]:
    reasons = [book.add(unit, record.line) for unit in record.units]
    if book.full:
        raise Invalid(
            f"The file names more than {MAX_UNITS:,} units. Is the right column chosen for "
            f"“{LABELS[Field.UNIT]}”?",
            "file",
        )
    return tuple(
        Problem(record.line, Field.UNIT, reason, record.unit[:80]) for reason in reasons if reason
    )


def _number(reader: RowReader, cells: list[str]) -> str:
    """Find the number on a rejected row, so that its person is not taken for missing."""
    place = reader.places.get(Field.NUMBER)
    if place is None or place >= len(cells):
        return ""
    return tidy(cells[place])[:NUMBER_LENGTH]


def samples(file: StaffFile, rows: int = 3) -> Iterator[list[str]]:
    """Give the first rows, shortened, to show beside the names of the columns."""
    for _, cells in islice(csv_file.rows(file), rows):
        yield [tidy(cell)[:40] for cell in cells]
