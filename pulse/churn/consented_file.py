"""Reads a file of people who agreed to be counted: one row for each of them.

    months,left,group,consent[,entry][,further columns for the comparison]

`months` were served until the person left (`left` is yes) or was last seen; `entry` were served
before observation began. Every wrong field is found, with its line, before anything is kept.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from math import isfinite
from pathlib import Path

from pulse.churn.panel_file import Wrong, refuse
from pulse.domain.consented import ConsentedFile, Row
from pulse.domain.errors import Invalid

COLUMNS = ("months", "left", "group", "consent")
ENTRY = "entry"
MOST_BYTES = 5 * 1024 * 1024
MOST_MONTHS = 720
MOST_FURTHER = 8
LONGEST_WORD = 40
NEEDS_CONSENT = "This analysis needs consent recorded for every row."
_YES = frozenset({"yes", "y", "true", "1", "ja", "j", "si", "sí", "sì", "oui"})
_EITHER = _YES | {"no", "n", "false", "0", "nein", "non"}

_Cells = Mapping[str | None, str | list[str] | None]


def read(path: Path) -> ConsentedFile:
    """Read a file. Raises Invalid, which names each line and field that is wrong."""
    with path.open("rb") as file:
        return parsed(decoded(file.read(MOST_BYTES + 1)))


def decoded(content: bytes) -> str:
    """Give the text of a file. Raises Invalid where it is none, or too large."""
    if len(content) > MOST_BYTES:
        limit = MOST_BYTES // 1024 // 1024
        raise Invalid(f"The file is larger than {limit} MB, which is the most we read.", "file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("The file is not saved as UTF-8. Please save it as CSV UTF-8.", "file") from (
            error
        )
    if "\x00" in text:
        raise Invalid("The file holds NUL bytes: it is not a text file.", "file")
    return text


def parsed(text: str) -> ConsentedFile:
    """Make rows of a text. Raises Invalid as `read` does."""
    try:
        rows = csv.DictReader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        further = _further(rows.fieldnames or ())
        return _file(rows, further)
    except csv.Error as error:
        raise Invalid(f"The file is no CSV: {error}.", "file") from error


def _file(rows: "csv.DictReader[str]", further: tuple[str, ...]) -> ConsentedFile:
    wrong: list[Wrong] = []
    found = [_row(row, rows.line_num, further, wrong) for row in rows]
    if not found:
        raise Invalid("The file has no rows.", "file")
    lacking = any(one.field == "consent" for one in wrong)
    refuse(wrong, NEEDS_CONSENT if lacking else None)
    numbers = [_all_numbers(row.further[place] for row in found) for place in range(len(further))]
    return ConsentedFile(tuple(_settled(row, numbers) for row in found), further)


def _delimiter(text: str) -> str:
    """Take the sign that cuts the header into most pieces."""
    return max(",;\t", key=text.partition("\n")[0].count)


def _further(header: Iterable[str]) -> tuple[str, ...]:
    """Give the columns that are only compared. Raises Invalid where the header is wrong."""
    names = list(header)
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Invalid(f"The file has no column {', '.join(missing)}.", missing[0])
    for name in names:
        if not name.strip() or names.count(name) > 1:
            raise Invalid(f"Columns need names that differ; “{name}” is none.", "file")
    further = tuple(name for name in names if name not in {*COLUMNS, ENTRY})
    if len(further) > MOST_FURTHER:
        raise Invalid(f"At most {MOST_FURTHER} further columns can be compared.", "file")
    return further


def _row(row: _Cells, line: int, further: tuple[str, ...], wrong: list[Wrong]) -> Row:
    words = {name: _word(row, name) for name in (*COLUMNS, ENTRY, *further)}
    if row.get(None):
        wrong.append(Wrong(line, "row", "It has more cells than the header."))
    wrong += [Wrong(line, field, text) for field, text in _said(words, further)]
    months, entry = _number(words["months"]), _number(words[ENTRY] or "0")
    if months is None or not 0 < months <= MOST_MONTHS:
        text = f"“{words['months']}” is no number of months above 0, up to {MOST_MONTHS}."
        wrong.append(Wrong(line, "months", text))
    elif entry is None or not 0 <= entry < months:
        text = f"“{words[ENTRY]}” is no number of months from 0 on and below {months:g}."
        wrong.append(Wrong(line, ENTRY, text))
    left = words["left"].casefold() in _YES
    values = tuple(words[name] for name in further)
    return Row(months or 0, left, words["group"], entry or 0, values)


def _said(words: Mapping[str, str], further: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the words of a row, by field."""
    if words["consent"].casefold() not in _YES:
        yield "consent", f"“{words['consent']}” is no consent."
    if words["left"].casefold() not in _EITHER:
        yield "left", f"“{words['left']}” is neither yes nor no."
    for name in ("group", *further):
        if not words[name]:
            yield name, "It is empty."
        elif len(words[name]) > LONGEST_WORD:
            yield name, f"It is longer than {LONGEST_WORD} letters."
    for name in further:
        if not isfinite(_number(words[name]) or 0):
            yield name, f"“{words[name]}” is no number."


def _word(row: _Cells, name: str) -> str:
    found = row.get(name)
    return found.strip() if isinstance(found, str) else ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _all_numbers(values: Iterable[float | str]) -> bool:
    return all(_number(str(value)) is not None for value in values)


def _settled(row: Row, numbers: list[bool]) -> Row:
    """Take a column for numbers where every row has one, and for words otherwise."""
    further = tuple(
        float(value) if number else value
        for value, number in zip(row.further, numbers, strict=True)
    )
    return Row(row.months, row.left, row.group, row.entry, further)
