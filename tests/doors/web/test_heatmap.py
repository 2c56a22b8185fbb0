"""The heatmap of HR: every number and every reason, sorted and filtered by addresses alone."""

import re
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import Role
from tests.support.released import few_in_the_office, manifest, released, survey
from tests.support.signing_in import Person, sign_in

ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@pytest.fixture
def hr(app: Flask, client: FlaskClient, now: datetime) -> Person:
    released(manifest(survey(now), now), few_in_the_office(), now)
    return sign_in(client, Role.HR)


def table(page: str) -> dict[str, str]:
    """Give the text of each row of the heatmap's table by the name of its group."""
    inside = page[page.index('id="heat-table"') :]
    inside = inside[: inside.index("</table>")]
    return {words(name): words(cells) for name, cells in ROW.findall(inside)}


def words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", html)).split())


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', page)]


def test_every_cell_prints_its_number_and_every_hidden_row_its_reason(hr: Person) -> None:
    found = table(hr.get("/hr/results").text)
    assert list(found) == ["Acme", "Care", "Shops", "Office", "Shops and Office"]
    assert found["Care"] == "20 to 49 95 5 +52 66"
    assert found["Office"] == "Too few to stand alone. Counted in “Shops and Office”"


def test_a_merged_group_leads_to_the_block_in_which_it_is_counted(hr: Person) -> None:
    page = hr.get("/hr/results").text
    (block,) = {link for link in links(page) if "rest" in link and link.endswith("#heat")}
    found = hr.get(block)
    assert found.status_code == 200
    assert "<strong>Shops and Office</strong>" in found.text


def test_heads_of_columns_sort_and_turn_round(hr: Person) -> None:
    page = hr.get("/hr/results").text
    by_enps = next(link for link in links(page) if "sort=enps" in link)
    page = hr.get(by_enps).text
    assert list(table(page)) == ["Acme", "Shops and Office", "Care", "Shops", "Office"]
    assert page.count('aria-sort="ascending"') == 1
    turned = next(link for link in links(page) if "sort=enps" in link and "order=desc" in link)
    page = hr.get(turned).text
    assert list(table(page)) == ["Acme", "Care", "Shops and Office", "Shops", "Office"]
    assert page.count('aria-sort="descending"') == 1


def test_the_form_filters_and_the_rest_of_the_address_stays(hr: Person) -> None:
    page = hr.get("/hr/results?level=all&part=care&driver=tools&sort=name&order=desc").text
    assert table(page) == {
        "Acme": "20 to 49 48",
        "Care south": "5 to 9 6",
        "Care north": "10 to 19 4",
        "Care": "20 to 49 5",
    }
    assert '<input type="hidden" name="sort" value="name">' in page
    assert '<input type="hidden" name="order" value="desc">' in page
    kept = next(link for link in links(page) if "trend=organisation:care/south" in link)
    assert {"part=care", "driver=tools", "level=all"} <= set(re.split("[?&#]", kept))


def test_a_filter_that_finds_nothing_says_what_to_do(hr: Person) -> None:
    page = hr.get("/hr/results?part=nobody").text
    assert list(table(page)) == ["Acme"]
    assert "Show all groups again" in page


def test_choosing_a_number_shows_it_over_the_waves(hr: Person) -> None:
    page = hr.get("/hr/results").text
    cell = next(
        link for link in links(page) if "trend=organisation:care" in link and "tools" in link
    )
    assert cell.endswith("#trend")
    page = hr.get(cell).text
    assert "Tools that work over the waves, Care" in page
    assert page.count('aria-current="true"') == 1
    assert list(table(page)) == ["Acme", "Care", "Shops", "Office", "Shops and Office"]


@pytest.mark.parametrize(
    "query",
    ["sort=salary", "order=up", "level=-1", "level=%C2%B2", "least=x", "driver=salary", "page=0"],
)
def test_what_nobody_offers_changes_nothing(hr: Person, query: str) -> None:
    assert table(hr.get(f"/hr/results?{query}").text) == table(hr.get("/hr/results").text)


def test_a_trend_of_no_group_is_not_found(hr: Person) -> None:
    assert hr.get("/hr/results?trend=organisation:nowhere").status_code == 404
