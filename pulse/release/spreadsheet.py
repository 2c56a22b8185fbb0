"""A release as one spreadsheet file: the rows of its CSV files, each on a sheet of its own."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import IO, Any

from sqlalchemy.orm import Session
from xlsxwriter import Workbook

from pulse.release import export, exported_about
from pulse.release.export import Sheet
from pulse.release.values import ReleaseInfo

# What the format can hold.
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
COLUMN_WIDTH = 16
CUT = " … (cut here; the CSV file has all of it)"
# Rows go to a file at once, so that the memory does not grow with them; a text is never made into
# a formula, a link or a number.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(
    session: Session, release: ReleaseInfo, file: IO[bytes], *, with_comments: bool = False
) -> None:
    """Write what anyone may see, and for those who read them the comments."""
    *for_all, comments = export.sheets(session, release)
    entries = exported_about.entries(session, release)
    about = Sheet("about", ("name", "value"), _about(entries))
    kept = (*for_all, comments) if with_comments else for_all
    with Workbook(file, _OPTIONS) as book:
        # The same release is the same bytes, whenever somebody fetches it.
        book.set_properties({"created": datetime.combine(release.created_on, time())})
        for sheet in (*kept, about):
            _add(book, sheet)


def _add(book: Workbook, sheet: Sheet, most_rows: int = MOST_ROWS) -> None:
    """Add a table; what one sheet cannot hold goes on in the next ("cells", "cells 2")."""
    page, line = _page(book, sheet, 1), 1
    for at, row in enumerate(sheet.body):
        if line == most_rows:
            page, line = _page(book, sheet, at // (most_rows - 1) + 1), 1
        _line(page, line, export.written(row))
        line += 1


def _page(book: Workbook, sheet: Sheet, number: int) -> Any:  # noqa: ANN401  (it ships no types)
    page = book.add_worksheet(sheet.name if number == 1 else f"{sheet.name} {number}")
    page.freeze_panes(1, 0)
    page.set_column(0, len(sheet.headers) - 1, COLUMN_WIDTH)
    _line(page, 0, sheet.headers)
    return page


def _line(page: Any, line: int, row: Sequence[object]) -> None:  # noqa: ANN401  (as above)
    for column, value in enumerate(row):
        _write(page, (line, column), value)


def _write(page: Any, place: tuple[int, int], value: object) -> None:  # noqa: ANN401  (as above)
    if isinstance(value, int | float):
        page.write_number(*place, value)
    elif value != "":
        text = str(value)
        whole = len(text) <= LONGEST_TEXT
        page.write_string(*place, text if whole else text[: LONGEST_TEXT - len(CUT)] + CUT)


def _about(value: dict[str, Any]) -> Iterator[Sequence[object]]:
    """Give a line for each entry; what has parts stands there as JSON."""
    for name, entry in value.items():
        plain = isinstance(entry, str | int | float) and not isinstance(entry, bool)
        yield name, entry if plain else json.dumps(entry, ensure_ascii=False)
