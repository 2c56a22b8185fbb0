"""Computes the study and keeps the result; run by the worker and the command line only.

    a panel ──► known fingerprint? done ──► compute ──► one new row

The same inputs find the row that is there and write none; where inputs have gone back to what they
were, that row becomes the current one again. Computing needs no database and is done outside every
transaction; see `pulse.studying`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.churn import reading, result
from pulse.churn.model import ChurnResult
from pulse.churn.panel import Panel, released
from pulse.churn.result import Study
from pulse.domain import rates

METHOD = "within-between, 3"


@dataclass(frozen=True, slots=True)
class Found:
    """A study with what is needed to compute it again; `study` is None where it is stored."""

    fingerprint: str
    policy: dict[str, Any]
    libraries: dict[str, str]
    study: Study | None


def is_due(session: Session, today: date) -> bool:
    """Say whether a period has ended since the last study, or it was made in another way.

    The sizes of a study change at the end of a period only; each further look would make it
    likelier to be taken in by chance.
    """
    row = reading.newest(session)
    if row is None:
        return bool(released(session))
    computed = row.computed_at.date()
    over = rates.period_end(computed) < rates.period_end(today)
    return over or (row.policy or {}).get("method") != METHOD


def is_known(session: Session, panel: Panel) -> bool:
    """Say whether these very inputs were studied before."""
    return _stored(session, panel.fingerprint(METHOD)) is not None


def found(
    panel: Panel, *, known: bool, progress: Callable[[int, int], None] = lambda _done, _steps: None
) -> Found:
    """Compute the study of a panel, unless it is known."""
    # Loaded by name, and only here: every web process imports this module by way of fieldwork,
    # and none of them may hold a statistics library.
    computing = import_module("pulse.churn.computing")
    return Found(
        fingerprint=panel.fingerprint(METHOD),
        policy={"method": METHOD, "leaver_floor": panel.leaver_floor, **computing.POLICY},
        libraries=dict(computing.LIBRARIES),
        study=None if known else computing.compute(panel, progress),
    )


def keep(session: Session, done: Found, now: datetime) -> int:
    """Store a study, or make the stored one the current one again, and give its id."""
    stored = _stored(session, done.fingerprint)
    if stored is None and done.study is not None:
        return _store(session, done, done.study, now)
    if stored is None:
        return 0
    session.get_one(ChurnResult, stored).computed_at = now
    return stored


def _stored(session: Session, fingerprint: str) -> int | None:
    return session.scalar(select(ChurnResult.id).where(ChurnResult.fingerprint == fingerprint))


def _store(session: Session, done: Found, study: Study, now: datetime) -> int:
    row = ChurnResult(
        computed_at=now,
        fingerprint=done.fingerprint,
        policy=done.policy,
        libraries=done.libraries,
        body=result.to_json(study),
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # Another process has stored the same study since we looked.
        return _stored(session, done.fingerprint) or 0
    return row.id
