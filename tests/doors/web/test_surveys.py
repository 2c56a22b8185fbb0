import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.domain.scale import Scale
from pulse.surveys import bank, catalogue, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.compose import SurveyDraft
from tests.support import staffed
from tests.support.signing_in import Person, sign_in

NEW = "/hr/surveys/new"


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


@pytest.fixture
def survey_id(app: Flask, now: datetime) -> int:
    questions = compose.chosen(bank.pack("core").codes)
    with transaction() as session:
        return compose.create(session, SurveyDraft("Pulse", "", questions, Audience()), now)


def surveys() -> tuple[SurveyInfo, ...]:
    with reading() as session:
        return catalogue.listing(session)


def local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def ticked(page: str) -> set[str]:
    boxes = re.findall(r"<input[^>]*checked[^>]*>", page)
    return {re.findall(r'value="([^"]*)"', box)[0] for box in boxes}


def test_an_empty_list_says_what_to_do_next(hr: Person) -> None:
    page = hr.get("/hr/surveys").text
    assert "There is no survey yet" in page
    assert f'href="{NEW}"' in page


def test_surveys_without_waves_say_what_to_do_next(hr: Person, survey_id: int) -> None:
    page = hr.get("/hr/surveys").text
    assert "No wave is planned yet" in page
    assert "5 questions, about 1 minute" in page


def test_a_pack_ticks_its_questions(hr: Person) -> None:
    for pack in bank.packs():
        page = hr.get(f"{NEW}?pack={pack.key}").text
        assert ticked(page) == set(pack.codes)
    assert hr.get(f"{NEW}?pack=banking").status_code == 404


def test_every_question_of_the_bank_stands_under_its_driver(hr: Person) -> None:
    page = hr.get(NEW).text
    for driver in bank.drivers():
        assert driver.name in page
    for question in bank.questions():
        assert f'value="{question.code}"' in page


def test_hr_composes_from_the_bank_and_in_its_own_words(hr: Person) -> None:
    units = staffed.company()
    data = {
        "title": "Spring pulse",
        "introduction": "Why we ask.",
        "questions": ["tools_4", "enps", "needs_open"],
        "own-0-text": "",
        "own-2-text": "",
        "own-1-text": "Is the new roster fair?",
        "own-1-scale": "yes_no",
        "own-1-driver": "workload",
        "own-1-reverse": "y",
        "units": [units["Care"]],
        "values": ["sex=F", "sex=M"],
        "dimensions": ["sex"],
    }
    answer = hr.post(NEW, data, form_on=NEW)
    (survey,) = surveys()
    assert (answer.status_code, answer.location) == (302, f"/hr/surveys/{survey.id}")
    assert [item.code for item in survey.questions] == ["tools_4", "enps", "own_1", "needs_open"]
    assert survey.questions[2].scale is Scale.YES_NO
    assert (survey.questions[2].driver, survey.questions[2].reverse) == ("workload", True)
    assert survey.audience == Audience((units["Care"],), {"sex": ("F", "M")})
    assert survey.dimensions == ("sex",)
    page = hr.get(answer.location).text
    assert "Is the new roster fair?" in page
    assert "Sex: F, M" in page


def test_hr_lets_parts_of_the_staff_and_questions_take_turns(hr: Person) -> None:
    data = {
        "title": "Weekly",
        "questions": ["enps", "tools_1"],
        "parts": "4",
        "rotating": ["tools_1", "tools_2", "tools_3", "workload_1"],
        "per_wave": "2",
    }
    answer = hr.post(NEW, data, form_on=NEW)
    (survey,) = surveys()
    assert answer.location == f"/hr/surveys/{survey.id}"
    rotating = ("tools_1", "tools_2", "tools_3", "workload_1")
    assert (survey.turns.parts, survey.turns.per_wave) == (4, 2)
    assert set(survey.turns.rotating) == set(rotating)
    assert len(survey.questions) == 5
    assert len(survey.of_one_wave) == 3
    page = hr.get(answer.location).text
    assert "One of 4 parts of the audience" in page
    assert "After 8 waves everybody has been asked all of them." in page
    assert "3 questions, about 1 minute" in page


def test_turns_that_cannot_be_are_shown_at_their_field(hr: Person) -> None:
    data = {"title": "Weekly", "questions": ["enps"], "rotating": ["tools_1", "tools_2"]}
    answer = hr.post(NEW, data | {"per_wave": "2"}, form_on=NEW)
    assert answer.status_code == 400
    assert "each wave asks fewer, and at least one" in answer.text
    assert {"enps", "tools_1", "tools_2"} <= ticked(answer.text)
    assert surveys() == ()


def test_hr_combines_two_ways_of_dividing_results(hr: Person) -> None:
    staffed.company()
    page = hr.get(NEW).text
    assert 'value="organisation*sex"' in page
    assert "Organisation and Sex together" in page
    data = {
        "title": "Spring pulse",
        "questions": ["enps"],
        "dimensions": ["sex"],
        "crossings": ["organisation*sex"],
    }
    answer = hr.post(NEW, data, form_on=NEW)
    (survey,) = surveys()
    assert survey.dimensions == ("sex", "organisation*sex")
    assert "Units, Sex, Organisation and Sex together" in hr.get(answer.location).text


@pytest.mark.parametrize(
    ("dimensions", "crossing", "words"),
    [([], "organisation*sex", "“sex” is not chosen"), (["sex"], "sex*hobby", "not a valid choice")],
)
def test_a_combination_without_its_attribute_is_refused_in_its_place(
    hr: Person, dimensions: list[str], crossing: str, words: str
) -> None:
    staffed.company()
    data = {"title": "Pulse", "questions": ["enps"], "dimensions": dimensions}
    answer = hr.post(NEW, data | {"crossings": [crossing]}, form_on=NEW)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'href="#crossings"' in answer.text
    assert surveys() == ()
    if not dimensions:
        assert crossing in ticked(answer.text)


def test_without_a_staff_file_everybody_is_asked(hr: Person) -> None:
    assert "load the staff file" in hr.get(NEW).text
    hr.post(NEW, {"title": "Pulse", "questions": ["enps"]}, form_on=NEW)
    assert surveys()[0].audience.everyone


def test_attributes_that_may_not_be_reported_are_not_offered(hr: Person) -> None:
    staffed.company()
    page = hr.get(NEW).text
    assert "Only people with Sex" in page
    assert "Hobby" not in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"questions": ["enps"]}, "Please give a title."),
        ({"title": "Pulse"}, "at least one question"),
        ({"title": "Pulse", "questions": [f"workload_{i}" for i in range(1, 9)] + ["enps"]}, ""),
        ({"title": "Pulse", "questions": [item.code for item in bank.questions()]}, "at most 10"),
        ({"title": "Pulse", "questions": ["nonsense"]}, "not a valid choice"),
        ({"title": "x" * 121, "questions": ["enps"]}, "121 characters"),
        ({"title": "Pulse", "own-0-text": "x" * 201}, "at most 200"),
    ],
)
def test_a_wrong_survey_is_refused_with_what_was_filled_in(
    hr: Person, data: dict[str, object], words: str
) -> None:
    answer = hr.post(NEW, data, form_on=NEW)
    if not words:
        assert answer.status_code == 302
        return
    assert answer.status_code == 400
    assert words in answer.text
    assert 'class="error-summary"' in answer.text
    assert surveys() == ()
    if data.get("questions") == ["enps"]:
        assert ticked(answer.text) == {"enps"}


def test_hr_plans_a_wave_on_the_clocks_of_a_zone(hr: Person, survey_id: int) -> None:
    monday = datetime(datetime.now(UTC).year + 1, 7, 1, 9, 0, tzinfo=UTC)
    data = {
        "opens_at": local(monday),
        "closes_at": local(monday + timedelta(days=7)),
        "time_zone": "Asia/Tokyo",
    }
    path = f"/hr/surveys/{survey_id}"
    answer = hr.post(path, data, form_on=path)
    with reading() as session:
        (wave,) = waves.listing(session)
    assert (answer.status_code, answer.location) == (302, f"/hr/waves/{wave.id}")
    assert wave.opens_at == monday - timedelta(hours=9)
    assert wave.time_zone == "Asia/Tokyo"
    assert "09:00" in hr.get(path).text


def test_the_proposed_times_can_be_planned_as_they_are(hr: Person, survey_id: int) -> None:
    path = f"/hr/surveys/{survey_id}"
    page = hr.get(path).text
    proposed = dict(re.findall(r'name="(opens_at|closes_at)"[^>]*value="([^"]+)"', page))
    data = {**proposed, "time_zone": "Europe/London"}
    assert hr.post(path, data, form_on=path).status_code == 302
    again = hr.post(path, data, form_on=path)
    assert again.status_code == 400
    assert "already has a wave" in again.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"opens_at": ""}, "Please say when."),
        ({"closes_at": "soon"}, "Not a valid datetime"),
        ({"closes_at": "2031-06-30T09:00"}, "closes after it opens"),
        ({"closes_at": "2032-07-08T09:00"}, "at most 92 days"),
        ({"opens_at": "2020-07-01T09:00", "closes_at": "2020-07-02T09:00"}, "over already"),
        ({"opens_at": "2031-03-30T01:30"}, "clocks skip that hour"),
        ({"time_zone": "Middle/Earth"}, "Not a valid choice"),
    ],
)
def test_a_wrong_plan_is_refused(
    hr: Person, survey_id: int, changed: dict[str, str], words: str
) -> None:
    right = {
        "opens_at": "2031-07-01T09:00",
        "closes_at": "2031-07-08T09:00",
        "time_zone": "Europe/London",
    }
    path = f"/hr/surveys/{survey_id}"
    answer = hr.post(path, right | changed, form_on=path)
    assert answer.status_code == 400
    assert words in answer.text
    with reading() as session:
        assert waves.listing(session) == ()


def test_a_survey_that_does_not_exist_is_not_found(hr: Person) -> None:
    assert hr.get("/hr/surveys/99").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEADER])
def test_only_hr_sees_surveys(client: FlaskClient, role: Role) -> None:
    assert client.get("/hr/surveys").status_code == 302
    person = sign_in(client, role)
    for path in ("/hr/surveys", NEW, "/hr/surveys/1", "/hr/waves/1"):
        assert person.get(path).status_code == 403
