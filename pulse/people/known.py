"""What is known about the people of one batch: three queries, however many people are in it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pulse.domain.separation import Separation
from pulse.domain.staff_changes import Facts, Known, Spell
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell

_STREAMED = 5_000


def anybody(session: Session) -> bool:
    """Whether anybody is known at all."""
    return session.scalar(select(Employee.id).limit(1)) is not None


def load(
    session: Session, numbers: Sequence[str], unit_keys: Mapping[int, str]
) -> dict[str, Known]:
    """Give what is known about the people with these numbers."""
    people = session.execute(
        select(
            Employee.id,
            Employee.number,
            Employee.name,
            Employee.email,
            Employee.manager_number,
            Employee.locale,
            Employee.time_zone,
        ).where(Employee.number.in_(numbers))
    ).all()
    if not people:
        return {}
    spells = _spells(session, numbers, unit_keys)
    attributes = _attributes(session, numbers)
    return {
        row.number: Known(
            row.id,
            Facts(row.name, row.email, row.manager_number, row.locale, row.time_zone),
            attributes.get(row.id, {}),
            tuple(spells.get(row.id, ())),
        )
        for row in people
    }


def _spells(
    session: Session, numbers: Sequence[str], unit_keys: Mapping[int, str]
) -> dict[int, list[Spell]]:
    rows = session.execute(
        select(
            EmploymentSpell.employee_id,
            EmploymentSpell.unit_id,
            EmploymentSpell.starts_on,
            EmploymentSpell.ends_on,
            EmploymentSpell.separation,
            EmploymentSpell.notice_on,
        )
        .join(Employee, Employee.id == EmploymentSpell.employee_id)
        .where(Employee.number.in_(numbers))
        .order_by(EmploymentSpell.employee_id, EmploymentSpell.starts_on)
    )
    found: defaultdict[int, list[Spell]] = defaultdict(list)
    for person, unit, starts_on, ends_on, kind, notice_on in rows:
        separation = Separation(kind) if kind else None
        found[person].append(Spell(unit_keys[unit], starts_on, ends_on, separation, notice_on))
    return found


def _attributes(session: Session, numbers: Sequence[str]) -> dict[int, dict[str, str]]:
    rows = session.execute(
        select(EmployeeAttribute.employee_id, Attribute.key, EmployeeAttribute.value)
        .join(Attribute, Attribute.id == EmployeeAttribute.attribute_id)
        .join(Employee, Employee.id == EmployeeAttribute.employee_id)
        .where(Employee.number.in_(numbers))
    )
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for person, key, value in rows:
        found[person][key] = value
    return found


def holders(session: Session, emails: Sequence[str], day: date) -> dict[str, list[str]]:
    """Give the numbers of the people employed on a day who have these addresses."""
    rows = session.execute(
        select(Employee.email, Employee.number)
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(
            Employee.email.in_(emails),
            EmploymentSpell.starts_on <= day,
            or_(EmploymentSpell.ends_on.is_(None), EmploymentSpell.ends_on > day),
        )
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for email, number in rows:
        if email is not None:
            found[email].append(number)
    return found


def employed(session: Session, day: date) -> Iterator[tuple[str, str]]:
    """Stream number and name of everyone employed on a day, in the order of numbers."""
    rows = session.execute(
        select(Employee.number, Employee.name)
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(
            EmploymentSpell.starts_on <= day,
            or_(EmploymentSpell.ends_on.is_(None), EmploymentSpell.ends_on > day),
        )
        .order_by(Employee.number),
        execution_options={"yield_per": _STREAMED},
    )
    return ((row.number, row.name) for row in rows)
