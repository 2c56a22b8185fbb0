import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import fieldwork, unattended
from pulse.ballots import box
from pulse.ballots.box import BoxState
from pulse.db import box_transaction, reading, transaction
from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from pulse.release import reading as releases
from pulse.surveys import bank, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import staffed, threshold
from tests.support.signing_in import Person, sign_in
from tests.support.threshold import by_threshold


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


def planned(opens_in: timedelta = timedelta(days=1), dimensions: tuple[str, ...] = ("sex",)) -> int:
    questions = compose.chosen(bank.pack("core").codes)
    now = datetime.now(UTC)
    draft = SurveyDraft("Spring pulse", "", questions, Audience(), dimensions)
    with transaction() as session:
        survey_id = compose.create(session, draft, now)
        opens_at = now + opens_in
        return waves.plan(session, survey_id, opens_at, opens_at + timedelta(days=7), "UTC")


def state(wave_id: int) -> WaveState:
    with reading() as session:
        return waves.get(session, wave_id).state


def press(hr: Person, wave_id: int, step: str) -> str:
    """Press a button on the page of the wave and give the page that follows."""
    answer = hr.post(f"/hr/waves/{wave_id}/{step}", form_on=f"/hr/waves/{wave_id}")
    assert answer.status_code == 302
    return hr.get(answer.location).text


def ask(hr: Person, wave_id: int, step: str) -> str:
    """Press a button, let the worker see to it, and give the page as it is then."""
    assert "within seconds" in press(hr, wave_id, step)
    fieldwork.tick(datetime.now(UTC))
    return hr.get(f"/hr/waves/{wave_id}").text


def test_a_planned_wave_lists_the_groups_of_a_combination(hr: Person) -> None:
    staffed.company(people=40)
    page = hr.get(f"/hr/waves/{planned(dimensions=('sex', 'organisation*sex'))}").text
    assert "Organisation and Sex together (4)" in page
    assert "Organisation and Sex together: the groups today" in page
    assert re.search(r"<li>Care: F <span[^>]*>\(10 people\)", page)


def test_a_planned_wave_says_which_combination_it_cannot_have(hr: Person) -> None:
    staffed.company(people=24)
    page = hr.get(f"/hr/waves/{planned(dimensions=('sex', 'organisation*sex'))}").text
    assert (
        "Not by Organisation and Sex together: in no part do two classes have at least 8 people"
        in page
    )


def test_a_planned_wave_says_when_it_opens_and_whom_it_would_ask(hr: Person) -> None:
    staffed.company(people=40)
    page = hr.get(f"/hr/waves/{planned()}").text
    assert "It opens by itself on" in page
    assert "40" in page
    assert "would be invited today" in page
    assert "Sex (2)" in page
    assert "slips" not in page


def test_a_wave_of_too_few_people_is_announced_and_refused(hr: Person) -> None:
    staffed.company(people=19)
    wave_id = planned()
    assert "As things stand, it will not open." in hr.get(f"/hr/waves/{wave_id}").text
    assert "The last step could not be taken" not in hr.get(f"/hr/waves/{wave_id}").text
    page = ask(hr, wave_id, "open")
    assert re.search("The last step could not be taken.</strong> Only 19 people", page)
    assert "Open now" in page
    assert state(wave_id) is WaveState.PLANNED


def test_hr_takes_a_wave_through_its_life_by_hand(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned()
    page = press(hr, wave_id, "open")
    assert "Opening the wave" in page
    assert "Open now" not in page
    assert state(wave_id) is WaveState.PLANNED
    page = ask(hr, wave_id, "open")
    assert "people invited" in page
    assert f'href="/hr/waves/{wave_id}/slips"' in page
    page = ask(hr, wave_id, "close")
    assert "Its ballots are destroyed" in page
    assert state(wave_id) is WaveState.RELEASED
    with box_transaction() as connection:
        assert box.state(connection, wave_id) is BoxState.DESTROYED


def test_a_wish_is_fulfilled_once_and_only_for_the_step_it_was_for(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned()
    ask(hr, wave_id, "open")
    fieldwork.tick(datetime.now(UTC))
    assert state(wave_id) is WaveState.OPEN


def test_a_step_out_of_turn_is_refused_in_words(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned()
    assert "cannot become closed" in press(hr, wave_id, "close")
    assert state(wave_id) is WaveState.PLANNED


def test_a_planned_wave_can_be_withdrawn(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned()
    assert "nobody was invited" in press(hr, wave_id, "withdraw")
    assert hr.get(f"/hr/waves/{wave_id}").status_code == 404


def test_a_wave_that_has_begun_cannot_be_withdrawn(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned()
    ask(hr, wave_id, "open")
    path = f"/hr/waves/{wave_id}"
    assert hr.post(f"{path}/withdraw", form_on=path).status_code == 409
    assert state(wave_id) is WaveState.OPEN


def test_a_missed_wave_says_so_and_has_no_button_to_open(hr: Person) -> None:
    staffed.company(people=40)
    wave_id = planned(timedelta(days=-30))
    page = hr.get(f"/hr/waves/{wave_id}").text
    assert "Its time passed" in page
    assert "Open now" not in page
    assert "Withdraw" in page


def test_looking_at_a_step_changes_nothing(hr: Person) -> None:
    wave_id = planned()
    for step in ("open", "close", "withdraw"):
        assert hr.get(f"/hr/waves/{wave_id}/{step}").status_code == 405
    assert state(wave_id) is WaveState.PLANNED


def test_a_step_needs_the_token_of_its_form(app: Flask, hr: Person) -> None:
    wave_id = planned()
    assert hr.client.post(f"/hr/waves/{wave_id}/open").status_code == 400
    assert state(wave_id) is WaveState.PLANNED


def test_hr_leaves_out_what_would_tell_too_much(hr: Person) -> None:
    now = datetime.now(UTC)
    wave_id = threshold.opened(now)
    fieldwork.close_wave(wave_id, now)
    unattended.release_due(wave_id, now, by_threshold)
    page = hr.get(f"/hr/waves/{wave_id}").text
    assert "they would tell too much about a few people" in page
    assert "Publish without it" in page
    assert f"flask waves release {wave_id} --without sex" in page
    answer = hr.post(
        f"/hr/waves/{wave_id}/leave-out", {"dimension": "sex"}, form_on=f"/hr/waves/{wave_id}"
    )
    page = hr.get(answer.location).text
    assert "It is counted and attacked again without that." in page
    assert "Counting the wave" in page
    assert state(wave_id) is WaveState.CLOSED
    fieldwork.tick(now)
    assert state(wave_id) is WaveState.RELEASED
    with reading() as session:
        groups = releases.groups(session, releases.by_wave(session, wave_id).id)
    assert {group.dimension for group in groups if group.shown} == {"organisation"}


def test_the_organisation_cannot_be_left_out(hr: Person) -> None:
    now = datetime.now(UTC)
    wave_id = threshold.opened(now)
    fieldwork.close_wave(wave_id, now)
    unattended.release_due(wave_id, now, by_threshold)
    path = f"/hr/waves/{wave_id}"
    answer = hr.post(f"{path}/leave-out", {"dimension": "organisation"}, form_on=path)
    assert "Please choose what to leave out." in hr.get(answer.location).text
    fieldwork.tick(now)
    assert state(wave_id) is WaveState.CLOSED


def test_nothing_is_left_out_of_a_wave_that_waits_for_nothing(hr: Person) -> None:
    wave_id = threshold.opened(datetime.now(UTC))
    assert "Publish without it" not in hr.get(f"/hr/waves/{wave_id}").text
    path = f"/hr/waves/{wave_id}"
    answer = hr.post(f"{path}/leave-out", {"dimension": "sex"}, form_on=path)
    assert "Please choose what to leave out." in hr.get(answer.location).text
