from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from pulse.domain.permission import Role
from tests.support import browser as browsers
from tests.support import signed_in
from tests.support.released import Paper, manifest, papers, released, survey
from tests.support.signing_in import sign_in

MONTH = timedelta(days=30)


def everybody(north: int = 5) -> list[Paper]:
    """The office has too few, and takes the shops with it: then most groups can be shown."""
    return [
        *papers("care/north", 12, north, words="More hands, please."),
        *papers("care/south", 9, 2),
        *papers("shops", 20, 4, words="<b>Thanks</b>"),
        *papers("office", 3, 3),
    ]


@pytest.fixture
def release_ids(app: Flask, now: datetime) -> list[int]:
    survey_id = survey(now)
    return [
        released(manifest(survey_id, now + at * MONTH), everybody(5 - at), now) for at in range(3)
    ]


def test_everybody_reads_the_latest_results(client: FlaskClient, release_ids: list[int]) -> None:
    page = sign_in(client, Role.LEADER).get("/results").text
    assert "Spring pulse" in page
    assert (
        "44 of 70 people invited" in " ".join(page.replace("</span>", "").split()) or "44" in page
    )
    assert "My tools get in my way." in page
    assert "What is not shown, and why" in page
    assert "Too few to stand alone" in page
    assert 'href="/log"' in page
    assert "More hands, please." not in page


def test_everybody_reads_a_group_and_an_older_wave(
    client: FlaskClient, release_ids: list[int]
) -> None:
    person = sign_in(client, Role.LEADER)
    page = person.get(f"/results/{release_ids[0]}?group=organisation:care/north").text
    assert "What Care north answered" in page
    # Twelve of twelve, which no page says.
    assert "96<small> of 100</small>" in page
    assert "at least 92 %" in page
    assert "100 %" not in page


def test_a_hidden_group_shows_its_reason_and_no_number(
    client: FlaskClient, release_ids: list[int]
) -> None:
    person = sign_in(client, Role.LEADER)
    page = person.get(f"/results/{release_ids[0]}?group=organisation:office").text
    assert "Too few to stand alone" in page
    assert "group=organisation:all%2Brest" in page
    assert "Question by question" not in page


@pytest.mark.parametrize("path", ["/results/999", "/results?group=organisation:nowhere"])
def test_what_is_not_released_is_not_found(
    client: FlaskClient, release_ids: list[int], path: str
) -> None:
    assert sign_in(client, Role.LEADER).get(path).status_code == 404


def test_before_the_first_release_both_pages_say_what_comes_next(client: FlaskClient) -> None:
    person = sign_in(client, Role.HR)
    assert "There are no results yet" in person.get("/results").text
    assert 'href="/hr/surveys"' in person.get("/hr/results").text


def test_a_withheld_wave_says_only_that(app: Flask, client: FlaskClient, now: datetime) -> None:
    released(manifest(survey(now), now), papers("shops", 7, words="secret"), now)
    person = sign_in(client, Role.HR)
    for path in ("/results", "/hr/results"):
        page = person.get(path).text
        assert "Too few people took part in this wave" in page
        assert "70 people were invited" in page
        assert "secret" not in page


def test_hr_reads_heatmap_trend_and_comments(client: FlaskClient, release_ids: list[int]) -> None:
    page = sign_in(client, Role.HR).get("/hr/results?measure=tools").text
    assert 'id="chart-heatmap"' in page
    assert 'id="chart-trend"' in page
    assert "Tools that work over the waves, Acme" in page
    assert "More hands, please." in page
    assert "&lt;b&gt;Thanks&lt;/b&gt;" in page
    assert '<th scope="row"><a href="/hr/results/' in page


def test_hr_drills_into_a_division(client: FlaskClient, release_ids: list[int]) -> None:
    page = sign_in(client, Role.HR).get("/hr/results?group=organisation:care").text
    assert "Favourable answers by driver, Care and its parts" in page
    assert "Care south" in page


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_the_page_of_hr_is_for_hr_only(client: FlaskClient, app: Flask, role: Role) -> None:
    person = sign_in(client, role)
    assert person.get("/hr/results").status_code == 403
    assert person.get("/results").status_code == 200


def test_results_are_for_people_who_are_signed_in(client: FlaskClient, app: Flask) -> None:
    assert client.get("/results").status_code == 302
    assert client.get("/hr/results").status_code == 302


@pytest.mark.parametrize("width", [browsers.PHONE, browsers.DESKTOP])
@pytest.mark.usefixtures("release_ids")
def test_both_pages_are_accessible_and_draw_their_charts(
    app: Flask, visit: browsers.Visitor, axe: Callable[[Page], None], width: int
) -> None:
    token = signed_in.start(Role.HR, datetime.now(UTC))
    for scheme in ("light", "dark"):
        page = visit(width, scheme=scheme)
        signed_in.carry(page, app, token)
        for path in ("/results", "/hr/results", "/results?group=organisation:office"):
            page.goto(path)
            for chart in page.locator("[data-chart]").all():
                chart.and_(page.locator("[data-drawn]")).wait_for()
            axe(page)
