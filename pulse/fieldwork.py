"""The only conductor: finds what is due, and carries each step out once.

    planned ──open_wave──► open ──close_wave──► closed ──release_wave──► released, box destroyed
                                                            (in the counting room)

What is due is read from rows and never kept in a job, so a missed, doubled or late tick does no
harm. Every step is made of transactions that may each be repeated: a process killed between two
of them leaves a state from which the next tick goes on. The main and the box database are never
written in one transaction.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from pulse import (
    announcing,
    counting_room,
    installation,
    opening,
    planning,
    posting,
    reminding,
    studying,
    unattended,
    upkeep,
)
from pulse.attempt import Step, attempt
from pulse.ballots import box, reshuffle
from pulse.churn import consented_jobs
from pulse.db import (
    box_transaction,
    empty_logs,
    forget_deleted,
    forget_versions,
    reading,
    transaction,
)
from pulse.domain import wave_state
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest
from pulse.domain.mixing import is_night
from pulse.domain.wave_state import WaveState
from pulse.hooks import sending as courier_round
from pulse.invitations import issuing, keys, mixing, redemption, started_steps
from pulse.invitations import reminding as turns
from pulse.outbox import queue
from pulse.outbox.sending import Sent
from pulse.outgoing import Client
from pulse.people import jobs
from pulse.surveys import steps, waves
from pulse.surveys.waves import WaveInfo


def tick(now: datetime, *, hold_back: bool = False) -> tuple[Step, ...]:
    """Carry out every step of every wave that is due at `now`.

    A wave that fails is reported and the next one is taken: nothing that one wave does can
    hold up another. With `hold_back`, because nobody knows whether it really is that late, no wave
    takes a step; ballots are mixed all the same.
    """
    planned = () if hold_back else planning.plan_due(now)
    taken = [Step(wave, "planned") for wave in planned]
    with reading() as session:
        due = () if hold_back else waves.due(session, now)
    taken += [step for wave in due for step in _advance(wave, now)]
    reminded = () if hold_back else reminding.remind_due(now)
    taken += [Step(wave, "reminded") for wave in reminded]
    taken += upkeep.finish()
    taken += _mix_due(now)
    upkeep.count_starts(now)
    empty_logs()
    released = any(step.did == WaveState.RELEASED.value and step.done for step in taken)
    studying.study_due(now, released=released)
    return tuple(taken)


def _advance(wave: WaveInfo, now: datetime) -> Iterator[Step]:
    """Take one step after the other, since a worker that slept may find several due."""
    while wave.is_due(now):
        to = wave_state.NEXT[wave.state]
        if to is None:
            return
        step = attempt(wave.id, to.value, partial(_STEPS[to], wave.id, now))
        if wave.is_asked or step.problem != wave.trouble:
            _note(step)
        yield step
        if not step.done:
            return
        wave = replace(wave, state=to, trouble=None)


def _note(step: Step) -> None:
    with transaction() as session:
        steps.note(session, step.wave, step.problem)


def _mix_due(now: datetime) -> list[Step]:
    """Mix each open wave to which enough ballots have come, and at night every one."""
    return [attempt(wave, "mixed", partial(mix_wave, wave, now)) for wave in upkeep.to_mix(now)]


def open_wave(wave_id: int, now: datetime) -> None:
    """Freeze who is asked what, open the box, and put everybody's invitation into the outbox.

    Raises Conflict when the wave is past its opening or too few people are in its audience.
    """
    with transaction() as session:
        waves.hold(session, wave_id)
        wave = waves.get(session, wave_id)
        _refuse_unless(wave, WaveState.PLANNED, WaveState.OPEN)
        _refuse_missed(wave, now)
        manifest = _frozen(session, wave, now)
    with box_transaction() as connection:
        box.open_for(connection, manifest)
    with transaction() as session:
        waves.hold(session, wave_id)
        request = installation.issue_request(manifest, wave.time_zone)
        issuing.issue(session, request, now, posting.hours(wave, now))
        turns.prepare(session, wave, wave.time_zone)
        waves.move(session, wave_id, WaveState.OPEN)
        announcing.moved(session, wave_id, WaveState.OPEN, now)


def _frozen(session: Session, wave: WaveInfo, now: datetime) -> Manifest:
    """Freeze a wave, or go on with what was frozen when an opening was broken off.

    The web may plan waves but must not bring their manifests, which carry keys that it cannot know.
    """
    public = opening.public_keys(session, wave.id)
    if wave.manifest is None:
        return opening.freeze(session, wave, now, public)
    if (wave.manifest.issuer_key, wave.manifest.opening_key) != (public.issuer, public.opening):
        raise Conflict(f"The manifest of wave {wave.id} was not frozen here.")
    return wave.manifest


def mix_wave(wave_id: int, now: datetime) -> None:
    """Write invitations and ballots anew, so that neither database tells who came when.

    The box comes last and notes that it was mixed, so a process killed before that is followed
    by one that does both again.
    """
    with transaction() as session:
        mixing.mix(session, wave_id)
    forget_versions("invitation", whole=is_night(now))
    with box_transaction() as connection:
        reshuffle.reshuffle(connection)
    forget_deleted()


def close_wave(wave_id: int, now: datetime) -> None:
    """Take no more answers: seal the box, mix what is in it, and remove the issuer's key.

    Raises Conflict for a wave that has not opened.
    """
    with reading() as session:
        _refuse_unless(waves.get(session, wave_id), WaveState.OPEN, WaveState.CLOSED)
    with box_transaction() as connection:
        box.seal(connection, wave_id)
        reshuffle.reshuffle(connection)
    with transaction() as session:
        mixing.mix(session, wave_id)
        keys.remove(session, wave_id)
        queue.close(session, wave_id)
        redemption.forget_blinded(session, wave_id)
        started_steps.forget(session, wave_id)
        waves.move(session, wave_id, WaveState.CLOSED)
        announcing.moved(session, wave_id, WaveState.CLOSED, now)
    forget_deleted()
    forget_versions("invitation", whole=True)
    forget_versions("outbox_message", whole=False)


def release_wave(wave_id: int, now: datetime) -> None:
    """Count the box once, publish what may be shown, and destroy the ballots.

    Repeating it on a released wave does no more than see to it that the box is empty. Raises
    Conflict for a wave that has not closed or is damaged, and Invalid where the second person's
    passphrase is needed.
    """
    counting_room.release(wave_id, now)


_STEPS: dict[WaveState, Callable[[int, datetime], object]] = {
    WaveState.OPEN: open_wave,
    WaveState.CLOSED: close_wave,
    WaveState.RELEASED: unattended.release_due,
}


def deliver(now: datetime) -> Sent:
    """Send what is due in the outbox."""
    return posting.deliver(now)


def read_bounces(now: datetime) -> int:
    """Read the mailboxes of bounces, and give how many addresses they gave up."""
    return posting.read_bounces(now)


def announce(now: datetime, client: Client | None = None) -> int:
    """Deliver some of the announcements that are due, and give how many."""
    return courier_round.send_due(transaction, installation.courier(client or Client()), now)


def run_jobs(now: datetime) -> int:
    """Check and apply staff files that no page can wait for, and count consented files."""
    counted = consented_jobs.run_due(transaction, reading, now)
    return counted + jobs.run_due(installation.workshop(now))


def _refuse_unless(wave: WaveInfo, *states: WaveState) -> None:
    if wave.state not in states:
        raise Conflict(
            f"Wave {wave.id} is {wave.state.value}; this step is for one that is {states[0].value}."
        )


def _refuse_missed(wave: WaveInfo, now: datetime) -> None:
    if wave_state.missed(wave.state, wave.closes_at, now):
        raise Conflict(f"The time of wave {wave.id} is over; plan a new one.")
