"""A small company in the staff tables: three units, one reportable attribute."""

from datetime import date

from sqlalchemy import select, update

from pulse.db import transaction
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell, Unit

SINCE = date(2020, 1, 1)


def company(people: int = 40) -> dict[str, int]:
    """Put people into Care and Shops, both below Acme, and give the ids of the units by key."""
    with transaction() as session:
        roof = Unit(key="Acme", name="Acme")
        session.add(roof)
        session.flush()
        teams = [Unit(key=name, name=name, parent_id=roof.id) for name in ("Care", "Shops")]
        sex = Attribute(key="sex", label="Sex", reportable=True)
        hobby = Attribute(key="hobby", label="Hobby", reportable=False)
        session.add_all([*teams, sex, hobby])
        session.flush()
        for place in range(people):
            one = Employee(
                number=str(place), name=f"Person {place}", email=f"p{place}@acme.example"
            )
            session.add(one)
            session.flush()
            session.add_all(
                [
                    EmploymentSpell(
                        employee_id=one.id, unit_id=teams[place % 2].id, starts_on=SINCE
                    ),
                    EmployeeAttribute(
                        employee_id=one.id, attribute_id=sex.id, value="FM"[place // 2 % 2]
                    ),
                    EmployeeAttribute(employee_id=one.id, attribute_id=hobby.id, value="chess"),
                ]
            )
        return {unit.key: unit.id for unit in (roof, *teams)}


def with_value(people: int, attribute: str, value: str) -> None:
    """Give the first people of the company another value of an attribute."""
    first = select(Employee.id).order_by(Employee.id).limit(people)
    which = select(Attribute.id).where(Attribute.key == attribute)
    with transaction() as session:
        session.execute(
            update(EmployeeAttribute)
            .where(
                EmployeeAttribute.employee_id.in_(first.scalar_subquery()),
                EmployeeAttribute.attribute_id.in_(which.scalar_subquery()),
            )
            .values(value=value)
        )
