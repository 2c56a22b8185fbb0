from datetime import datetime

import pytest
from flask import Flask

from pulse.db import reading, transaction
from pulse.domain.errors import Invalid, NotFound
from pulse.domain.manifest import Translation
from pulse.domain.scale import Scale
from pulse.surveys import bank, catalogue, compose, translating
from pulse.surveys.audience import Audience
from pulse.surveys.compose import OwnQuestion, SurveyDraft
from pulse.surveys.translating import Texts
from tests.support import translated_wave


def into(survey: int, language: str) -> Translation | None:
    with reading() as session:
        asked = catalogue.get(session, survey).questions
        found = translating.translations(session, survey, asked)
    return next((item for item in found if item.language == language), None)


def gaps(survey: int, language: str) -> tuple[str, ...]:
    with reading() as session:
        return translating.gaps(session, survey, language)


def test_the_bank_speaks_for_its_questions_and_hr_for_the_rest(app: Flask, now: datetime) -> None:
    survey = translated_wave.survey(now)
    german = into(survey, "de")
    assert german
    assert german.title == "Frühjahrsumfrage"
    assert german.questions[0] == bank.text("workload_1", "de")
    assert german.questions[3] == "Die Kantine ist gut."
    french = into(survey, "fr")
    assert french
    assert (french.title, french.questions[3]) == ("", "")
    assert french.questions[0] == bank.text("workload_1", "fr")
    assert into(survey, "en") is None


def test_what_is_missing_is_listed_for_each_language(app: Flask, now: datetime) -> None:
    survey = translated_wave.survey(now)
    assert gaps(survey, "de") == gaps(survey, "en") == ()
    assert gaps(survey, "ar") == (translated_wave.OWN,)
    assert gaps(survey, "fr") == ("Spring pulse", "How is work?", translated_wave.OWN)


def test_a_survey_in_german_copies_the_bank_in_german(app: Flask, now: datetime) -> None:
    asked = compose.chosen(("tools_1",), (OwnQuestion("Passt es?", Scale.YES_NO),), "de")
    with transaction() as session:
        draft = SurveyDraft("Umfrage", "", asked, Audience(), language="de")
        survey = compose.create(session, draft, now)
    with reading() as session:
        assert catalogue.get(session, survey).questions[0].text == bank.text("tools_1", "de")
    assert gaps(survey, "de") == ()
    assert gaps(survey, "en") == ("Umfrage", "Passt es?")
    english = into(survey, "en")
    assert english
    assert english.questions == (bank.text("tools_1", "en"), "")


def test_the_bank_does_not_translate_what_was_copied_in_other_words(
    app: Flask, now: datetime
) -> None:
    reworded = compose.chosen(("tools_1",))[0]
    reworded = type(reworded)("tools_1", "My tools work.", reworded.scale, reworded.driver)
    assert translating.of_bank(reworded, "en", "de") == ""


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        (Texts("x" * 121), "title"),
        (Texts("two\nlines"), "title"),
        (Texts(questions={"own_1": "x" * 201}), "own_1"),
        (Texts(questions={"own_1": "a\x00b"}), "own_1"),
        (Texts(questions={"own_9": "?"}), "questions"),
    ],
)
def test_texts_that_cannot_be_kept_are_refused_by_name(
    app: Flask, now: datetime, texts: Texts, field: str
) -> None:
    survey = translated_wave.survey(now)
    with pytest.raises(Invalid) as refused, transaction() as session:
        translating.put(session, survey, "de", texts)
    assert refused.value.field == field
    assert gaps(survey, "de") == ()


@pytest.mark.parametrize("language", ["nl", "en", "../de"])
def test_a_language_that_is_not_offered_is_refused(
    app: Flask, now: datetime, language: str
) -> None:
    survey = translated_wave.survey(now)
    with pytest.raises(NotFound), transaction() as session:
        translating.put(session, survey, language, Texts("Lente"))
