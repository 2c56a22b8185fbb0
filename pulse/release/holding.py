"""Why a closed wave has not been released: said once by whoever counts, read by HR on its page.

A wave is held until its release, or until its time of grace is over. What is held for a person's
decision is not counted again and again while they decide.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pulse.domain.cells import Reason
from pulse.release.model import CountHold


class HoldKind(StrEnum):
    """What a release waits for; the words are also why it was withheld in the end."""

    LOCKED = Reason.LOCKED.name
    DAMAGED = Reason.DAMAGED.name
    NOT_COUNTED = Reason.NOT_COUNTED.name

    @property
    def needs_person(self) -> bool:
        """Whether trying again without anybody is of no use."""
        return self is not HoldKind.NOT_COUNTED


@dataclass(frozen=True, slots=True)
class Hold:
    """What a release waits for, and the sentence that HR reads."""

    kind: HoldKind
    words: str


def hold(session: Session, wave_id: int, held: Hold) -> None:
    """Write down why a wave waits, in the place of what was written before."""
    session.merge(CountHold(wave_id=wave_id, kind=held.kind.value, words=held.words))


def of_wave(session: Session, wave_id: int) -> Hold | None:
    """Give what a wave waits for, or None."""
    row = session.get(CountHold, wave_id)
    return None if row is None else Hold(HoldKind(row.kind), row.words)


def lift(session: Session, wave_id: int) -> None:
    """Forget why a wave waited; repeating it changes nothing."""
    session.execute(delete(CountHold).where(CountHold.wave_id == wave_id))
