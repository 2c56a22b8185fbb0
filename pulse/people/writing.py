"""Carries out decided changes, a batch at a time, within the transaction it is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from pulse.bulk import Row, insert_rows
from pulse.domain.staff_changes import Change, Facts, Known, Spell
from pulse.people.model import Employee, EmployeeAttribute, EmploymentSpell

_TABLES = Employee.metadata.tables
_EMPLOYEE = ("number", "name", "email", "manager_number", "locale", "time_zone")
_SPELL = ("employee_id", "unit_id", "starts_on", "ends_on", "separation", "notice_on")
_ATTRIBUTE = ("employee_id", "attribute_id", "value")


class Decided(NamedTuple):
    """One person of the file, what was known, and what changes."""

    number: str
    known: Known | None
    change: Change


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of the units and attributes an import writes to, by key."""

    units: Mapping[str, int]
    attributes: Mapping[str, int]


def write(session: Session, batch: Sequence[Decided], ids: Ids) -> None:
    """Write everything that a batch changes."""
    new = [one for one in batch if one.known is None]
    people = _write_new(session, new) if new else {}
    people |= {one.number: one.known.id for one in batch if one.known}
    _write_facts(session, batch)
    _write_spells(session, [one for one in batch if one.change.spells is not None], people, ids)
    _write_attributes(
        session, [one for one in batch if one.change.attributes is not None], people, ids
    )


def _write_new(session: Session, new: Iterable[Decided]) -> dict[str, int]:
    """Write new people and give the id of each by number: the ids are above all earlier ones."""
    last = session.scalar(select(func.max(Employee.id))) or 0
    insert_rows(session, _TABLES["employee"], _EMPLOYEE, map(_person, new))
    rows = session.execute(select(Employee.number, Employee.id).where(Employee.id > last))
    return {row.number: row.id for row in rows}


def _person(one: Decided) -> Row:
    facts = one.change.facts
    if facts is None:
        raise ValueError("a new person has facts")
    return (one.number, facts.name, facts.email, facts.manager, facts.locale, facts.time_zone)


def _write_facts(session: Session, batch: Iterable[Decided]) -> None:
    changed = [
        _facts(one.known.id, one.change.facts) for one in batch if one.known and one.change.facts
    ]
    if changed:
        table = _TABLES["employee"]
        session.connection().execute(update(table).where(table.c.id == bindparam("who")), changed)


def _facts(person: int, facts: Facts) -> dict[str, str | int | None]:
    return {
        "who": person,
        "name": facts.name,
        "email": facts.email,
        "manager_number": facts.manager,
        "locale": facts.locale,
        "time_zone": facts.time_zone,
    }


def _write_spells(
    session: Session, batch: Sequence[Decided], people: Mapping[str, int], ids: Ids
) -> None:
    """Write the spells of people anew; those of one person are few."""
    old = [one.known.id for one in batch if one.known]
    if old:
        session.execute(delete(EmploymentSpell).where(EmploymentSpell.employee_id.in_(old)))
    rows = (
        _spell(people[one.number], spell, ids) for one in batch for spell in one.change.spells or ()
    )
    insert_rows(session, _TABLES["employment_spell"], _SPELL, rows)


def _spell(person: int, spell: Spell, ids: Ids) -> Row:
    return (
        person,
        ids.units[spell.unit],
        spell.starts_on,
        spell.ends_on,
        None if spell.separation is None else spell.separation.value,
        spell.notice_on,
    )


def _write_attributes(
    session: Session, batch: Sequence[Decided], people: Mapping[str, int], ids: Ids
) -> None:
    """Write the attributes this file has; others of the same people stay as they are."""
    old = [one.known.id for one in batch if one.known]
    if old:
        session.execute(
            delete(EmployeeAttribute).where(
                EmployeeAttribute.employee_id.in_(old),
                EmployeeAttribute.attribute_id.in_(ids.attributes.values()),
            )
        )
    rows = (
        (people[one.number], ids.attributes[key], value)
        for one in batch
        for key, value in (one.change.attributes or {}).items()
    )
    insert_rows(session, _TABLES["employee_attribute"], _ATTRIBUTE, rows)
