"""Every wave that lives, with what comes next, what is late and why: for HR's control room.

How many have started is told in steps, once a night, and only while the wave is open.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from pulse.domain.overdue import DOUBTED, NO_WORKER, Overdue
from pulse.domain.readiness import OLDEST_UNSENT
from pulse.domain.wave_state import WaveState, missed
from pulse.invitations import frame, reminding, started_steps
from pulse.invitations.reminding import Ahead
from pulse.invitations.started_steps import Steps
from pulse.leadership import lease
from pulse.outbox import backlog, progress
from pulse.outbox.progress import Progress
from pulse.release import holding
from pulse.surveys import waves
from pulse.surveys.waves import WaveInfo

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Worker:
    """Whether somebody leads, and whether their clock is believed."""

    led: bool
    doubted: bool

    @property
    def trouble(self) -> str | None:
        """What to tell HR about it, or None."""
        if not self.led:
            return NO_WORKER
        return DOUBTED if self.doubted else None


@dataclass(frozen=True, slots=True)
class LiveWave:
    """A wave with all that HR may know of it while it lives; `mails` are its invitations."""

    wave: WaveInfo
    invited: int
    mails: Progress
    late: str | None
    missed: bool
    started: Steps | None
    reminders: tuple[Ahead, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """What stands in the control room; `oldest` is how late mail is, None where it is in time."""

    worker: Worker
    oldest: timedelta | None
    live: tuple[LiveWave, ...]


def look(session: Session, now: datetime) -> Room:
    """Give every live wave, the ones that something is late with first."""
    found = lease.standing(session)
    is_led = found is not None and found.is_led
    worker = Worker(is_led, found is not None and found.clock_jump is not None)
    live = [
        _live(session, wave, worker, now) for wave in waves.listing(session) if _is_live(wave, now)
    ]
    oldest = backlog.oldest(session, now)
    return Room(
        worker,
        oldest if oldest > OLDEST_UNSENT else None,
        tuple(sorted(live, key=lambda item: (item.late is None, item.wave.opens_at))),
    )


def _is_live(wave: WaveInfo, now: datetime) -> bool:
    if wave.state is WaveState.PLANNED:
        return wave.opens_at <= now + SOON
    return wave.state is not WaveState.RELEASED


def _live(session: Session, wave: WaveInfo, worker: Worker, now: datetime) -> LiveWave:
    is_missed = missed(wave.state, wave.closes_at, now)
    is_open = wave.state is WaveState.OPEN
    steps = started_steps.of_wave(session, wave.manifest) if is_open and wave.manifest else None
    return LiveWave(
        wave=wave,
        invited=frame.invited(session, wave.id),
        mails=progress.of_wave(session, wave.id),
        late=None if is_missed else _why_late(session, wave, worker, now),
        missed=is_missed,
        started=steps,
        reminders=reminding.ahead(session, wave, reminding.rules(wave), now) if is_open else (),
    )


def _why_late(session: Session, wave: WaveInfo, worker: Worker, now: datetime) -> str | None:
    held, following = holding.of_wave(session, wave.id), wave.next_step
    # A closed wave is released at once; it may have been closed before its time.
    since = following.at if following and following.at else wave.closes_at
    return Overdue(
        late=now - since,
        led=worker.led,
        doubted=worker.doubted,
        waits=held.words if held else None,
        trouble=wave.trouble,
    ).why()
