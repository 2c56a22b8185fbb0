"""How a header was mapped before: kept when a file is applied, proposed when one like it comes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.staff_columns import fingerprint, guess
from pulse.domain.staff_plan import StaffPlan
from pulse.people.model import ColumnMapping


def remember(session: Session, header: Iterable[str], plan: StaffPlan, now: datetime) -> None:
    """Keep a plan for the next file with this header."""
    mark = fingerprint(header)
    row = session.scalar(select(ColumnMapping).where(ColumnMapping.fingerprint == mark))
    if row is None:
        row = ColumnMapping(fingerprint=mark)
        session.add(row)
    row.plan = plan.to_json()
    row.updated_at = now


def propose(session: Session, header: tuple[str, ...]) -> StaffPlan:
    """Give the plan remembered for this header, or else what its names suggest."""
    mark = fingerprint(header)
    row = session.scalar(select(ColumnMapping).where(ColumnMapping.fingerprint == mark))
    if row is not None:
        plan = StaffPlan.from_json(row.plan)
        columns = {*plan.columns.values(), *(choice.column for choice in plan.attributes)}
        # The fingerprint forgives other spellings; the plan names columns exactly.
        if columns <= set(header):
            return plan
    return StaffPlan(guess(header))
