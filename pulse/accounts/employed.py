"""Whether the holder of an employee's session still works here.

It is asked on every page, so it is one narrow query and not the whole entry of the roster.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pulse.people.model import Employee, EmploymentSpell


@dataclass(frozen=True, slots=True)
class Employed:
    """An employee who works here today, and in which unit."""

    employee_id: int
    name: str
    unit_id: int
    locale: str | None


def find(session: Session, employee_id: int, today: date) -> Employed | None:
    """Give the employee if they are employed today."""
    row = session.execute(
        select(Employee.id, Employee.name, EmploymentSpell.unit_id, Employee.locale)
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(Employee.id == employee_id, EmploymentSpell.starts_on <= today)
        .where(or_(EmploymentSpell.ends_on.is_(None), EmploymentSpell.ends_on > today))
        .limit(1)
    ).first()
    return None if row is None else Employed(*row)
