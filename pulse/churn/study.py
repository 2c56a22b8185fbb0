"""Computes the study and keeps the result; run by the worker and the command line only.

    gather the panel ──► known fingerprint? done ──► timeline, teams ──► one new row

This describes released groups. It states no size of a link between sentiment and separations:
that needs the model with its refusals, which takes its inputs from the same panel.
"""

from datetime import datetime
from importlib import import_module

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.churn import reading, result
from pulse.churn.model import ChurnResult
from pulse.churn.panel import Panel, gather
from pulse.churn.result import Study
from pulse.churn.teams import teams
from pulse.churn.timeline import RateInterval, timeline
from pulse.domain import rates

METHOD = "timeline and teams, 2"


def refresh(session: Session, now: datetime, *, leaver_floor: int = rates.LEAVER_FLOOR) -> int:
    """Bring the stored study up to date and give its id; 0 while there is nothing to study.

    Repeating it on the same inputs finds the row that is there and writes none; where the
    inputs have gone back to what they were, that row becomes the current one again.
    """
    found = gather(session, now.date(), leaver_floor)
    if found is None:
        return 0
    fingerprint = found.fingerprint(METHOD)
    stored = _stored(session, fingerprint)
    if stored is None:
        return _store(session, found, fingerprint, now)
    current = reading.newest(session)
    if current is not None and current.id != stored:
        session.get_one(ChurnResult, stored).computed_at = now
    return stored


def study(panel: Panel, rate_interval: RateInterval) -> Study:
    """Compute everything that the page shows from one panel."""
    return Study(
        covers_until=panel.covers_until,
        last_separation_on=panel.last_separation_on(),
        leaver_floor=panel.leaver_floor,
        timeline=timeline(panel, rate_interval),
        teams=teams(panel, rate_interval),
    )


def _stored(session: Session, fingerprint: str) -> int | None:
    return session.scalar(select(ChurnResult.id).where(ChurnResult.fingerprint == fingerprint))


def _store(session: Session, panel: Panel, fingerprint: str, now: datetime) -> int:
    # Loaded by name, and only here: every web process imports this module by way of fieldwork,
    # and none of them may hold a statistics library.
    statistics = import_module("pulse.churn.intervals")
    row = ChurnResult(
        computed_at=now,
        fingerprint=fingerprint,
        libraries=dict(statistics.LIBRARIES),
        body=result.to_json(study(panel, statistics.rate_interval)),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another process has stored the same study since we looked.
        return _stored(session, fingerprint) or 0
    return row.id
