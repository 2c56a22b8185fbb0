"""The values that attributes have, for choosing an audience by them."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulse.people.model import Attribute, EmployeeAttribute

# More values than this are no classes but something like a telephone number.
MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class AttributeValues:
    """A reportable attribute with the values that somebody has, in order."""

    key: str
    label: str
    values: tuple[str, ...]


def reportable(session: Session) -> tuple[AttributeValues, ...]:
    """Give the reportable attributes that divide people into a manageable number of classes."""
    few = (
        select(EmployeeAttribute.attribute_id)
        .group_by(EmployeeAttribute.attribute_id)
        .having(func.count(EmployeeAttribute.value.distinct()) <= MOST_VALUES)
    )
    rows = session.execute(
        select(Attribute.key, Attribute.label, EmployeeAttribute.value)
        .join(EmployeeAttribute, EmployeeAttribute.attribute_id == Attribute.id)
        .where(Attribute.reportable.is_(True), Attribute.id.in_(few))
        .distinct()
        .order_by(Attribute.label, Attribute.key, EmployeeAttribute.value)
    )
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, label, value in rows:
        found[key, label].append(value)
    return tuple(
        AttributeValues(key, label, tuple(values)) for (key, label), values in found.items()
    )
