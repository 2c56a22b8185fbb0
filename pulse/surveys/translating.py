"""What a survey says in other languages: the bank's own texts, and those that HR writes.

A text that nobody has translated falls back to the original, each by itself; `gaps` lists them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from pulse import languages
from pulse.domain.errors import Invalid, NotFound
from pulse.domain.manifest import Translation
from pulse.domain.question import Question
from pulse.surveys import bank, catalogue, compose
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.model import Survey

TITLE, INTRODUCTION = "title", "introduction"


@dataclass(frozen=True, slots=True)
class Texts:
    """What HR wrote in one language; an empty text is none. Questions are known by their code."""

    title: str = ""
    introduction: str = ""
    questions: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> "Texts":
        """Read what `put` wrote."""
        return Texts(value[TITLE], value[INTRODUCTION], dict(value["questions"]))


def put(session: Session, survey_id: int, language: str, texts: Texts) -> None:
    """Keep what a survey is called in a language, for the waves that open from now on.

    Raises NotFound, and Invalid with the field at fault.
    """
    survey = catalogue.get(session, survey_id)
    if language == survey.language or language not in languages.OFFERED:
        raise NotFound(f"This survey is not translated into “{language}”.")
    known = {item.code for item in survey.questions}
    for code in texts.questions:
        if code not in known:
            raise Invalid(f"This survey has no question “{code}”.", "questions")
    compose.check_translation(texts.title, texts.introduction, texts.questions)
    row = session.get_one(Survey, survey_id)
    row.translations = (row.translations or {}) | {language: asdict(_tidy(texts))}
    session.flush()


def written(session: Session, survey_id: int, language: str) -> Texts:
    """Give what HR wrote in a language; empty texts where it wrote nothing. Raises NotFound."""
    catalogue.get(session, survey_id)
    kept = session.get_one(Survey, survey_id).translations or {}
    return Texts.from_json(kept[language]) if language in kept else Texts()


def translations(
    session: Session, survey_id: int, asked: Sequence[Question]
) -> tuple[Translation, ...]:
    """Give what a wave that asks these questions says in other languages, for its manifest."""
    survey = catalogue.get(session, survey_id)
    others = (code for code in languages.OFFERED if code != survey.language)
    found = [_translation(session, survey, asked, code) for code in others]
    return tuple(item for item in found if item.title or item.introduction or any(item.questions))


def gaps(session: Session, survey_id: int, language: str) -> tuple[str, ...]:
    """Give the texts of a survey that have no translation into a language, in their order."""
    survey = catalogue.get(session, survey_id)
    if language == survey.language:
        return ()
    there = _translation(session, survey, survey.questions, language)
    pairs = [
        (survey.title, there.title),
        (survey.introduction, there.introduction),
        *zip((item.text for item in survey.questions), there.questions, strict=True),
    ]
    return tuple(original for original, text in pairs if original and not text)


def _translation(
    session: Session, survey: SurveyInfo, asked: Sequence[Question], language: str
) -> Translation:
    of_hr = written(session, survey.id, language)
    return Translation(
        language=language,
        title=of_hr.title,
        introduction=of_hr.introduction,
        questions=tuple(
            of_hr.questions.get(item.code) or of_bank(item, survey.language, language)
            for item in asked
        ),
    )


def of_bank(question: Question, language: str, into: str) -> str:
    """Give the bank's text of a question in another language, or nothing.

    The bank speaks only for its own wording: a question that was copied from another is not
    translated by what stands there now.
    """
    if question.text != bank.text(question.code, language):
        return ""
    return bank.text(question.code, into)


def _tidy(texts: Texts) -> Texts:
    questions = {code: text.strip() for code, text in texts.questions.items() if text.strip()}
    return Texts(texts.title.strip(), texts.introduction.strip(), questions)
