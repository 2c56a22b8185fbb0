"""Exposure by unit: person-days and separations, exact to the day.

The database counts comings and goings by unit and day; the arithmetic is in `domain.exposure`, so
the cost does not grow with the number of windows times people.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from pulse.domain import exposure
from pulse.domain.exposure import Departures, Presence, UnitExposure, Window
from pulse.domain.separation import Separation
from pulse.people.model import EmploymentSpell

__all__ = ["UnitExposure", "Window", "by_unit"]


def by_unit(session: Session, windows: Sequence[Window]) -> tuple[UnitExposure, ...]:
    """Give person-days and separations per unit and window; windows leave out `ends_on`.

    A separation falls in the window that holds its notice date, or else its last day, and counts
    for the unit the person was in on that day.
    """
    return exposure.summarise(_presences(session), _departures(session), windows)


def _presences(session: Session) -> dict[int, Presence]:
    rows = session.execute(
        select(
            EmploymentSpell.unit_id,
            EmploymentSpell.starts_on,
            EmploymentSpell.ends_on,
            func.count().label("people"),
        ).group_by(EmploymentSpell.unit_id, EmploymentSpell.starts_on, EmploymentSpell.ends_on)
    )
    presences: defaultdict[int, Presence] = defaultdict(Presence)
    for row in rows:
        presences[row.unit_id].add(row.starts_on, row.ends_on, row.people)
    return presences


def _departures(session: Session) -> list[Departures]:
    last, then = aliased(EmploymentSpell), aliased(EmploymentSpell)
    unit = func.coalesce(then.unit_id, last.unit_id)
    at_notice = and_(
        then.employee_id == last.employee_id,
        then.starts_on <= last.notice_on,
        or_(then.ends_on.is_(None), then.ends_on > last.notice_on),
    )
    rows = session.execute(
        select(unit, last.separation, last.notice_on, last.ends_on, func.count())
        .outerjoin(then, at_notice)
        .where(last.separation.is_not(None), last.ends_on.is_not(None))
        .group_by(unit, last.separation, last.notice_on, last.ends_on)
    )
    return [
        Departures(unit_id, Separation(kind), notice_on, ends_on, people)
        for unit_id, kind, notice_on, ends_on, people in rows
        if kind is not None and ends_on is not None
    ]
