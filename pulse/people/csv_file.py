"""Reads a staff file as a stream: encoding and delimiter found, rows with their true line numbers.

A file that cannot be read safely is refused as a whole, with the reason; nothing is guessed about
a quote that does not close or a byte that no encoding explains.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pulse.domain.errors import Invalid
from pulse.domain.staff_cells import tidy

SIZE_LIMIT = 200 * 1024 * 1024
MAX_COLUMNS = 500
_BLOCK = 1 << 20
_DELIMITERS = ",;\t"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# A column is never named like a date, a number, or an address: such a line is already a person.
_DATUM = re.compile(r"[\d.,/-]+|\S+@\S+\.\S+")


@dataclass(frozen=True, slots=True)
class StaffFile:
    """A file that can be read: where it is and how its bytes become columns."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    # How many lines there are, which is at least the number of rows: enough to show progress.
    lines: int


def inspect(path: Path, size_limit: int = SIZE_LIMIT) -> StaffFile:
    """Find out how to read a file. Raises Invalid with the reason where it cannot be read."""
    size = path.stat().st_size
    if size == 0:
        raise Invalid("The file is empty.", "file")
    if size > size_limit:
        limit = size_limit / 1024 / 1024
        raise Invalid(
            f"The file has {size / 1024 / 1024:,.0f} MB; at most {limit:,.0f} MB can be read.",
            "file",
        )
    encoding, lines = _encoding(path)
    delimiter = _delimiter(path, encoding)
    with path.open(encoding=encoding, newline="") as stream:
        first = next(_records(stream, delimiter), None)
    if first is None:
        raise Invalid("The file has no rows: it is blank.", "file")
    return StaffFile(path, encoding, delimiter, _header(first[1]), lines)


def lines(path: Path) -> int:
    """Count the lines of a file; quick enough for every look at a progress page."""
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(_BLOCK), b""))


def rows(file: StaffFile) -> Iterator[tuple[int, list[str]]]:
    """Give every row after the header with the number of the line it begins on.

    Blank lines are left out. Raises Invalid where the rest of the file cannot be told apart.
    """
    with file.path.open(encoding=file.encoding, newline="") as stream:
        records = _records(stream, file.delimiter)
        next(records, None)
        yield from records


def _records(stream: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(
            f"Line {begins}: a quoted cell does not end as it should ({error}). "
            "Nothing after it can be trusted, so nothing was read.",
            "file",
        ) from error


def _encoding(path: Path) -> tuple[str, int]:
    """Find the encoding (UTF-8 where every byte fits, else Windows-1252) and count the lines."""
    lines = 0
    candidates = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")]
    fits = [True, True]
    with path.open("rb") as stream:
        head = stream.read(4)
        if head.startswith(_WIDE):
            raise Invalid("The file is saved as UTF-16. Please save it as CSV UTF-8.", "file")
        stream.seek(0)
        while block := stream.read(_BLOCK):
            if b"\x00" in block:
                raise Invalid(
                    "The file holds NUL bytes: it is not a text file. Please export it as CSV.",
                    "file",
                )
            lines += block.count(b"\n")
            fits = [ok and _takes(one, block) for ok, one in zip(fits, candidates, strict=True)]
    if fits[0] and _takes(candidates[0], b"", final=True):
        return "utf-8-sig", lines
    if fits[1]:
        return "cp1252", lines
    raise Invalid("The file is neither UTF-8 nor Windows-1252. Please save it as UTF-8.", "file")


def _takes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """Take the delimiter that cuts the header line into most pieces, quoted parts left out."""
    with path.open(encoding=encoding, newline="") as stream:
        line = next((text for text in stream if text.strip()), "")
    bare = re.sub(r'"[^"]*"', "", line)
    best = max(_DELIMITERS, key=bare.count)
    if not bare.count(best):
        raise Invalid(
            "The first line has no commas, semicolons or tabs: there is no header to read.", "file"
        )
    return best


def _header(cells: list[str]) -> tuple[str, ...]:
    names = [tidy(cell) for cell in cells]
    if len(names) > MAX_COLUMNS:
        raise Invalid(f"The header has {len(names):,} columns; at most {MAX_COLUMNS}.", "file")
    if any(_DATUM.fullmatch(name) for name in names):
        raise Invalid(
            "The first line looks like a person, not like names of columns. "
            "Please export the file with its header.",
            "file",
        )
    named = tuple(name or f"Column {place}" for place, name in enumerate(names, start=1))
    seen: set[str] = set()
    for name in named:
        if name in seen:
            raise Invalid(f"Two columns are named “{name}”; names must differ.", "file")
        seen.add(name)
    return named
