"""Plays answers from rows through the real token and ballot path, for tests and rehearsals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pulse.config import settings
from pulse.db import reading
from pulse.domain.ballot import Value
from pulse.domain.errors import Invalid, NotFound, PulseError
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.shard_layout import Layout, layout
from pulse.invitations import redemption
from pulse.participation import seed, take_part
from pulse.people import roster
from pulse.surveys import waves

FIRST_ROW = 2


@dataclass(frozen=True, slots=True)
class PlayReport:
    """How many ballots were dropped, and which lines were refused and why."""

    dropped: int
    refused: tuple[tuple[int, str], ...]


def play(wave_id: int, id_column: str, rows: Iterable[Mapping[str, str]]) -> PlayReport:
    """Let each row's employee answer an open wave; columns are question codes.

    A row that cannot be played is reported with its line and the others go on. Raises NotFound
    for an unknown wave and Invalid for one that has not opened.
    """
    with reading() as session:
        manifest = waves.get(session, wave_id).manifest
    if manifest is None:
        raise Invalid(f"Wave {wave_id} has not opened.", "wave")
    dropped = 0
    refused: list[tuple[int, str]] = []
    for line, row in enumerate(rows, start=FIRST_ROW):
        try:
            _play_row(manifest, row.get(id_column) or "", row)
        except PulseError as error:
            refused.append((line, error.message))
        else:
            dropped += 1
    return PlayReport(dropped, tuple(refused))


def answer_for(plan: Layout, employee_id: int, answers: Mapping[str, Value]) -> None:
    """Let an employee answer through the real token and ballot path, without a code.

    Raises AlreadyTaken, TokenSpent, UnknownCode where the person was not asked, and WaveNotOpen.
    """
    given = settings()
    take_part(
        plan,
        answers,
        redeem=lambda session, claim: redemption.redeem_employee(
            session, claim, employee_id, given.wrapping_key
        ),
        seed=seed(given.assist_key, plan.manifest.wave, f"employee {employee_id}"),
    )


def _play_row(manifest: Manifest, number: str, row: Mapping[str, str]) -> None:
    answers = {item.code: _value(item, row.get(item.code) or "") for item in manifest.questions}
    with reading() as session:
        employee_id = roster.by_numbers(session, [number.strip()]).get(number.strip())
    if employee_id is None:
        raise NotFound(f"There is no employee {number}.")
    answer_for(layout(manifest), employee_id, answers)


def _value(question: Question, text: str) -> Value:
    given = text.strip()
    if not given:
        return None
    if question.scale is Scale.OPEN:
        return given
    try:
        return int(given)
    except ValueError as error:
        raise Invalid(f"{given!r} is no answer to {question.code}.", question.code) from error
