"""A staff file of any size, the same one every time."""

import csv
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "Employee ID",
    "Employee Name",
    "Email",
    "Department",
    "Manager ID",
    "Date of Hire",
    "Date of Termination",
    "Reason",
    "Location",
    "Job Family",
)
UNITS = 200
LEFT_EVERY = 9
# Beside the columns of the import: one more to divide people by.
GRADES = 6
FIRST_DAY = date(2015, 1, 5)


def write(path: Path, people: int, *, leavers: bool = True) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_row(number, leavers=leavers) for number in range(1, people + 1))


def write_graded(path: Path, people: int) -> None:
    """Write people who are all there, with a third attribute."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow((*HEADER, "Grade"))
        writer.writerows(
            (*_row(number, leavers=False), f"Grade {number % GRADES}")
            for number in range(1, people + 1)
        )


def _row(number: int, *, leavers: bool) -> tuple[object, ...]:
    unit = number % UNITS
    hired = FIRST_DAY + timedelta(days=number * 7 % 3600)
    left = hired + timedelta(days=200) if leavers and number % LEFT_EVERY == 0 else ""
    return (
        f"E{number:07d}",
        f"Person Number{number}",
        f"person.{number}@example.com",
        f"Division {unit % 5} / Area {unit % 20} / Team {unit}",
        f"E{unit + 1:07d}",
        hired.isoformat(),
        left if left == "" else left.isoformat(),
        "voluntary" if left else "",
        f"Site {number % 12}",
        f"Family {number % 8}",
    )
