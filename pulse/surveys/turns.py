"""Taking turns: which part of the staff a wave asks, and which questions beside the fixed ones.

    survey ──► turns ──► its next wave: the next part, and what has waited longest there

Both are settled when a wave is planned, and are the same for everybody in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain import rotation, sampling
from pulse.domain.errors import Invalid
from pulse.surveys.model import Wave

MOST_ROTATING = 40


@dataclass(frozen=True, slots=True)
class Turns:
    """In how many parts the staff take turns, which questions do, and how many each wave asks."""

    parts: int = 1
    rotating: tuple[str, ...] = ()
    per_wave: int = 0

    @property
    def waves(self) -> int:
        """After how many waves everybody has been asked every question."""
        return self.parts * (rotation.turns(len(self.rotating), self.per_wave) or 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one wave asks of whom: codes of questions, None for all, and a part, of `parts`."""

    asked: tuple[str, ...] | None = None
    part: int | None = None
    parts: int | None = None


def check(given: Turns, codes: Sequence[str], most: int) -> None:
    """Check turns against the questions of a survey and the most that a wave may ask.

    Raises Invalid with the field at fault.
    """
    sampling.check(given.parts)
    unknown = [code for code in given.rotating if code not in codes]
    if unknown or len(set(given.rotating)) < len(given.rotating):
        raise Invalid("Choose each question that takes turns once, from this survey.", "rotating")
    if len(given.rotating) > MOST_ROTATING:
        raise Invalid(f"At most {MOST_ROTATING} questions can take given.", "rotating")
    if given.rotating and not 1 <= given.per_wave < len(given.rotating):
        words = (
            f"{len(given.rotating)} questions take turns: each wave asks fewer, and at least one."
        )
        raise Invalid(words, "per_wave")
    fixed = len(codes) - len(given.rotating)
    asked = fixed + (given.per_wave if given.rotating else 0)
    if asked > most:
        raise Invalid(
            f"Each wave would ask {asked} questions; a pulse asks at most {most}.", "questions"
        )


def following(session: Session, survey_id: int, turns: Turns, codes: Sequence[str]) -> Turn:
    """Give the turn of the next wave of a survey, whose questions have these codes."""
    former = session.execute(
        select(Wave.part, Wave.parts, Wave.asked)
        .where(Wave.survey_id == survey_id)
        .order_by(Wave.number)
    ).all()
    mine = [wave for wave in former if (wave.parts or 1) == turns.parts]
    part = None
    if turns.parts > 1:
        part = sampling.next_part(mine[-1].part if mine else None, turns.parts)
    if not turns.rotating:
        return Turn(None, part, turns.parts if part is not None else None)
    asked = [wave.asked or () for wave in mine if wave.part == part]
    drawn = set(rotation.turn(turns.rotating, asked, turns.per_wave))
    chosen = tuple(code for code in codes if code in drawn or code not in turns.rotating)
    return Turn(chosen, part, turns.parts if part is not None else None)
