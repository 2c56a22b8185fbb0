"""Dates of a cadence on their way to waves: which are to be decided, and how each is.

cadence ──► dates from a little while ago to two weeks ahead ──► those not decided yet
date    ──► a wave, or nothing: its time is over, or another wave has the day
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pulse.domain import cadence_moment
from pulse.domain.cadence import between, occurrences
from pulse.domain.cadence_moment import Span
from pulse.domain.wave_state import WaveState
from pulse.surveys import cadences, catalogue, waves
from pulse.surveys.audience import Audience
from pulse.surveys.cadence_model import SurveyOccurrence
from pulse.surveys.cadences import CadenceInfo
from pulse.surveys.model import Wave
from pulse.surveys.timing import Timing

AHEAD = timedelta(days=14)
_DAY = timedelta(days=1)
# Holidays may move the first person's moment as far behind the date.
_REST = timedelta(days=14)


def undecided(
    session: Session, info: CadenceInfo, now: datetime, weekend: frozenset[int]
) -> tuple[date, ...]:
    """Give the dates of a cadence that are to be decided now, in order.

    All that are less than two weeks ahead, and in any case the next one; and those past ones of
    which there may be enough time left, as after an hour without a worker.
    """
    today, cadence = now.date(), info.cadence
    since = today - _REST - timedelta(days=cadence.days)
    near = between(cadence, since, today + AHEAD, weekend)
    ahead = occurrences(cadence, today, 1, weekend)
    dates = dict.fromkeys((*near, *ahead))
    taken = decided(session, info.survey_id, since)
    return tuple(day for day in dates if day not in taken)


def decided(session: Session, survey_id: int, since: date) -> dict[date, int | None]:
    """Give the dates of a survey that are decided, each with its wave or None."""
    table = SurveyOccurrence
    query = select(table.due_on, table.wave_id).where(
        table.survey_id == survey_id, table.due_on >= since
    )
    return {row.due_on: row.wave_id for row in session.execute(query)}


def left_out(session: Session, survey_id: int, since: date) -> frozenset[date]:
    """Give the dates of a survey on which its cadence asks nobody."""
    taken = decided(session, survey_id, since)
    return frozenset(day for day, wave_id in taken.items() if wave_id is None)


def decide(session: Session, info: CadenceInfo, timing: Timing, now: datetime) -> int | None:
    """Decide a date: plan its wave and give its id, or leave it out and give None.

    It is left out where a wave planned by hand has the day, where it would have opened before
    the cadence was set or resumed, and where less than half of its time is left.
    """
    wave_id, on = None, timing.opens_on
    if timing.opens_at < info.runs_from or _has_wave(session, info.survey_id, on):
        pass
    elif cadence_moment.enough_left(timing.opens_at, timing.closes_at, now):
        wave_id = waves.add(session, info.survey_id, timing)
    else:
        cadences.skipped(session, info.survey_id, on)
    session.add(SurveyOccurrence(survey_id=info.survey_id, due_on=on, wave_id=wave_id))
    session.flush()
    return wave_id


def timing(info: CadenceInfo, on: date, span: Span, time_zone: str) -> Timing:
    """Give what a wave keeps of its occurrence."""
    cadence = info.cadence
    return Timing(on, span.opens_at, span.closes_at, time_zone, cadence.at, cadence.keeps_holidays)


def audience(session: Session, survey_id: int) -> Audience:
    """Give whom a survey asks. Raises NotFound."""
    return catalogue.get(session, survey_id).audience


@dataclass(frozen=True, slots=True)
class Standing:
    """A wave that is planned or open, as a calendar shows it."""

    survey_id: int
    on: date
    opens_at: datetime
    closes_at: datetime
    state: WaveState
    by_hand: bool

    @property
    def days(self) -> int:
        """How many days it is open, begun ones counted."""
        return max(1, -((self.opens_at - self.closes_at) // _DAY))


def standing(session: Session, now: datetime) -> tuple[Standing, ...]:
    """Give the waves that are planned or open and not over, in order of time."""
    states = (WaveState.PLANNED.value, WaveState.OPEN.value)
    query = (
        select(Wave.survey_id, Wave.opens_on, Wave.opens_at, Wave.closes_at, Wave.state)
        .add_columns(Wave.own_time.is_(None))
        .where(Wave.state.in_(states), Wave.closes_at > now)
        .order_by(Wave.opens_at, Wave.id)
    )
    return tuple(
        Standing(survey_id, on, opens_at, closes_at, WaveState(state), bool(by_hand))
        for survey_id, on, opens_at, closes_at, state, by_hand in session.execute(query)
    )


def too_late(session: Session, now: datetime) -> tuple[tuple[int, int], ...]:
    """Give survey and wave of each planned occurrence that slept through half of its time."""
    query = select(Wave).where(*_waiting(now)).order_by(Wave.id)
    return tuple(
        (wave.survey_id, wave.id)
        for wave in session.scalars(query)
        if not cadence_moment.enough_left(wave.opens_at, wave.closes_at, now)
    )


def skip(session: Session, survey_id: int, wave_id: int, now: datetime) -> bool:
    """Withdraw an occurrence that is too late; False where it has begun or gone meanwhile.

    Its date stays decided, so a clock that is set back does not plan it again.
    """
    cadences.hold(session, survey_id)
    query = select(Wave).where(Wave.id == wave_id, *_waiting(now)).with_for_update()
    wave = session.scalar(query.execution_options(populate_existing=True))
    if wave is None:
        return False
    cadences.skipped(session, survey_id, wave.opens_on)
    waves.withdraw(session, wave_id)
    return True


def _waiting(now: datetime) -> Sequence[ColumnElement[bool]]:
    """Say which waves of cadences should have opened; what HR asks for by hand is left alone."""
    return (
        Wave.state == WaveState.PLANNED.value,
        Wave.own_time.is_not(None),
        Wave.manifest.is_(None),
        Wave.asked_for.is_(None),
        Wave.opens_at < now,
    )


def _has_wave(session: Session, survey_id: int, on: date) -> bool:
    query = select(Wave.id).where(Wave.survey_id == survey_id, Wave.opens_on == on)
    return session.scalar(query) is not None
