"""Slips and posters as a printer gets them."""

import re
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import FloatRect, Locator, Page

from pulse import clock
from pulse.config import settings
from pulse.domain.permission import Role
from pulse.web.slips import picture
from tests.support import browser, invited_wave, signed_in, signing_in
from tests.support.invited_wave import Invited

MILLIMETRE = 96 / 25.4
# The width of A4 between margins of 14 mm, as the style sheet sets them.
PAPER = round((210 - 28) * MILLIMETRE)
SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def hr(app: Flask, visit: browser.Visitor) -> Page:
    page = visit(PAPER)
    signed_in.carry(page, app, signed_in.start(Role.HR, clock.now()))
    return page


def sheets(page: Page) -> int:
    return len(SHEET.findall(page.pdf(prefer_css_page_size=True)))


def box(part: Locator) -> FloatRect:
    found = part.bounding_box()
    assert found is not None
    return found


def test_slips_have_their_picture_beside_the_code(hr: Page, asked: Invited) -> None:
    hr.goto(f"/hr/waves/{asked.wave}/slips")
    hr.get_by_role("button", name="Make new slips").click()
    hr.locator(".slip").first.wait_for()
    hr.emulate_media(media="print")
    for slip in hr.locator(".slip").all():
        whole, code = box(slip), box(slip.locator(".slip-code"))
        image = box(slip.locator("img"))
        assert image["width"] >= 35 * MILLIMETRE
        assert image["y"] < code["y"] + code["height"]
        assert code["x"] + code["width"] <= image["x"]
        assert code["height"] < 30, "on one line"
        assert whole["height"] < 44 * MILLIMETRE
        assert image["x"] + image["width"] < whole["x"] + whole["width"]
    assert hr.locator("header.masthead, .button:visible").first.is_hidden()
    assert browser.overflow(hr) == 0
    assert sheets(hr) <= 4, "24 slips, six to a sheet"


def test_a_poster_is_one_sheet(hr: Page, asked: Invited) -> None:
    hr.goto(f"/hr/waves/{asked.wave}/poster")
    assert sheets(hr) == 1
    # The longest title that a survey can have.
    hr.evaluate("document.getElementById('poster-title').textContent = 'How are we all '.repeat(8)")
    assert sheets(hr) == 1
    hr.emulate_media(media="print")
    assert box(hr.locator(".poster img"))["width"] >= 60 * MILLIMETRE
    assert hr.locator("header.masthead").is_hidden()


def test_a_poster_is_the_same_for_everybody(client: FlaskClient, asked: Invited) -> None:
    person = signing_in.sign_in(client, Role.HR)
    page = person.get(f"/hr/waves/{asked.wave}/poster").text
    assert picture(f"{settings().base_url}/") in page.replace("&#39;", "'")
    assert "Spring pulse" in page
    for slip in asked.slips:
        assert slip.code not in page
        assert slip.name not in page
    assert "#t=" not in page
    assert client.get(f"/hr/waves/{asked.wave}/poster").status_code == 200
    assert (
        signing_in.sign_in(client, Role.LEADER).get(f"/hr/waves/{asked.wave}/poster").status_code
        == 403
    )
