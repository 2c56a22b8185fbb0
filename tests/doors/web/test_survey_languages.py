from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.surveys import translating, waves
from tests.support import translated_wave
from tests.support.signing_in import Person, sign_in


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


def hire(*locales: str | None) -> None:
    with transaction() as session:
        unit = Unit(key="Care", name="Care")
        staff = [
            Employee(number=f"{place:04}", name=f"Person {place}", locale=locale)
            for place, locale in enumerate(locales)
        ]
        session.add_all([unit, *staff])
        session.flush()
        began = date(2020, 1, 1)
        session.add_all(
            EmploymentSpell(employee_id=person.id, unit_id=unit.id, starts_on=began)
            for person in staff
        )


def test_hr_reads_which_languages_an_audience_has_and_what_they_lack(
    hr: Person, now: datetime
) -> None:
    hire(*["en"] * 12, *["de-AT"] * 6, *["fr"] * 2, None, "nl")
    survey = translated_wave.survey(now)
    page = hr.get(f"/hr/surveys/{survey}").text
    assert 'lang="en">English</strong> <span class="soft small">(10 to 19 people)' in page
    assert 'lang="de">Deutsch</strong> <span class="soft small">(5 to 9 people)' in page
    assert 'lang="fr">Français</strong> <span class="soft small">(fewer than 5 people)' in page
    assert "3 texts are not translated and will be shown in the original" in page
    assert "العربية</strong>" not in page
    assert "Person" not in page.replace("Personnel", "")


def test_hr_gives_texts_and_the_next_wave_says_them(hr: Person, now: datetime) -> None:
    hire(*["fr"] * 24)
    wave = translated_wave.planned(now)
    with reading() as session:
        survey = waves.get(session, wave).survey_id
    path = f"/hr/surveys/{survey}/languages/fr"
    form = hr.get(path).text
    assert "Without a text of yours: J’ai assez de temps pour faire mon travail" in form
    data = {"title": "Pouls de printemps", "question_own_1": "La cantine est bonne."}
    answer = hr.post(path, data, form_on=path)
    assert (answer.status_code, answer.location) == (302, f"/hr/surveys/{survey}")
    assert "La cantine est bonne." in hr.get(path).text
    fieldwork.open_wave(wave, now)
    page = hr.client.get(f"/s/{wave}?lang=fr").text
    assert "Pouls de printemps" in page
    assert "La cantine est bonne." in page
    with reading() as session:
        manifest = waves.get(session, wave).manifest
    assert manifest
    assert manifest.said_in("fr").questions[3] == "La cantine est bonne."


def test_a_text_that_is_too_long_is_refused_beside_it_and_kept(hr: Person, now: datetime) -> None:
    survey = translated_wave.survey(now)
    path = f"/hr/surveys/{survey}/languages/es"
    answer = hr.post(path, {"question_own_1": "x" * 201, "title": "Pulso"}, form_on=path)
    assert answer.status_code == 400
    assert "That is 201 characters; at most 200 fit." in answer.text
    assert 'value="Pulso"' in answer.text
    assert 'id="question_own_1-error"' in answer.text
    with reading() as session:
        assert "Spring pulse" in translating.gaps(session, survey, "es")


@pytest.mark.parametrize("code", ["nl", "en", "..", "DE"])
def test_a_language_that_is_not_offered_is_no_page(hr: Person, now: datetime, code: str) -> None:
    assert hr.get(f"/hr/surveys/{translated_wave.survey(now)}/languages/{code}").status_code == 404


def test_only_hr_may(app: Flask, now: datetime) -> None:
    survey = translated_wave.survey(now)
    leader = sign_in(app.test_client(), Role.LEADER)
    assert leader.get(f"/hr/surveys/{survey}/languages/de").status_code == 403
