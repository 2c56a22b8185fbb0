"""Tells channels of the steps of a wave, in the transaction in which the step is written down."""

from datetime import datetime

from sqlalchemy.orm import Session

from pulse.domain.announcement import Announcement, Event
from pulse.domain.wave_state import WaveState
from pulse.hooks import queue
from pulse.surveys import waves

_EVENTS = {
    WaveState.OPEN: Event.WAVE_OPENED,
    WaveState.CLOSED: Event.WAVE_CLOSED,
    WaveState.RELEASED: Event.WAVE_RELEASED,
}


def moved(session: Session, wave_id: int, to: WaveState, now: datetime) -> None:
    """Announce that a wave has come to a state; a step that is repeated is announced once."""
    wave = waves.get(session, wave_id)
    said = Announcement(
        _EVENTS[to], wave.id, wave.title, wave.number, wave.closes_at, wave.time_zone
    )
    queue.announce(session, said, now)
