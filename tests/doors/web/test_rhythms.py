"""HR sets, looks at, pauses, resumes and ends a rhythm, and reads the calendar."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import clock, fieldwork
from pulse.db import reading
from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.permission import Role
from pulse.surveys import cadences
from pulse.surveys.audience import Audience
from pulse.surveys.cadences import CadenceInfo, CadenceState
from tests.support import rhythms, staffed
from tests.support.signing_in import Person, sign_in

CALENDAR = "/hr/calendar"
# A Tuesday that is ahead by every clock.
START = date(2037, 3, 10)
RIGHT = {
    "repeats": "weeks",
    "every": "2",
    "weekday": "",
    "week": "",
    "day": "",
    "starts_on": "2037-03-10",
    "ends_on": "",
    "at": "09:00",
    "days": "7",
    "keeps_holidays": "y",
}
SENTENCE = (
    "Every second Tuesday at 09:00 in each person&#39;s own zone, open 7 days, from 10 Mar 2037"
)


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


@pytest.fixture
def survey_id(app: Flask) -> int:
    staffed.company(40)
    return rhythms.survey(clock.now(), "Spring pulse")


def info(survey_id: int) -> CadenceInfo | None:
    with reading() as session:
        return cadences.of_survey(session, survey_id)


def post(hr: Person, survey_id: int, changed: dict[str, str] | None = None, name: str = ""):
    page = f"/hr/surveys/{survey_id}"
    data = RIGHT | (changed or {}) if not name else {}
    return hr.post(f"{page}/rhythm{name}", data, form_on=page)


def test_a_survey_without_a_rhythm_says_what_one_does(hr: Person, survey_id: int) -> None:
    page = hr.get(f"/hr/surveys/{survey_id}").text
    assert "Say once how often it is asked" in page
    assert "Start this rhythm" in page
    assert "Plan the wave" in page


def test_hr_sets_a_rhythm_and_reads_it_as_a_sentence(hr: Person, survey_id: int) -> None:
    answer = post(hr, survey_id)
    assert (answer.status_code, answer.location) == (302, f"/hr/surveys/{survey_id}#rhythm")
    found = info(survey_id)
    assert found.cadence == Cadence(
        Repeats.WEEKS, START, rhythms.NINE, days=7, every=2, keeps_holidays=True
    )
    page = hr.get(f"/hr/surveys/{survey_id}").text
    assert SENTENCE in page
    assert "Tue 10 Mar 2037" in page
    assert "Tue 24 Mar 2037" in page
    assert "Set another rhythm" in page


def test_a_preview_shows_sentence_and_dates_and_saves_nothing(hr: Person, survey_id: int) -> None:
    answer = post(hr, survey_id, {"preview": "Preview", "days": "20"})
    assert answer.status_code == 200
    assert "Every second Tuesday" in answer.text
    assert "Tue 24 Mar 2037" in answer.text
    assert "Nothing is saved yet" in answer.text
    assert "still open when the next one opens" in answer.text
    assert 'value="20"' in answer.text
    assert info(survey_id) is None


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"repeats": "weekly", "weekday": "0"}, {"repeats": Repeats.WEEKS, "weekday": 0}),
        ({"repeats": "month_day", "day": "31"}, {"repeats": Repeats.MONTH_DAY, "day": 31}),
        (
            {"repeats": "month_weekday", "weekday": "1", "week": "5"},
            {"repeats": Repeats.MONTH_WEEKDAY, "weekday": 1, "week": 5},
        ),
        ({"repeats": "quarter_day"}, {"repeats": Repeats.MONTH_DAY, "every": 3}),
        ({"repeats": "quarter_weekday"}, {"repeats": Repeats.MONTH_WEEKDAY, "every": 3}),
        ({"repeats": "once"}, {"repeats": Repeats.ONCE}),
        ({"ends_on": "2037-12-31"}, {"ends_on": date(2037, 12, 31), "every": 2}),
        ({"keeps_holidays": ""}, {"keeps_holidays": False, "every": 2}),
    ],
)
def test_every_rule_comes_back_into_the_form_as_it_was_set(
    hr: Person, survey_id: int, changed: dict[str, str], wanted: dict[str, object]
) -> None:
    # A day of the month that was typed before another rule was chosen is not looked at.
    assert post(hr, survey_id, {"day": "3"} | changed).status_code == 302
    found = info(survey_id).cadence
    expected = {"repeats": Repeats.WEEKS, "starts_on": START, "at": rhythms.NINE, "days": 7}
    if changed["repeats"] == "quarter_day" if "repeats" in changed else False:
        expected["day"] = 3
    assert found == Cadence(**(expected | wanted))
    page = hr.get(f"/hr/surveys/{survey_id}").text
    chosen = re.findall(r'<option selected value="([^"]*)"', page)
    assert changed.get("repeats", "weeks") in chosen


@pytest.mark.parametrize(
    ("changed", "words", "field"),
    [
        ({"at": "02:30"}, "Between 02:00 and 03:00", "at"),
        ({"at": ""}, "Please say at what time.", "at"),
        ({"days": "0"}, "open for 1 to 92 days", "days"),
        ({"days": "93"}, "open for 1 to 92 days", "days"),
        ({"days": ""}, "Please say how long.", "days"),
        ({"every": "0"}, "from 1 to 52 weeks", "every"),
        ({"repeats": "month_day", "day": "32"}, "from 1 to 31", "day"),
        ({"repeats": "daily"}, "Not a valid choice", "repeats"),
        ({"starts_on": ""}, "Please say from when.", "starts_on"),
        ({"ends_on": "2037-03-09"}, "cannot come before the first", "ends_on"),
        ({"repeats": "once", "starts_on": "2020-03-10"}, "No date lies ahead", "starts_on"),
    ],
)
def test_a_wrong_rhythm_is_refused_with_what_was_filled_in(
    hr: Person, survey_id: int, changed: dict[str, str], words: str, field: str
) -> None:
    answer = post(hr, survey_id, {"days": "11"} | changed)
    assert answer.status_code == 400
    assert words in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "days" in changed or 'value="11"' in answer.text
    assert info(survey_id) is None


def test_hr_pauses_resumes_and_ends(hr: Person, survey_id: int) -> None:
    post(hr, survey_id)
    page = f"/hr/surveys/{survey_id}"
    for name, state, words in (
        ("/pause", CadenceState.PAUSED, "The rhythm is paused."),
        ("/pause", CadenceState.PAUSED, "The rhythm is paused."),
        ("/resume", CadenceState.RUNNING, "The rhythm goes on from now."),
        ("/end", CadenceState.ENDED, "The rhythm has ended."),
        ("/resume", CadenceState.ENDED, "set a new one"),
    ):
        assert post(hr, survey_id, name=name).location == f"{page}#rhythm"
        assert info(survey_id).state is state
        assert words in hr.get(page).text
    assert "No rhythm" not in hr.get(page).text


def test_a_skipped_date_is_said_on_the_page(hr: Person, survey_id: int) -> None:
    post(hr, survey_id)
    moment = rhythms.at(START) + timedelta(days=5)
    fieldwork.tick(moment)
    assert "The wave of 10 Mar 2037 was skipped" in hr.get(f"/hr/surveys/{survey_id}").text


def test_a_wave_of_a_rhythm_says_so_on_its_page(hr: Person, survey_id: int) -> None:
    post(hr, survey_id)
    fieldwork.tick(rhythms.at(START) - timedelta(days=5))
    wave = rhythms.waves(survey_id)["2037-03-10"]
    assert (
        "Tue 10 Mar 2037, 09:00 on each person's own clocks" in hr.get(f"/hr/waves/{wave.id}").text
    )


def test_a_survey_that_does_not_exist_is_not_found(hr: Person, survey_id: int) -> None:
    form_on = f"/hr/surveys/{survey_id}"
    assert hr.post("/hr/surveys/99/rhythm", RIGHT, form_on=form_on).status_code == 404
    answer = hr.post("/hr/surveys/99/rhythm/pause", form_on=form_on)
    assert answer.status_code == 302
    assert hr.post("/hr/surveys/1/rhythm/forget", form_on=form_on).status_code == 404


def test_an_empty_calendar_says_what_to_do(hr: Person) -> None:
    page = hr.get(CALENDAR).text
    assert "Nothing is planned" in page
    assert 'href="/hr/surveys"' in page


def test_the_calendar_shows_dates_clocks_people_and_mails(hr: Person, survey_id: int) -> None:
    post(hr, survey_id)
    page = hr.get(CALENDAR).text
    assert len(re.findall(r'<th scope="row"><time', page)) == 12
    assert "Tue 10 Mar 2037" in page
    assert "Clocks have changed" in page
    assert page.count("09:00 UTC") < page.count("09:00")
    assert "Too much" not in page
    assert "Spring pulse" in page
    assert ">40<" in page


def test_the_calendar_warns_of_too_much_and_names_no_small_number(
    hr: Person, survey_id: int
) -> None:
    """Three people in three surveys are warned of as a few; nobody is named."""
    three = Audience(attributes={"sex": ("X",)})
    staffed.with_value(3, "sex", "X")
    others = [rhythms.survey(clock.now(), title, three) for title in ("Extra", "Third")]
    for number in (survey_id, *others):
        post(hr, number, {"repeats": "weekly"})
    page = hr.get(CALENDAR).text
    assert "Too much for some people" in page
    assert "A few people in Spring pulse, Extra, Third" in page
    assert "in the 28 days from 10 Mar 2037" in page
    assert not re.search(r"Person \d", page)
    assert '<td class="num">3</td>' not in page
    assert ">37<" in page


def test_a_paused_rhythm_is_named_and_not_counted(hr: Person, survey_id: int) -> None:
    post(hr, survey_id)
    post(hr, survey_id, name="/pause")
    page = hr.get(CALENDAR).text
    assert "Paused, and not counted here: Spring pulse." in page
    assert "Nothing is planned" in page


@pytest.mark.parametrize("role", [Role.ADMIN, Role.LEADER])
def test_only_hr_sees_the_calendar_or_sets_a_rhythm(
    client: FlaskClient, survey_id: int, role: Role
) -> None:
    assert client.get(CALENDAR).status_code == 302
    person = sign_in(client, role)
    assert person.get(CALENDAR).status_code == 403
    assert "/hr/calendar" not in person.get("/log").text
    assert person.post(f"/hr/surveys/{survey_id}/rhythm", RIGHT, form_on="/log").status_code == 403
    assert info(survey_id) is None
