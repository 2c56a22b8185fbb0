"""What is looked after besides the steps of waves: boxes left behind, mixing, counts of starts."""

from datetime import datetime
from functools import partial

from pulse import counting_room
from pulse.attempt import Step, attempt
from pulse.ballots import box, reshuffle
from pulse.config import settings
from pulse.db import box_reading, reading, transaction
from pulse.domain.errors import Conflict
from pulse.domain.mixing import is_night
from pulse.domain.wave_state import WaveState
from pulse.invitations import started_steps
from pulse.surveys import standing, waves

# A box that is sealed in one of these is to be counted yet.
_TO_COME = (WaveState.PLANNED, WaveState.OPEN, WaveState.CLOSED)


def finish() -> list[Step]:
    """Empty the box of each wave whose release was written just before a process died.

    A box without a wave, as where main was restored from an older backup, is left as it is: each
    tick says so, until a person has decided what becomes of it.
    """
    return [attempt(one, "box destroyed", partial(_finish_one, one)) for one in left_boxes()]


def left_boxes() -> tuple[int, ...]:
    """Give the waves whose box is sealed though nothing is to be counted."""
    with box_reading() as connection:
        sealed = box.sealed(connection)
    with reading() as session:
        to_come = {wave for state in _TO_COME for wave in waves.with_state(session, state)}
    return tuple(wave for wave in sealed if wave not in to_come)


def to_mix(now: datetime) -> tuple[int, ...]:
    """Give the open waves to which enough ballots have come; at night each with a fresh one."""
    every, nightly = settings().policy.mix_every, is_night(now)
    with box_reading() as connection:
        return reshuffle.due(connection, every, nightly=nightly)


def count_starts(now: datetime) -> None:
    """Look once a night, when every box is mixed, at how many have started."""
    if not is_night(now):
        return
    with transaction() as session:
        for wave_id in waves.with_state(session, WaveState.OPEN):
            started_steps.take(session, standing.manifest(session, wave_id), now.date())


def _finish_one(wave_id: int) -> None:
    with reading() as session:
        if waves.get(session, wave_id).state is not WaveState.RELEASED:
            raise Conflict(f"Wave {wave_id} has not been released.")
    counting_room.destroy(wave_id)
