"""Who works here: the people of a day, by e-mail address, and by number.

Everything comes from a handful of Core queries, however many people there are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One person in the unit they belong to."""

    employee_id: int
    number: str
    name: str
    email: str | None
    unit_id: int
    locale: str | None
    time_zone: str | None
    attributes: Mapping[str, str]


def employed_on(session: Session, day: date) -> tuple[RosterEntry, ...]:
    """Give everyone employed on a day, in the unit of that day, by employee id."""
    return _entries(session, _in_spell(day))


def ids_on(day: date) -> Select[int]:
    """Give the query of the ids of everybody employed on a day, as a part of other queries."""
    return select(EmploymentSpell.employee_id).where(_in_spell(day))


def by_email(session: Session, email: str, day: date | None = None) -> RosterEntry | None:
    """Find the person with an address: employed on the day, or whose employment has no end.

    Nobody is found where two people share the address: a link must never reach the wrong one.
    """
    when = EmploymentSpell.ends_on.is_(None) if day is None else _in_spell(day)
    found = _entries(session, and_(Employee.email == email.strip().lower(), when))
    return found[0] if len(found) == 1 else None


def by_numbers(session: Session, numbers: Iterable[str]) -> dict[str, int]:
    """Give the employee id for each number that is known."""
    found: dict[str, int] = {}
    for batch in in_batches(sorted(set(numbers)), _BATCH):
        rows = session.execute(
            select(Employee.number, Employee.id).where(Employee.number.in_(batch))
        )
        found.update((row.number, row.id) for row in rows)
    return found


def headcount(session: Session, day: date) -> dict[int, int]:
    """Count the people employed on a day by unit id; units with nobody are left out."""
    rows = session.execute(
        select(EmploymentSpell.unit_id, func.count().label("people"))
        .where(_in_spell(day))
        .group_by(EmploymentSpell.unit_id)
    )
    return {row.unit_id: row.people for row in rows}


def without_address(session: Session, day: date) -> int:
    """Count the people employed on a day whom no e-mail reaches."""
    found = session.scalar(
        select(func.count())
        .select_from(Employee)
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(_in_spell(day), Employee.email.is_(None))
    )
    return found or 0


def in_batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """Cut a long list into pieces that fit into one statement."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def _in_spell(day: date) -> ColumnElement[bool]:
    return and_(
        EmploymentSpell.starts_on <= day,
        or_(EmploymentSpell.ends_on.is_(None), EmploymentSpell.ends_on > day),
    )


def _entries(session: Session, condition: ColumnElement[bool]) -> tuple[RosterEntry, ...]:
    attributes = _attributes(session, condition)
    people = session.execute(
        select(
            Employee.id,
            Employee.number,
            Employee.name,
            Employee.email,
            EmploymentSpell.unit_id,
            Employee.locale,
            Employee.time_zone,
        )
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(condition)
        .order_by(Employee.id)
        .execution_options(yield_per=_BATCH)
    )
    nothing: Mapping[str, str] = MappingProxyType({})
    return tuple(RosterEntry(*person, attributes.get(person.id, nothing)) for person in people)


def _attributes(session: Session, condition: ColumnElement[bool]) -> dict[int, Mapping[str, str]]:
    """Give everybody's attributes; people who have the same share one mapping, and its memory."""
    rows = session.execute(
        select(EmployeeAttribute.employee_id, Attribute.key, EmployeeAttribute.value)
        .join(Attribute, Attribute.id == EmployeeAttribute.attribute_id)
        .join(Employee, Employee.id == EmployeeAttribute.employee_id)
        .join(EmploymentSpell, EmploymentSpell.employee_id == Employee.id)
        .where(condition)
        .order_by(EmployeeAttribute.employee_id, Attribute.key)
        .execution_options(yield_per=_BATCH)
    )
    shared: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    found: dict[int, Mapping[str, str]] = {}
    for employee_id, own in groupby(rows, key=itemgetter(0)):
        pairs = tuple((row[1], row[2]) for row in own)
        found[employee_id] = shared.setdefault(pairs, MappingProxyType(dict(pairs)))
    return found
