"""A small company with e-mail addresses, and its people answering through the real path."""

from datetime import date

from sqlalchemy import select

from pulse import rehearsal
from pulse.db import reading, transaction
from pulse.domain.shard_layout import layout
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.surveys import standing
from pulse.surveys.audience import Audience

UNITS = ("Bar", "Kitchen")
ANSWERS = {"decide": 4, "tools": 2, "recommend": 9, "acted": 1, "words": "More light, please."}


def hired(people: int, today: date) -> None:
    """Hire people in two units, all with an address, a year before `today`."""
    with transaction() as session:
        units = [Unit(key=name, name=name) for name in UNITS]
        staff = [
            Employee(number=f"{place:04}", name=f"Person {place}", email=f"p{place}@acme.example")
            for place in range(people)
        ]
        session.add_all([*units, *staff])
        session.flush()
        session.add_all(
            EmploymentSpell(
                employee_id=person.id,
                unit_id=units[place % len(units)].id,
                starts_on=date(today.year - 1, 1, 1),
            )
            for place, person in enumerate(staff)
        )


def ids() -> list[int]:
    """Give everybody's id."""
    with reading() as session:
        return list(session.scalars(select(Employee.id).order_by(Employee.id)))


def nobody() -> Audience:
    """Give an audience that no one is in."""
    return Audience(attributes={"site": ("The moon",)})


def answer(wave: int, person: int, **changed: int | str | None) -> None:
    """Let a person answer a wave."""
    with reading() as session:
        manifest = standing.manifest(session, wave)
    rehearsal.answer_for(layout(manifest), person, ANSWERS | changed)
