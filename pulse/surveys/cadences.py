"""The cadence of a survey: put, pause, resume, end, and reading it.

    running ◄──────► paused
       └────► ended ◄───┘        to set it anew starts it, whatever it was

Whoever changes a cadence holds its row first, and so does the worker that plans by it: nothing is
planned by a cadence that has just been paused.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.errors import Conflict, NotFound
from pulse.domain.wave_state import WaveState
from pulse.surveys import catalogue, waves
from pulse.surveys.cadence_model import SurveyCadence, SurveyOccurrence
from pulse.surveys.model import Wave


class CadenceState(StrEnum):
    """Whether waves are planned by a cadence."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CadenceInfo:
    """The cadence of one survey, and where it stands."""

    survey_id: int
    state: CadenceState
    cadence: Cadence
    runs_from: datetime
    skipped_on: date | None = None

    @property
    def runs(self) -> bool:
        """Whether the worker plans waves by it."""
        return self.state is CadenceState.RUNNING


def put(session: Session, survey_id: int, cadence: Cadence, now: datetime) -> None:
    """Give a survey its cadence, in place of any other, and let it run from now on.

    What the former one had planned and nobody was invited to yet is withdrawn. Raises NotFound,
    or Conflict where somebody else does the same.
    """
    catalogue.get(session, survey_id)
    row = _held(session, survey_id)
    if row is None:
        row = SurveyCadence(survey_id=survey_id)
        session.add(row)
    else:
        _withdraw_ahead(session, survey_id)
        _forget(session, survey_id, SurveyOccurrence.wave_id.is_(None))
    row.state = CadenceState.RUNNING.value
    row.runs_from, row.skipped_on = now, None
    row.repeats, row.every = cadence.repeats.value, cadence.every
    row.weekday, row.day, row.week = cadence.weekday, cadence.day, cadence.week
    row.starts_on, row.ends_on = cadence.starts_on, cadence.ends_on
    row.at, row.days = f"{cadence.at:%H:%M}", cadence.days
    row.keeps_holidays = cadence.keeps_holidays
    try:
        session.flush()
    except IntegrityError as error:
        # Two people who set the first one at once both found none; the table stops the second.
        raise Conflict("Somebody has just set a rhythm for this survey.") from error


def pause(session: Session, survey_id: int) -> None:
    """Plan no further waves, and withdraw those ahead that nobody was invited to yet.

    Pausing twice changes nothing. Raises NotFound, and Conflict for a cadence that has ended.
    """
    row = _changeable(session, survey_id)
    _withdraw_ahead(session, survey_id)
    row.state = CadenceState.PAUSED.value
    session.flush()


def resume(session: Session, survey_id: int, now: datetime) -> None:
    """Plan again, from now on: what would have opened during the pause is left out.

    Resuming what runs changes nothing. Raises NotFound, and Conflict for one that has ended.
    """
    row = _changeable(session, survey_id)
    if row.state == CadenceState.PAUSED.value:
        row.state, row.runs_from = CadenceState.RUNNING.value, now
        session.flush()


def end(session: Session, survey_id: int) -> None:
    """End a cadence for good, as pausing does; ending twice changes nothing. Raises NotFound."""
    row = _held(session, survey_id)
    if row is None:
        raise _unknown(survey_id)
    _withdraw_ahead(session, survey_id)
    row.state = CadenceState.ENDED.value
    session.flush()


def of_survey(session: Session, survey_id: int) -> CadenceInfo | None:
    """Give the cadence of a survey, or None where it never had one."""
    row = session.get(SurveyCadence, survey_id)
    return _info(row) if row else None


def hold(session: Session, survey_id: int) -> CadenceInfo | None:
    """Give a cadence while nobody else may change it or plan by it, or None."""
    row = _held(session, survey_id)
    return _info(row) if row else None


def listing(session: Session) -> tuple[CadenceInfo, ...]:
    """Give all cadences, by survey."""
    rows = session.scalars(select(SurveyCadence).order_by(SurveyCadence.survey_id))
    return tuple(_info(row) for row in rows)


def running(session: Session) -> tuple[int, ...]:
    """Give the surveys whose cadence runs."""
    query = select(SurveyCadence.survey_id).where(SurveyCadence.state == CadenceState.RUNNING.value)
    return tuple(session.scalars(query.order_by(SurveyCadence.survey_id)))


def skipped(session: Session, survey_id: int, on: date) -> None:
    """Note the date on which a wave could not open in time, so that HR reads of it."""
    row = session.get(SurveyCadence, survey_id)
    if row is not None:
        row.skipped_on = max(on, row.skipped_on or on)
        session.flush()


def _changeable(session: Session, survey_id: int) -> SurveyCadence:
    row = _held(session, survey_id)
    if row is None:
        raise _unknown(survey_id)
    if row.state == CadenceState.ENDED.value:
        raise Conflict("This rhythm has ended; set a new one.")
    return row


def _held(session: Session, survey_id: int) -> SurveyCadence | None:
    query = select(SurveyCadence).where(SurveyCadence.survey_id == survey_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _unknown(survey_id: int) -> NotFound:
    return NotFound(f"Survey {survey_id} has no rhythm.")


def _withdraw_ahead(session: Session, survey_id: int) -> None:
    """Withdraw what was planned and not begun; where a worker just begins, it has the wave."""
    planned = (
        Wave.survey_id == survey_id,
        Wave.state == WaveState.PLANNED.value,
        Wave.own_time.is_not(None),
        Wave.manifest.is_(None),
    )
    query = select(Wave.id).where(*planned).order_by(Wave.id).with_for_update()
    found = list(session.scalars(query))
    _forget(session, survey_id, SurveyOccurrence.wave_id.in_(found))
    for wave_id in found:
        waves.withdraw(session, wave_id)


def _forget(session: Session, survey_id: int, which: ColumnElement[bool]) -> None:
    """Leave dates to be decided anew."""
    session.execute(delete(SurveyOccurrence).where(SurveyOccurrence.survey_id == survey_id, which))


def _info(row: SurveyCadence) -> CadenceInfo:
    cadence = Cadence(
        repeats=Repeats(row.repeats),
        starts_on=row.starts_on,
        at=time.fromisoformat(row.at),
        days=row.days,
        every=row.every,
        weekday=row.weekday,
        day=row.day,
        week=row.week,
        ends_on=row.ends_on,
        keeps_holidays=row.keeps_holidays,
    )
    state = CadenceState(row.state)
    return CadenceInfo(row.survey_id, state, cadence, row.runs_from, row.skipped_on)
