"""The further attributes HR keeps about people, and which of them may group results."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.people.model import Attribute, EmployeeAttribute


@dataclass(frozen=True, slots=True)
class AttributeInfo:
    """An attribute as other rooms see it."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class AttributeUse:
    """An attribute as HR sees it: whether it may be reported, and how many values it has."""

    key: str
    label: str
    reportable: bool
    values: int
    people: int


def reportable(session: Session) -> tuple[AttributeInfo, ...]:
    """Give the attributes by which results may be shown, by label."""
    rows = session.execute(
        select(Attribute.key, Attribute.label)
        .where(Attribute.reportable.is_(True))
        .order_by(Attribute.label, Attribute.key)
    )
    return tuple(AttributeInfo(row.key, row.label) for row in rows)


def listing(session: Session) -> tuple[AttributeUse, ...]:
    """Give every attribute with the number of its values and of people who have one."""
    rows = session.execute(
        select(
            Attribute.key,
            Attribute.label,
            Attribute.reportable,
            func.count(EmployeeAttribute.value.distinct()),
            func.count(EmployeeAttribute.employee_id),
        )
        .outerjoin(EmployeeAttribute, EmployeeAttribute.attribute_id == Attribute.id)
        .group_by(Attribute.id)
        .order_by(Attribute.label, Attribute.key)
    )
    return tuple(AttributeUse(*row) for row in rows)


def mark(session: Session, key: str, *, reportable: bool) -> None:
    """Say whether results may be shown by an attribute. Raises NotFound."""
    found = session.execute(
        update(Attribute).where(Attribute.key == key).values(reportable=reportable)
    )
    if not found.rowcount:  # type: ignore[attr-defined]
        raise NotFound(f"There is no attribute “{key}”.")


def write(session: Session, chosen: dict[str, tuple[str, bool]]) -> dict[str, int]:
    """Keep attributes by key with label and mark; give the id of each."""
    table = Attribute.__table__
    stored = {row.key: row for row in session.execute(select(table))}
    fresh = [
        {"key": key, "label": label, "reportable": mark_}
        for key, (label, mark_) in chosen.items()
        if key not in stored
    ]
    if fresh:
        session.execute(insert(Attribute), fresh)
    for key, (label, mark_) in chosen.items():
        if key in stored and (stored[key].label, stored[key].reportable) != (label, mark_):
            session.execute(
                update(Attribute).where(Attribute.key == key).values(label=label, reportable=mark_)
            )
    rows = session.execute(select(Attribute.key, Attribute.id).where(Attribute.key.in_(chosen)))
    return {row.key: row.id for row in rows}
