"""Reads what a respondent sent: one answer for each question, or what is still missing.

A question left open is asked about once more; "prefer not to answer" is an answer. Words may
be left out. The reading keeps everything that was given, so that a page can show it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as held

from pulse.domain.ballot import Value, letters, plain
from pulse.domain.manifest import Manifest
from pulse.domain.marking import marked
from pulse.domain.question import Question
from pulse.domain.scale import Scale, values
from pulse.domain.slots import COMMENT_LENGTH

PREFER_NOT = "none"
LEFT_OPEN = marked("You left question %(number)s open: choose an answer or “Prefer not to answer”.")
TOO_LONG = marked("Your words to question %(number)s are %(count)s characters long; %(limit)s fit.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of the form, in words for the person who filled it in.

    `text` has places for the `values`, so that a door can say it in another language.
    """

    field: str
    text: str
    values: Mapping[str, int] = held(default_factory=dict)

    @property
    def message(self) -> str:
        """The words in English."""
        return self.text % {name: f"{value:,}" for name, value in self.values.items()}


class _Wrong(Exception):
    """An answer that cannot be taken: the text, and the numbers in it."""

    def __init__(self, text: str, **values: int) -> None:
        super().__init__(text)
        self.text = text
        self.values = values


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
        name = field_name(number)
        try:
            answers[question.code] = _read(question, number, form.get(name, ""))
        except _Wrong as wrong:
            problems.append(Problem(name, wrong.text, wrong.values))
    return Reading(answers, tuple(problems))


def _read(question: Question, number: int, given: str) -> Value:
    if question.scale is Scale.OPEN:
        return _words(number, plain(given))
    if given == PREFER_NOT:
        return None
    if not given:
        raise _Wrong(LEFT_OPEN, number=number)
    known = {str(value): value for value in values(question.scale)}
    if given not in known:
        raise _Wrong(marked("Choose one of the answers to question %(number)s."), number=number)
    return known[given]


def _words(number: int, words: str) -> str | None:
    count = letters(words)
    if count > COMMENT_LENGTH:
        raise _Wrong(TOO_LONG, number=number, count=count, limit=COMMENT_LENGTH)
    return words or None
