"""Who a choice of units and attributes stands for on a day: ids and time zones, and no names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from pulse.people import roster, units
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell


@dataclass(frozen=True, slots=True)
class Choice:
    """Units with all below them (none: every unit), and a value of each attribute named."""

    unit_ids: Collection[int] = ()
    attributes: Mapping[str, Collection[str]] = field(default_factory=dict)


def people(session: Session, choice: Choice, day: date) -> frozenset[int]:
    """Give the ids of everybody chosen who is employed on a day."""
    return frozenset(session.scalars(select(Employee.id).where(*_chosen(session, choice, day))))


def zones(session: Session, choice: Choice, day: date) -> frozenset[str | None]:
    """Give the time zones of everybody chosen; None stands for people whose own is not known."""
    query = select(Employee.time_zone).where(*_chosen(session, choice, day)).distinct()
    return frozenset(session.scalars(query))


def _chosen(session: Session, choice: Choice, day: date) -> list[ColumnElement[bool]]:
    employed = roster.ids_on(day)
    if choice.unit_ids:
        inside = units.with_below(units.tree(session), choice.unit_ids)
        employed = employed.where(EmploymentSpell.unit_id.in_(inside))
    return [
        Employee.id.in_(employed),
        *(Employee.id.in_(_having(key, wanted)) for key, wanted in choice.attributes.items()),
    ]


def _having(key: str, wanted: Collection[str]) -> Select[int]:
    return (
        select(EmployeeAttribute.employee_id)
        .join(Attribute, Attribute.id == EmployeeAttribute.attribute_id)
        .where(Attribute.key == key, EmployeeAttribute.value.in_(wanted))
    )
