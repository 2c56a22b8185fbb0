"""A shared device without JavaScript: what one person sent is not there for the next."""

from contextlib import suppress
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, expect

from tests.support import browser, invited_wave
from tests.support.invited_wave import ANSWERS, Invited

WORDS = ANSWERS["q5"]
VALUES = "fields => fields.map(field => field.value)"
PATIENCE = 50


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def kiosk(visit: browser.Visitor) -> Page:
    return visit(browser.DESKTOP, javascript=False)


def answer(page: Page, code: str) -> None:
    """Type a code on the first page, and answer by form."""
    page.goto("/")
    page.get_by_label("Short code").fill(code)
    page.get_by_role("button", name="Go to the questions").click()
    fill_and_send(page)


def fill_and_send(page: Page) -> None:
    for field, value in ANSWERS.items():
        if field != "q5":
            page.locator(f'input[name="{field}"][value="{value}"]').check()
    page.locator("#q5").fill(WORDS)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Thank you. Your answers are in the box."
    )


def go_back(page: Page) -> None:
    """Press Back; the answer to a form is kept nowhere, and then the browser has none to show."""
    with suppress(Error):
        page.go_back()


def test_going_back_shows_no_answer(kiosk: Page, asked: Invited) -> None:
    kiosk.goto(f"/s/{asked.wave}")
    answer(kiosk, asked.code())
    for _ in range(3):
        go_back(kiosk)
        assert nothing_given(kiosk)


def test_going_back_to_a_form_finds_it_blank(kiosk: Page, asked: Invited) -> None:
    kiosk.goto(f"/s/{asked.wave}")
    kiosk.locator("#code").fill(asked.code())
    fill_and_send(kiosk)
    kiosk.go_back()
    expect(kiosk.get_by_role("button", name="Send")).to_be_visible()
    assert nothing_given(kiosk)
    assert kiosk.locator("#code").input_value() == ""
    kiosk.go_forward()
    kiosk.go_back()
    assert nothing_given(kiosk)
    assert kiosk.context.cookies() == []


def nothing_given(page: Page) -> bool:
    """Look at the page as soon as it has come to rest: Back may still be on its way."""
    for _ in range(PATIENCE):
        with suppress(Error):
            written = "".join(page.locator("textarea").evaluate_all(VALUES))
            return page.locator("input[type=radio]:checked").count() == 0 and written == ""
        page.wait_for_timeout(100)
    raise AssertionError("the page never came to rest")


def test_the_next_person_begins_afresh(kiosk: Page, asked: Invited, now: datetime) -> None:
    answer(kiosk, asked.code(0))
    kiosk.get_by_role("link", name="Next person").click()
    expect(kiosk.get_by_label("Short code")).to_have_value("")
    answer(kiosk, asked.code(1))
    assert asked.counted(now).ballots == 2


def test_the_form_says_whom_it_trusts(kiosk: Page, asked: Invited) -> None:
    kiosk.goto(f"/s/{asked.wave}")
    expect(kiosk.get_by_text("The running server. Your code and your answers")).to_be_visible()
