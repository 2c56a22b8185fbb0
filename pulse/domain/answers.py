"""Reads what a respondent sent: one answer for each question, or what is still missing.

A question left open is asked about once more; "prefer not to answer" is an answer. Words may
be left out. The reading keeps everything that was given, so that a page can show it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pulse.domain.ballot import Value, letters, plain
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale, values
from pulse.domain.slots import COMMENT_LENGTH

PREFER_NOT = "none"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of the form, in words for the person who filled it in."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers by question code; complete only where there are no problems."""

    answers: Mapping[str, Value]
    problems: tuple[Problem, ...]


def field_name(number: int) -> str:
    """Name the form's field of a question, counted from 1."""
    return f"q{number}"


def parse(manifest: Manifest, form: Mapping[str, str]) -> Reading:
    """Read the form of a wave's page."""
    answers: dict[str, Value] = {}
    problems: list[Problem] = []
    for number, question in enumerate(manifest.questions, start=1):
        field = field_name(number)
        try:
            answers[question.code] = _read(question, number, form.get(field, ""))
        except ValueError as error:
            problems.append(Problem(field, str(error)))
    return Reading(answers, tuple(problems))


def _read(question: Question, number: int, given: str) -> Value:
    if question.scale is Scale.OPEN:
        return _words(number, plain(given))
    if given == PREFER_NOT:
        return None
    if not given:
        raise ValueError(
            f"You left question {number} open: choose an answer or “Prefer not to answer”."
        )
    known = {str(value): value for value in values(question.scale)}
    if given not in known:
        raise ValueError(f"Choose one of the answers to question {number}.")
    return known[given]


def _words(number: int, words: str) -> str | None:
    count = letters(words)
    if count > COMMENT_LENGTH:
        raise ValueError(
            f"Your words to question {number} are {count:,} characters long; "
            f"{COMMENT_LENGTH:,} fit."
        )
    return words or None
