"""What people wrote, on the page of HR: themes, search, the floor, and nothing beside a text."""

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from re import findall

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from pulse.domain.permission import Role
from tests.support import browser as browsers
from tests.support import signed_in
from tests.support.released import Paper, manifest, others, papers, released, survey
from tests.support.signing_in import sign_in

LINES = (
    *["Rotas come too late."] * 14,
    *["The <headsets> crackle, says Tessa Marsh."] * 13,
    *["My zebra, call 020 7946 0018."] * 3,
    *["Hm."] * 9,
)


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    ballots = [Paper("shops", words=line) for line in LINES]
    return released(manifest(survey(now), now), [*ballots, *others("shops")], now)


def section(page: str) -> str:
    """Give the part of a page that is about comments."""
    return unescape(page.partition("In people’s own words")[2].partition("</section>")[0])


def quotes(page: str) -> list[str]:
    return findall("<blockquote>(.*?)</blockquote>", section(page))


def test_what_was_masked_is_counted_and_not_shown(client: FlaskClient, release_id: int) -> None:
    page = sign_in(client, Role.HR).get("/hr/results").text
    assert "13 names and 3 phone numbers were masked in 39 comments." in section(page)
    assert "Tessa" not in page
    assert "7946" not in page
    assert "The <headsets> crackle, says [name]." in quotes(page)


def test_themes_lead_to_their_comments(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    page = section(person.get("/hr/results").text)
    links = {
        name: address
        for address, name in findall(r'<a href="([^"]*)"[^>]*>(\w[\w, ]*) <span', page)
    }
    rotas = next(address for name, address in links.items() if "rotas" in name)
    found = person.get(rotas.partition("#")[0]).text
    assert quotes(found) == ["Rotas come too late."] * 14
    assert "<strong>14 comments</strong>" in section(found)
    assert "Search in this theme" in section(found)


def test_a_search_shows_ten_or_none(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    assert quotes(person.get("/hr/results?q=LATE+rota").text) == ["Rotas come too late."] * 14
    few = person.get("/hr/results?q=zebra").text
    assert quotes(few) == []
    assert "Fewer than 10 comments hold these words, so none is shown." in " ".join(
        section(few).split()
    )
    assert section(few).replace("zebra", "") == section(
        person.get("/hr/results?q=walrus").text
    ).replace("walrus", "")


def test_a_search_keeps_the_group_and_the_wave(client: FlaskClient, release_id: int) -> None:
    address = f"/hr/results/{release_id}?group=organisation:shops&measure=tools&q=rotas"
    page = section(sign_in(client, Role.HR).get(address).text)
    assert 'name="group" value="organisation:shops"' in page
    assert 'name="measure" value="tools"' in page
    assert f'action="/hr/results/{release_id}#words"' in page


@pytest.mark.parametrize("path", ["theme=999", "theme=999&q=rotas"])
def test_an_unknown_theme_is_not_found(client: FlaskClient, release_id: int, path: str) -> None:
    assert sign_in(client, Role.HR).get(f"/hr/results?{path}").status_code == 404


@pytest.mark.parametrize("path", ["q=%00", "q=" + "x" * 5_000, "theme=x&from=x", "from=999999"])
def test_odd_addresses_are_answered(client: FlaskClient, release_id: int, path: str) -> None:
    assert sign_in(client, Role.HR).get(f"/hr/results?{path}").status_code == 200


def test_nothing_but_question_and_group_stands_beside_comments(
    client: FlaskClient, release_id: int
) -> None:
    """Whatever is left of the section without its texts is the same for comments of any rating."""
    page = section(sign_in(client, Role.HR).get("/hr/results").text)
    headings = findall("<h3>(.*?)</h3>", page)
    assert headings == ["Shops: “Anything we should know about?”"]
    items = findall("<li>\n?(<blockquote>.*?</blockquote>)\n?</li>", page)
    assert len(items) == 25
    assert "<time" not in page
    assert "data-" not in page


def test_a_filtered_comment_stands_under_no_group(client: FlaskClient, release_id: int) -> None:
    page = section(sign_in(client, Role.HR).get("/hr/results?q=rotas").text)
    assert findall("<h3>(.*?)</h3>", page) == ["“Anything we should know about?”"]


def test_more_comments_are_on_the_next_page(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    first = person.get("/hr/results").text
    assert "Page 1 of 2" in section(first)
    second = person.get("/hr/results?from=1").text
    assert "Earlier comments" in section(second)
    assert len(quotes(first)) + len(quotes(second)) == len(LINES)


def test_a_wave_without_words_says_so(app: Flask, client: FlaskClient, now: datetime) -> None:
    released(manifest(survey(now), now), [*papers("shops", 20), *others("shops")], now)
    page = section(sign_in(client, Role.HR).get("/hr/results").text)
    assert "Nobody wrote anything in this wave" in page
    assert "<form" not in page


def test_employees_read_no_words(client: FlaskClient, release_id: int) -> None:
    page = sign_in(client, Role.LEADER).get("/results?q=rotas").text
    assert "Rotas come too late." not in page


@pytest.mark.parametrize("width", [browsers.PHONE, browsers.DESKTOP])
@pytest.mark.usefixtures("release_id")
def test_words_are_accessible_and_searched_by_keyboard(
    app: Flask, visit: browsers.Visitor, axe: Callable[[Page], None], width: int
) -> None:
    token = signed_in.start(Role.HR, datetime.now(UTC))
    for scheme in ("light", "dark"):
        page = visit(width, scheme=scheme)
        signed_in.carry(page, app, token)
        page.goto("/hr/results")
        page.get_by_role("searchbox").fill("zebra")
        page.keyboard.press("Enter")
        page.get_by_text("Fewer than 10 comments").wait_for()
        axe(page)
        page.get_by_role("link", name="Show all").click()
        page.get_by_role("navigation", name="Themes of comments").get_by_text("rotas").click()
        page.get_by_text("14 comments").wait_for()
        assert page.locator("blockquote").count() == 14
        axe(page)
