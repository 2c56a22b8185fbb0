from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.permission import Role
from tests.support import browser as browsers
from tests.support import signed_in
from tests.support.released import UNITS, Paper, manifest, papers, released, survey
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
    # How many took part is said in bands.
    assert "20 to 49</span> of 70 people invited" in page
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


def test_figures_stand_beside_their_intervals(client: FlaskClient, release_ids: list[int]) -> None:
    page = sign_in(client, Role.LEADER).get("/results").text
    # In the shops 20 agree, and of each other block as many as an interval of 0 to 1 stands for.
    low, high = ends(21, 44)
    assert f"95 % interval {low:.0f} to {high:.0f}" in page
    assert "How sure are these figures?" in page
    assert '(<span class="num">20 to 49 people</span>)' in page


def ends(count: float, n: int) -> tuple[float, float]:
    """Wilson's interval, written out."""
    z, share = 1.959964, count / n
    half = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    low, high = ((share + z * z / (2 * n) + way * half) / (1 + z * z / n) for way in (-1, 1))
    return 100 * low, 100 * high


def test_an_arrow_stands_where_a_change_holds_and_nowhere_else(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    survey_id = survey(now)
    for at, value in enumerate((2, 5)):
        ballots = [*papers("shops", 20, value), *papers("care/north", 12 - 2 * at, 4)]
        ballots += [*papers("care/north", 2 * at, 3), *papers("care/south", 10, 4)]
        ballots += papers("office", 6, 3)
        released(manifest(survey_id, now + at * MONTH), ballots, now)
    person = sign_in(client, Role.LEADER)
    shops = person.get("/results?group=organisation:shops").text
    assert "▲</span> up 95 points</span> since 9 March 2037" in shops
    # The question about tools is reverse-scored, and fell.
    assert "▼</span> down 95 points" in shops
    north = person.get("/results?group=organisation:care/north").text
    assert "▲" not in north
    assert "▼" not in north
    assert "No change since 9 March 2037 that can be told from chance" in north
    office = person.get("/results?group=organisation:office").text
    assert "Too few answers to say whether this changed." in office
    assert [page.count("no clear change") for page in (shops, north, office)] == [0, 4, 0]
    assert [page.count('class="change ') for page in (shops, north, office)] == [6, 0, 0]


def test_what_the_silent_could_change_is_said(client: FlaskClient, release_ids: list[int]) -> None:
    page = sign_in(client, Role.LEADER).get("/results").text
    index, rate = 100 * 21 / 44, 44 / 70
    for points in (10, 20):
        assert f"{index - (1 - rate) * points:.0f}" in page
    assert "If those who did not answer were 10 points less favourable" in page


def test_whether_it_is_equally_good_everywhere_is_answered_with_both_ends(
    client: FlaskClient, release_ids: list[int]
) -> None:
    person = sign_in(client, Role.HR)
    for path in ("/results", "/hr/results"):
        page = person.get(path).text
        assert "Equally good everywhere?" in page
        assert "<strong>no.</strong>" in page
        start = page.index('id="everywhere"')
        table = page[start : page.index("</section>", start)]
        assert f"{path}/{release_ids[-1]}?group=organisation:" in table
        assert "Care south</a>" in table


def test_a_group_says_why_its_line_is_broken(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    survey_id = survey(now)
    ballots = [*everybody()[:-3], *papers("office", 8, 3)]
    released(manifest(survey_id, now), ballots, now)
    wave = manifest(survey_id, now + MONTH)
    larger = tuple(
        replace(node, members=("shops", "kiosks")) if node.code == "shops" else node
        for node in UNITS
    )
    organisation = Dimension(ORGANISATION, "Organisation", larger)
    wave = replace(wave, dimensions=(organisation, *wave.dimensions[1:]))
    released(wave, ballots, now)
    page = sign_in(client, Role.LEADER).get("/results?group=organisation:shops").text
    assert "The group changed: now with kiosks." in page


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
