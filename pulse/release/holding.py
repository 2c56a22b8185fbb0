"""Why a closed wave has not been released: said once by whoever counts, read by HR on its page.

A wave is held until its release, or until its time of grace is over. What is held for a person's
decision is not counted again and again while they decide. The time of grace runs from the closing,
or from the moment at which it was first held where that is later: a worker that was down for weeks
must not take from anybody the time to help.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pulse.domain.cells import Reason
from pulse.domain.errors import Conflict
from pulse.release.hold_model import CountHold


class HoldKind(StrEnum):
    """What a release waits for; the words are also why it was withheld in the end."""

    LOCKED = Reason.LOCKED.name
    DAMAGED = Reason.DAMAGED.name
    UNSAFE = Reason.UNSAFE.name
    NOT_COUNTED = Reason.NOT_COUNTED.name

    @property
    def needs_person(self) -> bool:
        """Whether trying again without anybody is of no use."""
        return self is not HoldKind.NOT_COUNTED


@dataclass(frozen=True, slots=True)
class Hold:
    """What a release waits for, the sentence that HR reads, and since when it has waited.

    `left_out` are the dimensions by which HR has decided to show nothing.
    """

    kind: HoldKind
    words: str
    since: datetime
    left_out: tuple[str, ...] = ()


def hold(session: Session, wave_id: int, held: Hold) -> None:
    """Write down why a wave waits in the place of what was written before, but for since when."""
    before = session.get(CountHold, wave_id)
    since = held.since if before is None else before.since
    left_out = None if before is None else before.left_out
    kind, words = held.kind.value, held.words
    session.merge(
        CountHold(wave_id=wave_id, kind=kind, words=words, since=since, left_out=left_out)
    )


def of_wave(session: Session, wave_id: int) -> Hold | None:
    """Give what a wave waits for, or None."""
    row = session.get(CountHold, wave_id)
    if row is None:
        return None
    return Hold(HoldKind(row.kind), row.words, row.since, tuple(row.left_out or ()))


def leave_out(session: Session, wave_id: int, keys: Collection[str]) -> None:
    """Write down by which dimensions nothing is to be shown, besides those written down before.

    Raises Conflict for a wave that is not held because its results are unsafe.
    """
    row = session.get(CountHold, wave_id)
    if row is None or row.kind != HoldKind.UNSAFE.value:
        raise Conflict("Nothing has to be left out of this wave.")
    row.left_out = sorted({*(row.left_out or ()), *keys})


def grace_ends(held: Hold | None, now: datetime, grace: timedelta) -> datetime:
    """Give the moment from which ballots that cannot be released are destroyed uncounted.

    The grace begins when the release was first held, whenever the wave was meant to close.

    >>> now, grace = datetime(2026, 5, 9), timedelta(days=7)
    >>> grace_ends(None, now, grace).day
    16
    >>> grace_ends(Hold(HoldKind.LOCKED, "Locked.", datetime(2026, 5, 2)), now, grace).day
    9
    """
    return (now if held is None else held.since) + grace


def lift(session: Session, wave_id: int) -> None:
    """Forget why a wave waited; repeating it changes nothing."""
    session.execute(delete(CountHold).where(CountHold.wave_id == wave_id))
