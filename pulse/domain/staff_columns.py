"""The fields of a staff file and the column names HR systems export them under.

`guess` proposes a mapping from the header alone; HR confirms or changes it. Names are compared
without case, spaces and punctuation, so `Hire Date`, `hire_date` and `HIREDATE` are one name.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum


class Field(StrEnum):
    """A fact about a person that Pulse keeps, by the name used in `--map FIELD=COLUMN`."""

    NUMBER = "number"
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    UNIT = "unit"
    UNIT_ID = "unit_id"
    UNIT_PARENT = "unit_parent"
    UNIT_SINCE = "unit_since"
    MANAGER = "manager"
    HIRED_ON = "hired_on"
    LEFT_ON = "left_on"
    SEPARATION = "separation"
    REASON = "reason"
    NOTICE_ON = "notice_on"
    LOCALE = "locale"
    TIME_ZONE = "time_zone"


DATES = (Field.HIRED_ON, Field.LEFT_ON, Field.NOTICE_ON, Field.UNIT_SINCE)

LABELS: Mapping[Field, str] = {
    Field.NUMBER: "Employee number",
    Field.NAME: "Full name",
    Field.GIVEN_NAME: "First name",
    Field.FAMILY_NAME: "Last name",
    Field.EMAIL: "E-mail address",
    Field.UNIT: "Unit, or path such as “Sales / North”",
    Field.UNIT_ID: "Unit number",
    Field.UNIT_PARENT: "Number of the unit above",
    Field.UNIT_SINCE: "In this unit since",
    Field.MANAGER: "Employee number of the manager",
    Field.HIRED_ON: "Hired on",
    Field.LEFT_ON: "Last day",
    Field.SEPARATION: "Employment status or kind of leaving",
    Field.REASON: "Reason for leaving",
    Field.NOTICE_ON: "Notice given on",
    Field.LOCALE: "Language",
    Field.TIME_ZONE: "Time zone",
}

# The first name that the header has wins, so the surest names stand first.
_NAMES: Mapping[Field, str] = {
    Field.NUMBER: "employee number|employee id|empid|emp id|emp no|employee no|employee #|"
    "employeenumber|worker id|workerid|personnel number|personnel no|pernr|personnelid|staff id|"
    "staff number|personalnummer|user id|userid|person id external|person number|number|id",
    Field.NAME: "employee name|full name|name|worker name|display name|preferred name|legal name|"
    "employee|person name|formatted name|mitarbeiter|worker",
    Field.GIVEN_NAME: "first name|given name|firstname|forename|legal first name|vorname",
    Field.FAMILY_NAME: "last name|surname|family name|lastname|legal last name|nachname",
    Field.EMAIL: "work email|business email|email|e-mail|email address|work e-mail|company email|"
    "email work|primary work email|email primary work|business email information email address",
    Field.UNIT: "unit path|unit|department path|department|department name|division path|"
    "supervisory organization|organisational unit|organizational unit|org unit|org unit text|"
    "cost center hierarchy|team|abteilung|business unit|division",
    Field.UNIT_ID: "unit id|department id|deptid|org unit id|orgeh|organization id|unit number",
    Field.UNIT_PARENT: "unit parent id|parent unit id|parent unit|parent department id|"
    "parent department|superior organization id|parent org unit|unit parent|parent id",
    Field.UNIT_SINCE: "unit since|in unit since|department since|position start date|"
    "job effective date|effective date|position entry date|time in position start date",
    Field.MANAGER: "manager id|managerid|manager employee number|manager number|supervisor id|"
    "supervisor eid|reports to id|manager employee id|manager worker id|manager user sys id",
    Field.HIRED_ON: "hired on|date of hire|dateofhire|hire date|original hire date|start date|"
    "employment start date|joining date|entry date|company entry date|date started|eintrittsdatum|"
    "continuous service date|hired",
    Field.LEFT_ON: "left on|date of termination|dateoftermination|termination date|last day|"
    "last working day|last day of work|end date|employment end date|leaving date|exit date|"
    "contract end date|austrittsdatum|left",
    Field.SEPARATION: "separation kind|separation|employment status|termination type|"
    "termination category|separation type|type of separation|leaving type|attrition type|"
    "worker status|status|turnover type",
    Field.REASON: "term reason|termination reason|reason for leaving|leaving reason|exit reason|"
    "separation reason|primary termination reason|event reason",
    Field.NOTICE_ON: "notice on|notice date|date of notice|resignation date|notice given|"
    "termination notice date|kündigungsdatum",
    Field.LOCALE: "locale|language|preferred language|default locale|sprache",
    Field.TIME_ZONE: "time zone|timezone|tz|zeitzone",
}


def normal(name: str) -> str:
    """Bring a column name to the form it is compared in.

    >>> normal("Employee_Name") == normal("employee name")
    True
    """
    return re.sub(r"[^\w#]|_", "", name.casefold())


def guess(header: Sequence[str]) -> dict[Field, str]:
    """Propose a column for each field that the header seems to have.

    >>> guess(["EmpID", "Employee_Name", "Department", "DateofHire", "Sex"])[Field.HIRED_ON]
    'DateofHire'
    """
    by_name = {normal(column): column for column in reversed(header)}
    found: dict[Field, str] = {}
    for field, names in _NAMES.items():
        column = next((by_name[n] for n in map(normal, names.split("|")) if n in by_name), None)
        if column is not None and column not in found.values():
            found[field] = column
    return _coherent(found)


def _coherent(found: dict[Field, str]) -> dict[Field, str]:
    """Drop guesses that only make sense together with a column the file lacks."""
    if Field.NAME in found:
        found.pop(Field.GIVEN_NAME, None)
        found.pop(Field.FAMILY_NAME, None)
    # A department number without the department above it says no more than the name does.
    if Field.UNIT in found and Field.UNIT_PARENT not in found:
        found.pop(Field.UNIT_ID, None)
    if Field.UNIT_ID not in found:
        found.pop(Field.UNIT_PARENT, None)
    return found


def lacking(mapped: Iterable[Field]) -> tuple[str, ...]:
    """Name what a mapping must have before rows can be read."""
    have = set(mapped)
    needs = (
        (Field.NUMBER, have & {Field.NUMBER}),
        (Field.NAME, have & {Field.NAME, Field.FAMILY_NAME}),
        (Field.UNIT, have & {Field.UNIT, Field.UNIT_ID}),
        (Field.HIRED_ON, have & {Field.HIRED_ON}),
    )
    return tuple(LABELS[field] for field, found in needs if not found)


def fingerprint(header: Iterable[str]) -> str:
    """Recognise a header that was mapped before, whatever the order of its columns.

    >>> fingerprint(["A", "b"]) == fingerprint(["B", "a "])
    True
    """
    names = "\x1f".join(sorted(normal(name) for name in header))
    return hashlib.sha256(names.encode()).hexdigest()
