"""The end of a wave: counted once, what may be shown published, and then all of it destroyed.

    closed ──count──► release committed ──► key, ballots, traces destroyed ──► box destroyed
       └── or given up: destroyed uncounted, and a release says so

Every step is made of transactions that may each be repeated, and nothing is destroyed before
the release is committed. The main and the box database are never written in one transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from pulse import announcing, custody
from pulse.ballots import box, reshuffle, tally
from pulse.ballots.tally import Opening, Tally
from pulse.config import settings
from pulse.db import (
    box_reading,
    box_transaction,
    empty_logs,
    forget_deleted,
    reading,
    transaction,
)
from pulse.domain import left_out
from pulse.domain.blocks import Decided
from pulse.domain.cells import Reason
from pulse.domain.errors import Conflict
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.invitations import frame, opting_out, redemption
from pulse.release import gate, holding, publish
from pulse.release.comment_writing import Known
from pulse.release.gate import Draft
from pulse.release.publish import Census, Edition
from pulse.surveys import waves
from pulse.surveys.waves import WaveInfo

# Above this share of the ballots a person decides whether the rest is published.
MOST_DAMAGED = 0.01


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person brings to a count: the passphrase, and why damage is accepted.

    `without` are dimensions by which nothing is to be shown.
    """

    passphrase: str | None = field(default=None, repr=False)
    accepted: str | None = None
    without: frozenset[str] = frozenset()


ALONE = Decision()
# Decides what may be shown, from turnout alone, by all dimensions but some.
Planner: TypeAlias = Callable[[Manifest, Joint, Joint, frozenset[str]], Decided | None]


class Damaged(Conflict):
    """More ballots are damaged than may be left out without anybody's decision."""


def release(
    wave_id: int, now: datetime, decision: Decision = ALONE, decide: Planner = publish.decide
) -> None:
    """Count the box once, publish what may be shown, and destroy the ballots.

    The ballots go only after the release is committed. Repeating it on a released wave does no
    more than see to it that the box is empty. Raises Conflict for a wave that has not closed,
    Damaged, Unsafe, and Invalid for a passphrase that is missing or wrong or for a dimension that
    cannot be left out.
    """
    wave = _wave(wave_id)
    if wave.state is WaveState.CLOSED:
        manifest = _manifest(wave)
        key = custody.opening_key(settings().key_folder, wave_id, decision.passphrase)
        count(manifest, key, now, decision, decide)
    elif wave.state is not WaveState.RELEASED:
        raise Conflict(f"Wave {wave_id} is {wave.state.value}; close it first.")
    destroy(wave_id)


def give_up(wave_id: int, now: datetime, reason: Reason) -> None:
    """Publish that nothing is published, and destroy the ballots without counting them."""
    with box_reading() as connection:
        # Where the box does not even answer, this is no wave that fails but a house on fire.
        box.state(connection, wave_id)
    manifest = _manifest(_wave(wave_id))
    census = Census(manifest.invited, 0)
    _write(Edition(manifest, None, None, census, now.date(), uncounted=reason), now)
    destroy(wave_id)


def needs_passphrase(wave_id: int) -> bool:
    """Say whether the count of a closed wave needs the second person's passphrase."""
    is_closed = _wave(wave_id).state is WaveState.CLOSED
    return is_closed and custody.needs_passphrase(settings().key_folder, wave_id)


def too_damaged(lost: int, ballots: int) -> bool:
    """Say whether so much is lost that a person decides.

    >>> too_damaged(1, 100), too_damaged(2, 100)
    (False, True)
    """
    return lost > MOST_DAMAGED * ballots


def destroy(wave_id: int) -> None:
    """Destroy the opening key, empty the box, clean its files, and only then call it destroyed.

    So a process that was killed before the files were clean is followed by one that cleans them.
    """
    custody.destroy(settings().key_folder, wave_id)
    with box_transaction() as connection:
        box.empty(connection, wave_id)
        # What is left is laid down anew in the same transaction: PostgreSQL would otherwise keep
        # the former rows for as long as anybody on its server has an older transaction open.
        reshuffle.reshuffle(connection)
    forget_deleted()
    empty_logs()
    with box_transaction() as connection:
        box.destroy(connection, wave_id)


def count(
    manifest: Manifest,
    key: bytes,
    now: datetime,
    decision: Decision,
    decide: Planner = publish.decide,
) -> None:
    """Count a closed wave and commit its release; where it has one already, that one stays.

    Raises Conflict where the box is not there to be counted, Damaged, and Unsafe.
    """
    with reading() as session:
        held = holding.of_wave(session, manifest.wave)
        chosen = decision.without | set(held.left_out if held else ())
        without = left_out.closure(manifest, chosen)
        issued = redemption.issued(session, manifest.wave)
        invited = frame.joint(session, manifest.wave, [item.key for item in manifest.dimensions])
        # Names never reach the box or the tally: the release masks them in what it is handed.
        names = frame.names(session, manifest.wave, now.date())
        opted_out = opting_out.told(session, manifest.wave)
    with box_reading() as connection:
        opening = Opening(connection, manifest, key)
        turnout = tally.turnout(opening, issued.by_label)
        # What may be shown is decided here: turnout is known, and no answer has been opened.
        decided = decide(manifest, turnout.joint, invited, without)
        counted = tally.answers(opening, turnout)
    if decision.accepted is None:
        _refuse_damaged(counted, publish.fewest(manifest))
    census = Census(manifest.invited, issued.started, issued.handed, issued.again, opted_out)
    known = Known(names, settings().regions)
    edition = Edition(manifest, counted, decided, census, now.date(), known=known)
    _publish(publish.coded(replace(edition, accepted=decision.accepted)), invited, without, now)


def _publish(edition: Edition, invited: Joint, without: frozenset[str], now: datetime) -> None:
    """Attack what would be published, and publish it if it withstands. Raises Unsafe."""
    with transaction() as session:
        waves.hold(session, edition.manifest.wave)
        drafted = gate.draft(session, edition, invited)
    # No transaction is open while the attack takes its time.
    audited = gate.withstand(drafted, edition.manifest, without) if drafted else None
    _write(replace(edition, audited=audited), now, drafted)


def _write(edition: Edition, now: datetime, drafted: Draft | None = None) -> None:
    wave_id = edition.manifest.wave
    with transaction() as session:
        waves.hold(session, wave_id)
        release_id = publish.publish_edition(session, edition)
        if drafted and not gate.same(session, release_id, drafted):
            raise Conflict("What was about to be published is not what was attacked.")
        holding.lift(session, wave_id)
        waves.move(session, wave_id, WaveState.RELEASED)
        announcing.moved(session, wave_id, WaveState.RELEASED, now)


def _refuse_damaged(counted: Tally, fewest: int) -> None:
    """Stop where too much is damaged. A wave too small to be published has nothing to decide."""
    if counted.counted >= fewest and too_damaged(counted.lost, counted.ballots):
        share = _in_steps(counted.lost, counted.ballots)
        raise Damaged(
            f"Up to {share} per cent of the ballots are damaged, forged or contradict themselves. "
            "They would be left out or count as “no answer”; somebody has to decide whether the "
            "rest is published."
        )


def _in_steps(lost: int, ballots: int) -> int:
    """Give a share in steps of five per cent: before a release nobody learns how many took part.

    >>> _in_steps(2, 14), _in_steps(2, 100), _in_steps(14, 14)
    (15, 5, 100)
    """
    return -(-lost * 20 // ballots) * 5


def _wave(wave_id: int) -> WaveInfo:
    with reading() as session:
        return waves.get(session, wave_id)


def _manifest(wave: WaveInfo) -> Manifest:
    if wave.manifest is None:
        raise Conflict(f"Wave {wave.id} has never opened.")
    return wave.manifest
