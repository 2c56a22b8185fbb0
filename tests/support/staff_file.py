"""Invented staff files in the shape that HR systems export."""

import csv
import io
import random
from datetime import date, timedelta

HEADER = (
    "Employee_Name,EmpID,MarriedID,EmpStatusID,DeptID,Salary,Termd,PositionID,Position,State,Zip,"
    "DOB,Sex,MaritalDesc,DateofHire,DateofTermination,TermReason,EmploymentStatus,Department,"
    "ManagerName,ManagerID,RecruitmentSource,PerformanceScore,EngagementSurvey,Absences"
).split(",")
DEPARTMENTS = ("Production       ", "IT/IS", "Sales", "Software Engineering", "Admin Offices")
REASONS = ("career change", "unhappy", "more money", "relocation out of area")
FAMILY = ("Adams", "Bell", "Castillo", "Dietrich", "Evans", "Fofana", "Grün", "Hansen")
GIVEN = ("Ada", "Ben  ", "Carla", "Dina", "Emre", "Femi", "Gita", "Hugo")


def hr_export(people: int = 311, seed: int = 1) -> str:
    """Give a file with trailing spaces, quoted names, and managers in an id space of their own."""
    chance = random.Random(seed)
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, restval="0", lineterminator="\r\n")
    writer.writeheader()
    for place in range(people):
        writer.writerow(_person(place, chance))
    return out.getvalue()


def _person(place: int, chance: random.Random) -> dict[str, object]:
    hired = date(2008, 1, 7) + timedelta(days=chance.randrange(3600))
    left = hired + timedelta(days=chance.randrange(30, 1500)) if place % 3 == 2 else None
    dismissed = place % 21 == 2
    status = "Terminated for Cause" if dismissed else "Voluntarily Terminated"
    reason = "attendance" if dismissed else chance.choice(REASONS)
    return {
        "Employee_Name": f"{chance.choice(FAMILY)} {place}, {chance.choice(GIVEN)}",
        "EmpID": 10001 + place,
        "Position": "Production Technician I",
        "State": chance.choice(("MA", "CT", "TX")),
        "DOB": "1983-07-10",
        "Sex": chance.choice(("F", "M ")),
        "DateofHire": hired,
        "DateofTermination": left or "",
        "TermReason": reason if left else "N/A-StillEmployed",
        "EmploymentStatus": status if left else "Active",
        "Department": chance.choice(DEPARTMENTS),
        "ManagerName": "Michael Albert",
        "ManagerID": place % 20 + 1,
        "Termd": int(left is not None),
    }


def table(*rows: str, header: str = "id,name,unit,hired on,left on") -> str:
    """Give a small file of a header and rows."""
    return "\n".join((header, *rows)) + "\n"
