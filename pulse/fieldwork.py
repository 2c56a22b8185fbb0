"""The only conductor: finds what is due, and carries each step out once.

    planned ──open_wave──► open ──close_wave──► closed ──release_wave──► released, box destroyed

What is due is read from rows and never kept in a job, so a missed, doubled or late tick does no
harm. Every step is made of transactions that may each be repeated: a process killed between two
of them leaves a state from which the next tick goes on. The main and the box database are never
written in one transaction.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from pulse import custody, installation
from pulse.ballots import box, reshuffle, tally
from pulse.churn import study
from pulse.config import settings
from pulse.db import box_transaction, empty_box_log, forget_deleted, reading, transaction
from pulse.domain import base64url, wave_state
from pulse.domain.errors import Conflict, PulseError
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.invitations import frame, issuing, keys, redemption
from pulse.invitations.frame import FrameRequest
from pulse.outbox import sending
from pulse.outbox.sending import Sent
from pulse.people import jobs
from pulse.release import publish
from pulse.release.publish import Census
from pulse.surveys import waves
from pulse.surveys.waves import WaveInfo

RULE = "tree-1"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a tick did, or tried to do."""

    wave: int
    did: str
    problem: str | None = None


def tick(now: datetime) -> tuple[Step, ...]:
    """Carry out every step of every wave that is due at `now`.

    A wave that fails is reported and the next one is taken: nothing that one wave does can
    hold up another.
    """
    with reading() as session:
        due = waves.due(session, now)
    steps = [step for wave in due for step in _advance(wave, now)]
    steps += _finish()
    if any(step.did == WaveState.RELEASED.value and not step.problem for step in steps):
        study_turnover(now)
    return tuple(steps)


def _advance(wave: WaveInfo, now: datetime) -> Iterator[Step]:
    """Take one step after the other, since a worker that slept may find several due."""
    state = wave.state
    while wave_state.due(state, wave.opens_at, wave.closes_at, now):
        to = wave_state.NEXT[state]
        if to is None:
            return
        step = _try(wave.id, to.value, partial(STEPS[to], wave.id, now))
        yield step
        if step.problem:
            return
        state = to


def _finish() -> list[Step]:
    """Empty the box of each wave whose release was written just before a process died."""
    with box_transaction() as connection:
        sealed = box.sealed(connection)
    with reading() as session:
        left = [wave for wave in sealed if waves.get(session, wave).state is WaveState.RELEASED]
    steps = [_try(wave, "box destroyed", partial(_destroy, wave)) for wave in left]
    empty_box_log()
    return steps


def _try(wave: int, what: str, step: Callable[[], object]) -> Step:
    try:
        step()
    except PulseError as error:
        return Step(wave, what, error.message)
    except Exception:
        # A tick must outlive any one wave; the trace names no person and no answer.
        log.exception("wave %s: %s failed", wave, what)
        return Step(wave, what, "failed; the log of the worker has the trace")
    return Step(wave, what)


def open_wave(wave_id: int, now: datetime) -> None:
    """Freeze who is asked what, open the box, and put everybody's invitation into the outbox.

    Raises Conflict when the wave is past its opening or too few people are in its audience.
    """
    with transaction() as session:
        waves.hold(session, wave_id)
        wave = waves.get(session, wave_id)
        _refuse_unless(wave, WaveState.PLANNED, WaveState.OPEN)
        _refuse_missed(wave, now)
        manifest = wave.manifest or freeze(session, wave, now, _public_keys(session, wave_id))
    with box_transaction() as connection:
        box.open_for(connection, manifest)
    with transaction() as session:
        waves.hold(session, wave_id)
        issuing.issue(session, installation.issue_request(manifest, wave.time_zone), now)
        waves.move(session, wave_id, WaveState.OPEN)


def close_wave(wave_id: int, now: datetime) -> None:
    """Take no more answers: seal the box, mix what is in it, and remove the issuer's key.

    Raises Conflict for a wave that has not opened.
    """
    del now
    with reading() as session:
        _refuse_unless(waves.get(session, wave_id), WaveState.OPEN, WaveState.CLOSED)
    with box_transaction() as connection:
        box.seal(connection, wave_id)
        reshuffle.reshuffle(connection, wave_id)
    with transaction() as session:
        keys.remove(session, wave_id)
        redemption.forget_blinded(session, wave_id)
        waves.move(session, wave_id, WaveState.CLOSED)


def release_wave(wave_id: int, now: datetime) -> None:
    """Count the box once, publish what may be shown, and destroy the ballots.

    The ballots go only after the release is committed. Repeating it on a released wave does no
    more than see to it that the box is empty. Raises Conflict for a wave that has not closed.
    """
    with reading() as session:
        wave = waves.get(session, wave_id)
    _refuse_unless(wave, WaveState.CLOSED, WaveState.RELEASED)
    if wave.state is WaveState.CLOSED:
        _publish(_manifest(wave), now)
    _destroy(wave_id)


STEPS: dict[WaveState, Callable[[int, datetime], None]] = {
    WaveState.OPEN: open_wave,
    WaveState.CLOSED: close_wave,
    WaveState.RELEASED: release_wave,
}


def study_turnover(now: datetime) -> None:
    """Bring the study of turnover up to date with the newest release."""
    with transaction() as session:
        study.refresh(session, now, leaver_floor=settings().policy.leaver_floor)


def deliver(now: datetime) -> Sent:
    """Send what is due in the outbox."""
    with installation.transport() as opened:
        return sending.send_due(transaction, opened, now)


def run_jobs(now: datetime) -> int:
    """Check and apply staff files that are too long to be done while a page is waiting."""
    return jobs.run_due(installation.workshop(now))


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """The public halves of a wave's two keys, as its manifest carries them."""

    issuer: str
    opening: str


def freeze(session: Session, wave: WaveInfo, now: datetime, public: PublicKeys) -> Manifest:
    """Fix who is asked what; the first part of opening a wave. Raises Conflict if too few."""
    given = settings()
    policy = given.policy
    dimensions = frame.freeze(
        session,
        FrameRequest(
            wave_id=wave.id,
            audience=wave.audience,
            dimensions=wave.dimensions,
            day=now.date(),
            label_minimum=policy.label_minimum,
            fewest=policy.wave_invited,
            company=given.company,
        ),
    )
    manifest = Manifest(
        wave=wave.id,
        title=wave.title,
        introduction=wave.introduction,
        questions=wave.questions,
        dimensions=dimensions,
        floor=policy.floor,
        comment_floor=policy.comment_floor,
        rule=RULE,
        closes_at=wave.closes_at,
        fewest_ballots=policy.wave_ballots,
        issuer_key=public.issuer,
        opening_key=public.opening,
    )
    waves.freeze(session, wave.id, manifest)
    return manifest


def _public_keys(session: Session, wave: int) -> PublicKeys:
    """Give a wave its two keys; a wave whose opening was broken off has them already."""
    given = settings()
    issuer = keys.public_key(session, wave, given.wrapping_key)
    opening = custody.public_key(given.key_folder, wave)
    return PublicKeys(base64url.encode(issuer), base64url.encode(opening))


def _publish(manifest: Manifest, now: datetime) -> None:
    opening_key = custody.opening_key(settings().key_folder, manifest.wave)
    with box_transaction() as connection:
        counted = tally.count(connection, manifest, opening_key)
    with transaction() as session:
        census = Census(manifest.invited, redemption.redeemed(session, manifest.wave))
        publish.publish(session, manifest, counted, census, now)
        waves.move(session, manifest.wave, WaveState.RELEASED)


def _destroy(wave: int) -> None:
    """Destroy the opening key, empty the box, clean its files, and only then call it destroyed.

    So a process that was killed before the files were clean is followed by one that cleans them.
    """
    custody.destroy(settings().key_folder, wave)
    with box_transaction() as connection:
        box.empty(connection, wave)
    forget_deleted("shard", "spent")
    with box_transaction() as connection:
        box.destroy(connection, wave)


def _manifest(wave: WaveInfo) -> Manifest:
    if wave.manifest is None:
        raise Conflict(f"Wave {wave.id} has never opened.")
    return wave.manifest


def _refuse_unless(wave: WaveInfo, *states: WaveState) -> None:
    if wave.state not in states:
        raise Conflict(
            f"Wave {wave.id} is {wave.state.value}; this step is for one that is {states[0].value}."
        )


def _refuse_missed(wave: WaveInfo, now: datetime) -> None:
    if wave_state.missed(wave.state, wave.closes_at, now):
        raise Conflict(f"The time of wave {wave.id} is over; plan a new one.")
