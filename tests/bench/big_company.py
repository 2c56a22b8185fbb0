"""An invented company of any size in the staff tables, and a wave that is ready to open."""

from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Table, text

from pulse import bulk
from pulse.db import db, transaction
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell, Unit
from pulse.surveys import compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.bench import staff
from tests.bench.installation import QUESTIONS

# As large companies have them: a team for about so many people.
TEAM = 50
_KEYS = ("location", "family", "grade")
_SIZES = (12, 8, 6)
_SINCE = date(2020, 1, 6)


def filled(people: int) -> None:
    """Write so many people with three attributes into the tables, in a tree of two levels."""
    units = max(people // TEAM, staff.UNITS)
    tables = (Unit, Employee, EmploymentSpell, EmployeeAttribute)
    unit, employee, spell, value = (cast(Table, one.__table__) for one in tables)
    with transaction() as session:
        top = [(1, "Acme", "Acme", None)]
        teams = [(n + 2, f"Acme / {n}", f"Team {n}", 1) for n in range(units)]
        bulk.insert_rows(session, unit, ("id", "key", "name", "parent_id"), top + teams)
        session.add_all(
            Attribute(id=place, key=key, label=key.title(), reportable=True)
            for place, key in enumerate(_KEYS, 1)
        )
        session.flush()
        numbers = range(1, people + 1)
        columns = ("id", "number", "name", "email")
        whole = ((n, f"E{n:07d}", f"Person {n}", f"person.{n}@example.com") for n in numbers)
        bulk.insert_rows(session, employee, columns, whole)
        columns = ("employee_id", "unit_id", "starts_on")
        bulk.insert_rows(session, spell, columns, ((n, n % units + 2, _SINCE) for n in numbers))
        columns = ("employee_id", "attribute_id", "value")
        known = (
            (n, place, f"{key} {n % size}")
            for n in numbers
            for place, (key, size) in enumerate(zip(_KEYS, _SIZES, strict=True), 1)
        )
        bulk.insert_rows(session, value, columns, known)
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def planned(now: datetime) -> int:
    draft = SurveyDraft("Benchmark", "Five questions.", QUESTIONS, Audience(), _KEYS)
    with transaction() as session:
        survey = compose.create(session, draft, now)
        return waves.plan(session, survey, now, now + timedelta(days=7))
