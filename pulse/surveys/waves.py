"""Waves of a survey: plan -> freeze -> move, and reading them.

These verbs keep the plan and the state. What a step does to people and ballots is fieldwork's
business; who may make it is the door's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import CursorResult, Update, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.domain import local_time, wave_state
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.wave_state import Step, WaveState
from pulse.surveys import catalogue, turns
from pulse.surveys.audience import Audience
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.model import Wave
from pulse.surveys.timing import Timing
from pulse.surveys.turns import Turn

LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class WaveInfo:
    """A wave with the survey that it asks; the manifest is there from its opening on."""

    id: int
    survey_id: int
    number: int
    title: str
    introduction: str
    state: WaveState
    opens_at: datetime
    closes_at: datetime
    questions: tuple[Question, ...]
    audience: Audience
    dimensions: tuple[str, ...]
    manifest: Manifest | None
    manifest_sha256: str | None
    time_zone: str = "UTC"
    asked_for: WaveState | None = None
    trouble: str | None = None
    opens_on: date | None = None
    own_time: time | None = None
    keeps_holidays: bool = False
    turn: Turn = field(default_factory=Turn)

    @property
    def is_asked(self) -> bool:
        """Whether HR wishes the next step now."""
        return self.asked_for is not None and self.asked_for is wave_state.NEXT[self.state]

    def is_due(self, now: datetime) -> bool:
        """Whether the worker should take the next step now."""
        if wave_state.missed(self.state, self.closes_at, now):
            return False
        return self.is_asked or wave_state.due(self.state, self.opens_at, self.closes_at, now)

    @property
    def next_step(self) -> Step | None:
        """The step that comes next, and when."""
        return wave_state.next_step(self.state, self.opens_at, self.closes_at)


def plan(
    session: Session,
    survey_id: int,
    opens_at: datetime,
    closes_at: datetime,
    time_zone: str = "UTC",
) -> int:
    """Plan the next wave of a survey and give its id; one wave for each local date of opening.

    Raises NotFound, Invalid with the field at fault, or Conflict where that date is taken.
    """
    opens_on = opens_at.astimezone(local_time.zone(time_zone)).date()
    return add(session, survey_id, Timing(opens_on, opens_at, closes_at, time_zone))


def add(session: Session, survey_id: int, timing: Timing) -> int:
    """Plan a wave by its date, which need not be that of its first moment; raises as `plan`."""
    survey = catalogue.get(session, survey_id)
    _check_times(timing.opens_at, timing.closes_at)
    taken = select(Wave.id).where(Wave.survey_id == survey_id, Wave.opens_on == timing.opens_on)
    if session.scalar(taken) is not None:
        raise Conflict(f"This survey already has a wave that opens on {timing.opens_on:%d %B %Y}.")
    codes = [item.code for item in survey.questions]
    turn = turns.following(session, survey_id, survey.turns, codes)
    last = session.scalar(select(func.max(Wave.number)).where(Wave.survey_id == survey_id))
    wave = Wave(
        survey_id=survey_id,
        number=(last or 0) + 1,
        state=WaveState.PLANNED.value,
        opens_at=timing.opens_at,
        closes_at=timing.closes_at,
        opens_on=timing.opens_on,
        time_zone=timing.time_zone,
        own_time=f"{timing.own_time:%H:%M}" if timing.own_time else None,
        keeps_holidays=timing.keeps_holidays,
        asked=list(turn.asked) if turn.asked else None,
        part=turn.part,
        parts=turn.parts,
    )
    session.add(wave)
    _flush(session)
    return wave.id


def withdraw(session: Session, wave_id: int) -> None:
    """Take back a wave that was only planned. Raises Conflict once it has been frozen."""
    wave = _row(session, wave_id)
    if wave.state != WaveState.PLANNED.value or wave.manifest is not None:
        raise Conflict("Only a planned wave can be withdrawn; this one has begun.")
    session.delete(wave)
    session.flush()


def get(session: Session, wave_id: int) -> WaveInfo:
    """Give one wave. Raises NotFound."""
    wave = _row(session, wave_id)
    return _info(wave, catalogue.get(session, wave.survey_id))


def hold(session: Session, wave_id: int) -> None:
    """Let nobody else who holds this wave go on before this transaction has ended."""
    session.execute(select(Wave.id).where(Wave.id == wave_id).with_for_update())


def listing(session: Session) -> tuple[WaveInfo, ...]:
    """Give all waves, the one that opens last first."""
    return _infos(session, session.scalars(select(Wave).order_by(Wave.opens_at.desc(), Wave.id)))


def due(session: Session, now: datetime) -> tuple[WaveInfo, ...]:
    """Give the waves whose next step should be made now, in order of time.

    A planned wave whose closing time has passed is not among them: it must not invite anybody.
    """
    rows = session.scalars(
        select(Wave).where(Wave.state != WaveState.RELEASED.value).order_by(Wave.opens_at, Wave.id)
    )
    infos = _infos(session, rows)
    return tuple(item for item in infos if item.is_due(now))


def with_state(session: Session, state: WaveState) -> tuple[int, ...]:
    """Give the ids of the waves in one state, without reading what they ask."""
    return tuple(
        session.scalars(select(Wave.id).where(Wave.state == state.value).order_by(Wave.id))
    )


def freeze(session: Session, wave_id: int, manifest: Manifest) -> None:
    """Write down what this wave asks of whom, once for all.

    Repeating it with the same manifest is no error. Raises Conflict for another one, and
    Invalid for the manifest of another wave.
    """
    if manifest.wave != wave_id:
        raise Invalid(f"This manifest is that of wave {manifest.wave}.", "manifest")
    values = {"manifest": manifest.canonical().decode(), "manifest_sha256": manifest.sha256()}
    fresh = update(Wave).where(
        Wave.id == wave_id, Wave.manifest.is_(None), Wave.state == WaveState.PLANNED.value
    )
    if _changed(session, fresh.values(**values)):
        return
    if _row(session, wave_id).manifest_sha256 != manifest.sha256():
        raise Conflict(f"Wave {wave_id} is frozen already, with another manifest.")


def move(session: Session, wave_id: int, to: WaveState) -> None:
    """Move the wave one step on. Raises Conflict for any other step, or before freezing.

    Of two processes that make the same step at once, one does and the other finds it done.
    """
    wave = _row(session, wave_id)
    current = WaveState(wave.state)
    if wave_state.move(current, to) is current:
        return
    if wave.manifest is None:
        raise Conflict(f"Wave {wave_id} cannot open: its manifest has not been frozen.")
    step = update(Wave).where(Wave.id == wave_id, Wave.state == current.value)
    if not _changed(session, step.values(state=to.value)):
        move(session, wave_id, to)


def _check_times(opens_at: datetime, closes_at: datetime) -> None:
    if closes_at <= opens_at:
        raise Invalid("A wave closes after it opens.", "closes_at")
    if closes_at - opens_at > LONGEST:
        raise Invalid(f"A wave is open for at most {LONGEST.days} days.", "closes_at")


def _flush(session: Session) -> None:
    # Two people planning at once pass the check above together; the table stops the second.
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("Somebody has just planned a wave of this survey for that day.") from error


def _changed(session: Session, statement: Update) -> bool:
    return cast("CursorResult[object]", session.execute(statement)).rowcount == 1


def _row(session: Session, wave_id: int) -> Wave:
    # Read afresh: another process may have moved the wave while this one was waiting.
    wave = session.get(Wave, wave_id, populate_existing=True)
    if wave is None:
        raise NotFound(f"There is no wave {wave_id}.")
    return wave


def _infos(session: Session, rows: Iterable[Wave]) -> tuple[WaveInfo, ...]:
    waves = list(rows)
    surveys = catalogue.by_ids(session, (wave.survey_id for wave in waves))
    return tuple(_info(wave, surveys[wave.survey_id]) for wave in waves)


def _info(wave: Wave, survey: SurveyInfo) -> WaveInfo:
    return WaveInfo(
        id=wave.id,
        survey_id=survey.id,
        number=wave.number,
        title=survey.title,
        introduction=survey.introduction,
        state=WaveState(wave.state),
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
        questions=_asked(wave, survey),
        audience=survey.audience,
        dimensions=survey.dimensions,
        manifest=Manifest.parse(wave.manifest) if wave.manifest else None,
        manifest_sha256=wave.manifest_sha256,
        time_zone=wave.time_zone,
        asked_for=WaveState(wave.asked_for) if wave.asked_for else None,
        trouble=wave.trouble,
        opens_on=wave.opens_on,
        own_time=time.fromisoformat(wave.own_time) if wave.own_time else None,
        keeps_holidays=wave.keeps_holidays,
        turn=Turn(tuple(wave.asked) if wave.asked else None, wave.part, wave.parts),
    )


def _asked(wave: Wave, survey: SurveyInfo) -> tuple[Question, ...]:
    """Give what a wave asks: all questions of its survey, or those whose turn it is."""
    if wave.asked is None:
        return survey.questions
    return tuple(item for item in survey.questions if item.code in wave.asked)
