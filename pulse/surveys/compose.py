"""Composing a survey: draft -> checks, each naming its field -> rows.

Texts are copied from the bank, so a survey never changes once it exists.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from pulse.domain.dimension import CROSS, LONGEST_KEY, ORGANISATION, crossing, parts
from pulse.domain.errors import Invalid
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.languages import ENGLISH, OFFERED
from pulse.surveys import bank, turns
from pulse.surveys.audience import Audience
from pulse.surveys.model import Survey, SurveyQuestion
from pulse.surveys.turns import Turns

MAX_QUESTIONS = 10
MAX_DIMENSIONS = 3
# Each crossing is one more sealed shard for every question of every ballot.
MAX_CROSSINGS = 2
MAX_TITLE = 120
MAX_INTRODUCTION = 1000
MAX_TEXT = 200
_PAIR = 2
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """Everything that HR decides about a survey.

    `dimensions` are keys of attributes, and of crossings of them or with the organisation.
    """

    title: str
    introduction: str
    questions: tuple[Question, ...]
    audience: Audience
    dimensions: tuple[str, ...] = ()
    language: str = ENGLISH.code
    turns: Turns = field(default_factory=Turns)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that is not in the bank."""

    text: str
    scale: Scale
    driver: str = bank.OWN_DRIVER
    reverse: bool = False


def create(session: Session, draft: SurveyDraft, now: datetime) -> int:
    """Keep the survey and give its id. Raises Invalid with the field at fault."""
    check(draft)
    survey = Survey(
        title=draft.title.strip(),
        introduction=draft.introduction.strip(),
        audience=draft.audience.to_json(),
        dimensions=list(draft.dimensions),
        language=draft.language,
        created_at=now,
        parts=draft.turns.parts,
        rotating_per_wave=draft.turns.per_wave if draft.turns.rotating else 0,
    )
    session.add(survey)
    session.flush()
    session.add_all(_rows(survey.id, draft))
    session.flush()
    return survey.id


def chosen(
    codes: Iterable[str], own: Sequence[OwnQuestion] = (), language: str = ENGLISH.code
) -> tuple[Question, ...]:
    """Give bank questions and own ones as a survey asks them; an open question comes last."""
    asked = [bank.question(code).asked(language) for code in codes]
    asked += [_own(number, item) for number, item in enumerate(own, start=1)]
    return tuple(sorted(asked, key=lambda item: item.scale is Scale.OPEN))


def check(draft: SurveyDraft) -> None:
    """Check a draft without keeping it. Raises Invalid with the field at fault."""
    _check_text(draft.title, "title", "a title", MAX_TITLE)
    if draft.introduction.strip():
        _check_text(draft.introduction, "introduction", "an introduction", MAX_INTRODUCTION)
    if draft.language not in OFFERED:
        raise Invalid(f"“{draft.language}” is not a language that is offered.", "language")
    _check_questions(draft.questions)
    turns.check(draft.turns, [item.code for item in draft.questions], MAX_QUESTIONS)
    _check_dimensions(draft.dimensions)


def check_translation(title: str, introduction: str, questions: Mapping[str, str]) -> None:
    """Check texts in another language, of which each may be missing.

    Raises Invalid with the field at fault; a question's field is its code.
    """
    limits = {"title": (title, MAX_TITLE), "introduction": (introduction, MAX_INTRODUCTION)}
    limits |= {code: (text, MAX_TEXT) for code, text in questions.items()}
    for name, (text, longest) in limits.items():
        if text.strip():
            _check_text(text, name, "a text", longest)
        if "\n" in text.strip() and name != "introduction":
            raise Invalid("This is one line of text.", name)


def _own(number: int, item: OwnQuestion) -> Question:
    # Agreeing is favourable or not only where there is an order; words have none.
    reverse = item.reverse and item.scale is not Scale.OPEN
    return Question(f"own_{number}", item.text.strip(), item.scale, item.driver, reverse)


def _check_text(text: str, field: str, what: str, longest: int) -> None:
    stripped = text.strip()
    if not stripped:
        raise Invalid(f"Please give {what}.", field)
    if len(stripped) > longest:
        raise Invalid(f"That is {len(stripped)} characters; at most {longest} fit.", field)
    if _CONTROL.search(stripped.replace("\r\n", "\n")):
        raise Invalid("There is a character in it that cannot be printed.", field)


def _check_questions(questions: tuple[Question, ...]) -> None:
    if not questions:
        raise Invalid("Please choose at least one question.", "questions")
    if len({item.code for item in questions}) < len(questions):
        raise Invalid("The same question is in it twice.", "questions")
    for item in questions:
        _check_question(item)


def _check_question(item: Question) -> None:
    if not _CODE.fullmatch(item.code):
        raise Invalid(f"“{item.code}” cannot be the code of a question.", "questions")
    if item.driver not in {driver.key for driver in bank.drivers()}:
        raise Invalid(f"There is no driver “{item.driver}”.", "questions")
    _check_text(item.text, "questions", "each question a text", MAX_TEXT)
    if "\n" in item.text.strip():
        raise Invalid("A question is one line of text.", "questions")


def _check_dimensions(dimensions: tuple[str, ...]) -> None:
    attributes = [key for key in dimensions if CROSS not in key]
    if len(attributes) > MAX_DIMENSIONS:
        raise Invalid(
            f"Results can be divided by at most {MAX_DIMENSIONS} attributes.", "dimensions"
        )
    if len(set(attributes)) < len(attributes) or ORGANISATION in attributes:
        raise Invalid("Each attribute can be named once; units are always there.", "dimensions")
    _check_crossings([parts(key) for key in dimensions if CROSS in key], {*attributes})


def _check_crossings(crossings: Sequence[tuple[str, ...]], attributes: set[str]) -> None:
    if len(crossings) > MAX_CROSSINGS:
        raise Invalid(f"At most {MAX_CROSSINGS} combinations can be chosen.", "crossings")
    if len({frozenset(pair) for pair in crossings}) < len(crossings):
        raise Invalid("The same combination is in it twice.", "crossings")
    for pair in crossings:
        if len(pair) != _PAIR or len(set(pair)) != _PAIR:
            raise Invalid("A combination is of two different ways to divide.", "crossings")
        first, second = pair
        # The organisation can only come first: it is its largest parts that are divided further.
        for key in (second,) if first == ORGANISATION else pair:
            if key not in attributes:
                words = f"A combination needs its attributes as well; “{key}” is not chosen."
                raise Invalid(words, "crossings")
        if len(crossing(first, second)) > LONGEST_KEY:
            raise Invalid("These two cannot be combined: their names are too long.", "crossings")


def _rows(survey_id: int, draft: SurveyDraft) -> list[SurveyQuestion]:
    return [
        SurveyQuestion(
            survey_id=survey_id,
            position=position,
            code=item.code,
            text=item.text.strip(),
            scale=item.scale.value,
            driver=item.driver,
            reverse=item.reverse,
            rotates=item.code in draft.turns.rotating,
        )
        for position, item in enumerate(draft.questions, start=1)
    ]
