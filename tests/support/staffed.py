"""A small company in the staff tables: three units, one reportable attribute."""

from datetime import date

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
