"""People whose address refuses mail: who they are, for HR, who alone can put it right."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from pulse.outbox.model import SuppressedAddress
from pulse.people.model import Employee, EmploymentSpell, Unit


@dataclass(frozen=True, slots=True)
class Unreachable:
    """One person of today's staff whose address is given up, why, and since which day."""

    name: str
    number: str
    unit: str
    address: str
    reason: str
    source: str
    day: date


@dataclass(frozen=True, slots=True)
class Unreached:
    """Those people by name, and addresses that are given up and nobody's any more."""

    people: tuple[Unreachable, ...]
    nobodys: tuple[str, ...]


def listing(session: Session, today: date) -> Unreached:
    """Give everybody employed today to whom no mail is sent."""
    rows = session.execute(_people(today)).all()
    held = select(SuppressedAddress.address).order_by(SuppressedAddress.address)
    theirs = {row.address for row in rows}
    nobodys = tuple(one for one in session.scalars(held) if one not in theirs)
    return Unreached(tuple(Unreachable(*row) for row in rows), nobodys)


def _people(today: date) -> Select[str, str, str, str, str, str, date]:
    spell = EmploymentSpell
    employed = and_(
        spell.employee_id == Employee.id,
        spell.starts_on <= today,
        or_(spell.ends_on.is_(None), spell.ends_on > today),
    )
    held = SuppressedAddress
    return (
        select(
            Employee.name,
            Employee.number,
            Unit.name.label("unit"),
            held.address,
            held.reason,
            held.source,
            held.day,
        )
        .join(Employee, Employee.email == held.address)
        .join(spell, employed)
        .join(Unit, Unit.id == spell.unit_id)
        .order_by(Employee.name, Employee.number)
    )
