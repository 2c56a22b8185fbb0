"""Reads a panel from a CSV file: one row for each team and four-week period.

    unit,period,answers,score_sum,score_sumsq,headcount,person_years,separations

`period` is a number, or the first day of the period as an ISO date; days lie whole periods apart.
Every wrong field is found, with its line, before anything is computed.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path

from pulse.domain.errors import Invalid
from pulse.domain.panel_cell import Cell
from pulse.domain.rates import PERIOD

WHOLE = ("answers", "separations")
NUMBERS = (*WHOLE, "score_sum", "score_sumsq", "headcount", "person_years")
COLUMNS = (
    *("unit", "period", "answers", "score_sum", "score_sumsq"),
    *("headcount", "person_years", "separations"),
)
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that cannot be used: its line in the file, its column, and why."""

    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.field}: {self.text}"


def refuse(wrong: Sequence[Wrong], why: str | None = None) -> None:
    """Raise Invalid where anything is wrong: why, if that can be said, and the first of them."""
    if not wrong:
        return
    told = [*([why] if why else []), *(str(one) for one in wrong[:_MOST_TOLD])]
    more = [f"and {len(wrong) - _MOST_TOLD} more"] if len(wrong) > _MOST_TOLD else []
    raise Invalid("\n".join([*told, *more]), wrong[0].field)


def read(path: Path) -> list[Cell]:
    """Read a panel. Raises Invalid, which names each line and field that is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return parsed(csv.DictReader(file, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"The file is no CSV in UTF-8: {error}.", "panel") from error


def parsed(rows: "csv.DictReader[str]") -> list[Cell]:
    """Make cells of rows. Raises Invalid as `read` does."""
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise Invalid(f"The file has no column {', '.join(missing)}.", missing[0])
    wrong: list[Wrong] = []
    found = [(rows.line_num, row, _values(row, rows.line_num, wrong)) for row in rows]
    if not found:
        raise Invalid("The file has no rows.", "panel")
    periods = dict(_periods(((line, row) for line, row, _ in found), wrong))
    refuse(wrong)
    return [
        Cell(
            unit=row["unit"].strip(),
            period=periods[line],
            answers=int(values["answers"]),
            score_sum=values["score_sum"],
            score_sumsq=values["score_sumsq"],
            headcount=values["headcount"],
            person_years=values["person_years"],
            separations=int(values["separations"]),
        )
        for line, row, values in found
    ]


def _values(row: Mapping[str, str], line: int, wrong: list[Wrong]) -> dict[str, float]:
    values = {}
    for name in NUMBERS:
        text = (row[name] or "").strip()
        try:
            value = float(text or "0" if name in ("score_sum", "score_sumsq") else text)
        except ValueError:
            wrong.append(Wrong(line, name, f"“{text}” is no number."))
            continue
        if not isfinite(value) or value < 0:
            wrong.append(Wrong(line, name, f"“{text}” is no number of people, points or years."))
        elif name in WHOLE and value != int(value):
            wrong.append(Wrong(line, name, f"“{text}” is no whole number."))
        values[name] = value
    if not (row["unit"] or "").strip():
        wrong.append(Wrong(line, "unit", "It is empty."))
    return values


def _periods(
    rows: Iterable[tuple[int, Mapping[str, str]]], wrong: list[Wrong]
) -> Iterator[tuple[int, int]]:
    """Give each line the number of its period."""
    days: list[tuple[int, date]] = []
    numbered = False
    for line, row in rows:
        text = (row["period"] or "").strip()
        if text.isdecimal():
            numbered = True
            yield line, int(text)
            continue
        try:
            days.append((line, date.fromisoformat(text)))
        except ValueError:
            wrong.append(Wrong(line, "period", f"“{text}” is neither a number nor an ISO date."))
    if numbered and days:
        line, day = days[0]
        wrong.append(Wrong(line, "period", f"{day} is a date, and other periods are numbers."))
        return
    first = min((day for _, day in days), default=date.min)
    for line, day in days:
        number, rest = divmod((day - first).days, PERIOD.days)
        if rest:
            wrong.append(
                Wrong(line, "period", f"{day} is not whole periods of four weeks after {first}.")
            )
        yield line, number
