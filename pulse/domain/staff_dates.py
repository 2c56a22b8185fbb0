"""Dates in a staff file: ISO, US and European, decided for a whole column at once.

A column is read completely before any of its dates is believed: `03/04/2021` means March or April
only once another row of the same column settles it. Where none does, the order is asked for.
Two-digit years are unambiguous because the years a staff file may name span less than a century.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

EARLIEST_YEAR = 1930
YEARS_AHEAD = 2

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_NAMED_DAY_FIRST = re.compile(r"(\d{1,2})(?:[ .-]+)([A-Za-z]{3,9})\.?,?[ -](\d{4})")
_NAMED_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march märz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_DECEMBER = 12
_SHORT_YEAR = 2


class DateOrder(StrEnum):
    """The order of day and month in numeric dates that do not start with the year."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(slots=True)
class DateEvidence:
    """What the cells of one column say about the order of day and month."""

    day_first: int = 0
    month_first: int = 0
    open: int = 0
    open_without_dots: int = 0
    example: str = ""

    def see(self, text: str) -> None:
        """Take one cell into account; dates of other shapes say nothing.

        >>> evidence = DateEvidence()
        >>> evidence.see("03/04/2021"); evidence.see("25/04/2021")
        >>> evidence.order
        <DateOrder.DMY: 'dmy'>
        """
        match = _NUMERIC.fullmatch(text)
        if match is None:
            return
        first, second = int(match[1]), int(match[3])
        if first > _DECEMBER:
            self.day_first += 1
        elif second > _DECEMBER:
            self.month_first += 1
        elif first != second:
            self.open += 1
            self.open_without_dots += match[2] != "."
            self.example = self.example or text

    @property
    def order(self) -> DateOrder | None:
        """The order all rows agree on; None where they do not settle it."""
        if self.day_first and not self.month_first:
            return DateOrder.DMY
        if self.month_first and not self.day_first:
            return DateOrder.MDY
        # No country writes the month first with dots.
        if self.open and not self.open_without_dots and not self.month_first:
            return DateOrder.DMY
        return None

    @property
    def ambiguous(self) -> bool:
        """Whether somebody has to say which order the column has."""
        contradictory = bool(self.day_first and self.month_first)
        return self.order is None and bool(self.open or contradictory)


def evidence_of(cells: Iterable[str]) -> DateEvidence:
    """Read a whole column.

    >>> evidence_of(["01/02/2020", "03/04/2021"]).ambiguous
    True
    >>> evidence_of(["01/02/2020", "2021-04-03", "05/05/2020"]).order is None
    True
    >>> evidence_of(["01.02.2020"]).order
    <DateOrder.DMY: 'dmy'>
    """
    evidence = DateEvidence()
    for cell in cells:
        evidence.see(cell)
    return evidence


@lru_cache(maxsize=65536)
def parse(text: str, order: DateOrder | None, today: date) -> date | None:
    """Read one date; None where it is no date at all.

    >>> parse("2011-07-05", None, date(2026, 1, 1))
    datetime.date(2011, 7, 5)
    >>> parse("7/5/11", DateOrder.MDY, date(2026, 1, 1))
    datetime.date(2011, 7, 5)
    >>> parse("31.12.2024", DateOrder.DMY, date(2026, 1, 1))
    datetime.date(2024, 12, 31)
    >>> parse("5 July 2011", None, date(2026, 1, 1))
    datetime.date(2011, 7, 5)
    >>> parse("2011-02-30", None, date(2026, 1, 1)) is None
    True
    """
    parts = _parts(text, order, today)
    if parts is None:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _parts(text: str, order: DateOrder | None, today: date) -> tuple[int, int, int] | None:
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        # Without an order only dates like 05/05/2020 are left, which need none.
        day, month = (second, first) if order is DateOrder.MDY else (first, second)
        if order is None and first != second:
            return None
        return _year(match[4], today), month, day
    if match := _NAMED_DAY_FIRST.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[2].casefold(), 0), int(match[1])
    if match := _NAMED_MONTH_FIRST.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[1].casefold(), 0), int(match[2])
    return None


def _year(text: str, today: date) -> int:
    """Give a two-digit year the only century that `acceptable` allows."""
    year = int(text)
    if len(text) > _SHORT_YEAR:
        return year
    this_century = today.year // 100 * 100 + year
    return this_century if this_century <= today.year + YEARS_AHEAD else this_century - 100


def acceptable(day: date, today: date) -> bool:
    """Whether a staff file may name this day.

    >>> acceptable(date(2999, 1, 1), date(2026, 1, 1)), acceptable(date(1931, 1, 1), date.max)
    (False, True)
    """
    return date(EARLIEST_YEAR, 1, 1) <= day <= _years_later(today, YEARS_AHEAD)


def _years_later(day: date, years: int) -> date:
    if day.year + years > date.max.year:
        return date.max
    # 29 February has no counterpart in most years; the 28th is near enough for a limit.
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004
