"""Reads what a respondent sent: one answer for each question, or what is still missing.

A question left open is asked about once more; "prefer not to answer" is an answer. Words may
be left out. The reading keeps everything that was given, so that a page can show it again.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pulse.domain.manifest import Manifest, Question
from pulse.domain.scale import Scale, values

PREFER_NOT = "none"
WORDS_LIMIT = 2_000

Answer = int | str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of the form, in words for the person who filled it in."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers by question code; complete only where there are no problems."""

    answers: Mapping[str, Answer]
    problems: tuple[Problem, ...]


def field_name(number: int) -> str:
    """Name the form's field of a question, counted from 1."""
    return f"q{number}"


def parse(manifest: Manifest, form: Mapping[str, str]) -> Reading:
    """Read the form of a wave's page."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for number, question in enumerate(manifest.questions, start=1):
        field = field_name(number)
        try:
            answers[question.code] = _read(question, number, form.get(field, ""))
        except ValueError as error:
            problems.append(Problem(field, str(error)))
    return Reading(answers, tuple(problems))


def clean(words: str) -> str:
    r"""Give words with plain line ends and without control characters.

    >>> clean(" one\r\ntwo\x00 ")
    'one\ntwo'
    """
    plain = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        letter for letter in plain if letter in "\n\t" or unicodedata.category(letter) != "Cc"
    )
    return "".join(kept).strip()


def _read(question: Question, number: int, given: str) -> Answer:
    if question.scale is Scale.OPEN:
        return _words(number, clean(given))
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
    if len(words) > WORDS_LIMIT:
        raise ValueError(
            f"Your words to question {number} are {len(words):,} characters long; "
            f"{WORDS_LIMIT:,} fit."
        )
    return words or None
