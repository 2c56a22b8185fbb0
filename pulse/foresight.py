"""What a tick would do, without doing it: for whoever rehearses a moment that has not come."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pulse import upkeep
from pulse.attempt import Step
from pulse.churn import consented
from pulse.db import reading
from pulse.domain import wave_state
from pulse.outbox import backlog
from pulse.people import imports
from pulse.release import holding
from pulse.surveys import waves
from pulse.surveys.waves import WaveInfo


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The steps that would be taken, and how many mails and jobs would be seen to."""

    steps: tuple[Step, ...]
    mails: int
    jobs: int


def foresee(now: datetime) -> Foreseen:
    """Say what a tick would do at `now`, and change nothing.

    What a step would run into shows only when it is taken; what it waits for already is told.
    Mails of a wave that would open are not among those counted: they do not exist yet.
    """
    with reading() as session:
        due = waves.due(session, now)
        mails = backlog.due(session, now)
        jobs = len(imports.due(session)) + consented.waits(session)
    steps = [step for wave in due for step in _steps(wave, now)]
    steps += [Step(wave, "box destroyed") for wave in upkeep.left_boxes()]
    steps += [Step(wave, "mixed") for wave in upkeep.to_mix(now)]
    return Foreseen(tuple(steps), mails, jobs)


def _steps(wave: WaveInfo, now: datetime) -> Iterator[Step]:
    with reading() as session:
        held = holding.of_wave(session, wave.id)
    while wave.is_due(now) and (to := wave_state.NEXT[wave.state]):
        yield Step(wave.id, to.value, waits=held.words if held else None)
        wave = replace(wave, state=to, asked_for=None)
