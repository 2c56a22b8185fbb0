"""Invented staff files in the shape of a common HR system's export, with all of its quirks.

Trailing spaces in departments and in one of the sexes, names with and without a space after the
comma, managers numbered in an id space of their own, reasons filled in for people who have not
left, days of birth, no e-mail addresses. The same seed and day give the same file.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

HEADER = (
    "Employee_Name,EmpID,MarriedID,MaritalStatusID,GenderID,EmpStatusID,DeptID,PerfScoreID,"
    "FromDiversityJobFairID,Salary,Termd,PositionID,Position,State,Zip,DOB,Sex,MaritalDesc,"
    "CitizenDesc,HispanicLatino,RaceDesc,DateofHire,DateofTermination,TermReason,"
    "EmploymentStatus,Department,ManagerName,ManagerID,RecruitmentSource,PerformanceScore,"
    "EngagementSurvey,EmpSatisfaction,SpecialProjectsCount,LastPerformanceReview_Date,"
    "DaysLateLast30,Absences"
).split(",")
ADDRESS = "Work Email"
# Department as the file writes it, its number, how many people, their position.
DEPARTMENTS = (
    ("Production       ", 5, 209, "Production Technician I"),
    ("IT/IS", 3, 50, "IT Support"),
    ("Sales", 6, 31, "Area Sales Manager"),
    ("Software Engineering", 4, 11, "Software Engineer"),
    ("Admin Offices", 1, 9, "Accountant I"),
    ("Executive Office", 2, 1, "President & CEO"),
)
REASONS = ("Another position", "unhappy", "more money", "career change", "hours", "relocation")
STILL_HERE = "N/A-StillEmployed"
FAMILY = (
    "Abara Becker Castillo Dawson Eriksen Fofana Garner Hadley Ivers Jensen Kowalski Lindqvist "
    "Marsh Novak Okafor Patel Quigley Rahman Sandoval Tan Ueda Vasquez Whitlock Yates Zielinski"
).split()
GIVEN = (
    "Aisha Ben Carmen Daniel Elena Farid Grace Hugo Ines Jonas Kemi Liam Maya Noah Olivia Priya"
).split()
MANAGERS = ("Rosa Brandt", "Samir Calloway", "Tessa Duarte", "Umar Ellery", "Vera Farrow")
MARRIED = ("Single", "Married", "Divorced", "Separated", "Widowed")
LEFT_SHARE = 1 / 3


@dataclass(frozen=True, slots=True)
class StaffFile:
    """A file as rows; `text` is what an export would hold."""

    rows: tuple[Mapping[str, str], ...]
    header: tuple[str, ...] = tuple(HEADER)

    @property
    def text(self) -> str:
        out = io.StringIO()
        writer = csv.DictWriter(out, self.header, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    def employed(self, department: str = "") -> dict[str, str]:
        """Give the people who have not left: employee number by name, spaces put in order."""
        return {
            " ".join(row["Employee_Name"].split()): row["EmpID"]
            for row in self.rows
            if not row["DateofTermination"] and row["Department"].startswith(department)
        }

    def with_addresses(self, addresses: Mapping[str, str]) -> "StaffFile":
        """Give the same file with one more column: the address of each of these numbers."""
        rows = tuple({**row, ADDRESS: addresses.get(row["EmpID"], "")} for row in self.rows)
        return StaffFile(rows, (*self.header, ADDRESS))


def staff_file(today: date, seed: int = 1) -> StaffFile:
    """Give 311 people as they stand on a day; about a third of them have left."""
    chance = Random(seed)
    names = chance.sample([(family, given) for family in FAMILY for given in GIVEN], 311)
    departments = [found for found in DEPARTMENTS for _ in range(found[2])]
    chance.shuffle(departments)
    pairs = zip(names, departments, strict=True)
    rows = (
        _row(_name(chance, name), 10001 + place, department, (chance, today))
        for place, (name, department) in enumerate(pairs)
    )
    return StaffFile(tuple(rows))


def _name(chance: Random, name: tuple[str, str]) -> str:
    """Write a name as such exports do: with odd spaces, or none after the comma."""
    family, given = name
    return chance.choice(("{}, {}", "{}, {}   ", "{}, {}  K", "{},{}")).format(family, given)


def _row(
    name: str, number: int, department: tuple[str, int, int, str], rest: tuple[Random, date]
) -> dict[str, str]:
    unit, unit_number, _, position = department
    known = {
        "Employee_Name": name,
        "EmpID": str(number),
        "DeptID": str(unit_number),
        "Department": unit,
        "Position": position,
    }
    return known | _person(rest[0], rest[1]) | _employment(rest[0], rest[1]) | _work(rest[0])


def _person(chance: Random, today: date) -> dict[str, str]:
    married = chance.choices(range(5), (45, 40, 9, 3, 3))[0]
    woman = chance.random() < 0.57
    return {
        "MarriedID": str(int(married == 1)),
        "MaritalStatusID": str(married),
        "MaritalDesc": MARRIED[married],
        "GenderID": str(int(not woman)),
        "Sex": "F" if woman else "M ",
        "DOB": (today - timedelta(days=chance.randrange(20 * 365, 65 * 365))).isoformat(),
        "State": chance.choices(("MA", "CT", "TX", "VT"), (280, 16, 10, 5))[0],
        "Zip": str(chance.randrange(1001, 2800)),
        "CitizenDesc": chance.choices(("US Citizen", "Eligible NonCitizen"), (95, 5))[0],
        "HispanicLatino": chance.choices(("No", "Yes", "no", "yes"), (90, 8, 1, 1))[0],
        "RaceDesc": chance.choice(("White", "Black or African American", "Asian")),
    }


def _employment(chance: Random, today: date) -> dict[str, str]:
    """Employ a person; most of those who left did so within the last year."""
    left = None
    if chance.random() < LEFT_SHARE:
        left = today - timedelta(days=round(chance.triangular(20, 700, 20)))
    until = left or today
    hired = until - timedelta(days=chance.randrange(90, 3600))
    dismissed = left is not None and chance.random() < 0.15
    gone = "Terminated for Cause" if dismissed else "Voluntarily Terminated"
    reason = "attendance" if dismissed else chance.choice(REASONS)
    return {
        "DateofHire": hired.isoformat(),
        "DateofTermination": left.isoformat() if left else "",
        "Termd": str(int(left is not None)),
        "TermReason": reason if left else STILL_HERE,
        "EmploymentStatus": gone if left else "Active",
        "EmpStatusID": ("4" if dismissed else "5") if left else "1",
        "LastPerformanceReview_Date": (until - timedelta(days=30)).isoformat(),
    }


def _work(chance: Random) -> dict[str, str]:
    manager = chance.randrange(len(MANAGERS))
    return {
        "ManagerName": MANAGERS[manager],
        # One manager has no number, and the numbers are those of no employee.
        "ManagerID": str(manager * 3 + 2) if manager else "",
        "Salary": str(chance.randrange(45_000, 180_000)),
        "PositionID": str(chance.randrange(1, 31)),
        "PerfScoreID": "3",
        "PerformanceScore": "Fully Meets",
        "FromDiversityJobFairID": str(int(chance.random() < 0.1)),
        "RecruitmentSource": chance.choice(("Indeed", "LinkedIn", "Google Search", "Website")),
        "EngagementSurvey": f"{chance.uniform(1.5, 5):.2f}",
        "EmpSatisfaction": str(chance.randrange(1, 6)),
        "SpecialProjectsCount": "0",
        "DaysLateLast30": "0",
        "Absences": str(chance.randrange(1, 21)),
    }
