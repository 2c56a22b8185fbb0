"""Reads the stored study for pages and files. Nothing is computed here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.churn import result
from pulse.churn.model import ChurnResult
from pulse.churn.result import Study
from pulse.people import units
from pulse.release.reading import unit_scores


@dataclass(frozen=True, slots=True)
class StoredStudy:
    """A study with what is needed to compute it again."""

    computed_at: datetime
    fingerprint: str
    policy: dict[str, Any]
    libraries: dict[str, str]
    study: Study


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a study needs before it can be made."""

    has_staff: bool
    has_release: bool


def latest(session: Session) -> StoredStudy | None:
    """Give the current study; None before the first."""
    row = newest(session)
    if row is None:
        return None
    return StoredStudy(
        computed_at=row.computed_at,
        fingerprint=row.fingerprint,
        policy=dict(row.policy or {}),
        libraries=dict(row.libraries),
        study=result.from_json(row.body),
    )


def newest(session: Session) -> ChurnResult | None:
    """Give the row of the current study."""
    order = ChurnResult.computed_at.desc(), ChurnResult.id.desc()
    return session.scalar(select(ChurnResult).order_by(*order).limit(1))


def readiness(session: Session) -> Readiness:
    """Say which inputs are there, for a page that has no study to show yet."""
    return Readiness(bool(units.tree(session)), bool(unit_scores(session)))
