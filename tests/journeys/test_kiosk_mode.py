"""The shared device's own page: by finger, by keyboard and by form; the next one finds nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from tests.support import browser, invited_wave
from tests.support.invited_wave import ANSWERS, Invited

WORDS = ANSWERS["q5"]
THANKS = "Thank you. Your answers are in the box."
SMALLEST = 44
LEFT_OVER = """() => [
  Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, history.length,
  document.body.innerHTML, [...document.forms].map(form => [...new FormData(form).values()]),
]"""


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def kiosk(visit: browser.Visitor, asked: Invited) -> Page:
    """Give a device whose clock stands in the test's hands."""
    page = visit(browser.DESKTOP)
    page.clock.install()
    page.goto("/kiosk")
    return page


def press_keys(page: Page, code: str) -> None:
    for letter in code.replace("-", ""):
        page.locator(f'[data-key="{letter}"]').click()


def begin(page: Page, code: str) -> None:
    press_keys(page, code)
    page.get_by_role("button", name="Go to the questions").click()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def fill(page: Page) -> None:
    for field, value in ANSWERS.items():
        if field != "q5":
            page.locator(f'input[name="{field}"][value="{value}"]').check()
    page.locator("#q5").fill(WORDS)


def send(page: Page) -> None:
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)


def assert_fresh(page: Page, code: str) -> None:
    """Nothing of the one before is on the page, in the history, or kept anywhere."""
    expect(page.get_by_label("Short code")).to_have_value("")
    local, session, cookie, length, body, values = page.evaluate(LEFT_OVER)
    assert (local, session, cookie) == ([], [], "")
    assert length <= 2, "about:blank and this page"
    assert WORDS not in body
    assert code not in body
    assert values == [[""]]
    assert page.context.cookies() == []


def test_answering_by_finger_leaves_nothing(kiosk: Page, asked: Invited, now: datetime) -> None:
    begin(kiosk, asked.code())
    assert kiosk.url.endswith("/kiosk")
    fill(kiosk)
    send(kiosk)
    assert WORDS not in kiosk.content()
    kiosk.clock.run_for(31_000)
    assert_fresh(kiosk, asked.code())
    kiosk.go_back()
    assert WORDS not in kiosk.content()
    kiosk.goto("/kiosk")
    begin(kiosk, asked.code(1))
    assert kiosk.locator("input[type=radio]:checked").count() == 0
    expect(kiosk.locator("#q5")).to_have_value("")
    fill(kiosk)
    send(kiosk)
    kiosk.get_by_role("link", name="Next person").click()
    assert_fresh(kiosk, asked.code(1))
    assert asked.counted(now).ballots == 2


def test_a_keyboard_does_the_same(kiosk: Page, asked: Invited) -> None:
    kiosk.keyboard.type(asked.code().lower())
    kiosk.keyboard.press("Enter")
    expect(kiosk.get_by_role("button", name="Send")).to_be_visible()


def test_keys_delete_clear_and_stop_at_the_end(kiosk: Page) -> None:
    code = kiosk.get_by_label("Short code")
    press_keys(kiosk, "7K3M9")
    expect(code).to_have_value("7K3M-9")
    kiosk.get_by_role("button", name="Delete").click()
    expect(code).to_have_value("7K3M")
    press_keys(kiosk, "9QXT2B4R55")
    expect(code).to_have_value("7K3M-9QXT-2B4R")
    kiosk.get_by_role("button", name="Clear", exact=True).click()
    expect(code).to_have_value("")


@pytest.mark.parametrize("width", [320, browser.PHONE, browser.DESKTOP])
def test_keys_are_large_enough_for_a_finger(kiosk: Page, width: int) -> None:
    kiosk.set_viewport_size({"width": width, "height": 844})
    assert browser.overflow(kiosk) == 0
    boxes = [key.bounding_box() for key in kiosk.locator(".key").all()]
    assert len(boxes) == 34
    for box in boxes:
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST


def test_a_wrong_code_and_an_open_question_are_said(kiosk: Page, asked: Invited) -> None:
    press_keys(kiosk, "AAAABBBBCCCC")
    kiosk.get_by_role("button", name="Go to the questions").click()
    expect(kiosk.locator("#code-error")).to_be_visible()
    expect(kiosk.get_by_label("Short code")).to_be_focused()
    kiosk.get_by_role("button", name="Clear", exact=True).click()
    begin(kiosk, asked.code())
    kiosk.get_by_role("button", name="Send").click()
    expect(kiosk.locator("#problems")).to_be_focused()
    fill(kiosk)
    send(kiosk)


def test_whoever_leaves_is_asked_and_then_forgotten(kiosk: Page, asked: Invited) -> None:
    begin(kiosk, asked.code())
    fill(kiosk)
    kiosk.clock.run_for(62_000)
    still = kiosk.get_by_role("button", name="I am still here")
    expect(still).to_be_visible()
    expect(still).to_be_focused()
    still.click()
    expect(still).to_be_hidden()
    expect(kiosk.locator("#q5")).to_have_value(WORDS)
    kiosk.clock.run_for(50_000)
    expect(still).to_be_hidden()
    kiosk.clock.run_for(35_000)
    assert_fresh(kiosk, asked.code())
    assert asked.redeemed() == 0


def test_a_device_that_slept_forgets_when_it_is_touched(kiosk: Page, asked: Invited) -> None:
    begin(kiosk, asked.code())
    fill(kiosk)
    # The clock goes on, and no tick is counted.
    kiosk.clock.set_fixed_time(kiosk.evaluate("Date.now()") / 1000 + 3600)
    kiosk.mouse.click(300, 300)
    expect(kiosk.get_by_label("Short code")).to_have_value("")


def test_the_first_page_waits_for_ever(kiosk: Page) -> None:
    kiosk.evaluate("window.same = true")
    kiosk.clock.run_for(600_000)
    assert kiosk.evaluate("window.same")


def test_the_promise_is_read_without_leaving(kiosk: Page, asked: Invited) -> None:
    begin(kiosk, asked.code())
    fill(kiosk)
    kiosk.get_by_text("How to check").click()
    kiosk.get_by_role("link", name="The whole promise").click()
    close = kiosk.get_by_role("button", name="Back to the questions")
    expect(close).to_be_visible()
    assert kiosk.url.endswith("/kiosk")
    close.click()
    expect(kiosk.locator("#q5")).to_have_value(WORDS)
    send(kiosk)


def test_a_lost_connection_loses_nothing(kiosk: Page, asked: Invited) -> None:
    begin(kiosk, asked.code())
    fill(kiosk)
    kiosk.context.set_offline(offline=True)
    kiosk.get_by_role("button", name="Send").click()
    expect(kiosk.get_by_text("No connection.")).to_be_visible()
    expect(kiosk.locator("#q5")).to_have_value(WORDS)
    kiosk.context.set_offline(offline=False)
    send(kiosk)


def test_without_a_connection_it_is_cleared_all_the_same(kiosk: Page, asked: Invited) -> None:
    begin(kiosk, asked.code())
    fill(kiosk)
    kiosk.context.set_offline(offline=True)
    kiosk.clock.run_for(85_000)
    expect(kiosk.get_by_text("No connection.")).to_be_visible()
    assert WORDS not in kiosk.content()
    assert kiosk.locator("#q5").count() == 0
    kiosk.context.set_offline(offline=False)
    kiosk.clock.run_for(2_000)
    assert_fresh(kiosk, asked.code())


def test_a_used_code_and_a_closed_wave_are_told_calmly(
    kiosk: Page, asked: Invited, client: FlaskClient
) -> None:
    assert client.post("/kiosk/1", data=ANSWERS | {"code": asked.code()}).status_code == 303
    begin(kiosk, asked.code())
    fill(kiosk)
    kiosk.get_by_role("button", name="Send").click()
    expect(kiosk.get_by_role("heading", level=1)).to_have_text("You have already taken part")
    kiosk.get_by_role("link", name="Next person").click()
    expect(kiosk.get_by_label("Short code")).to_have_value("")


def test_without_script_it_is_a_form(visit: browser.Visitor, asked: Invited, now: datetime) -> None:
    page = visit(browser.DESKTOP, javascript=False)
    page.goto("/kiosk")
    assert page.locator("#keypad").is_hidden()
    page.get_by_label("Short code").fill(asked.code())
    page.get_by_role("button", name="Go to the questions").click()
    fill(page)
    send(page)
    assert page.context.cookies() == []
    page.get_by_role("link", name="Next person").click()
    expect(page.get_by_label("Short code")).to_have_value("")
    assert asked.counted(now).ballots == 1


def test_its_pages_look_right(kiosk: Page, asked: Invited, axe: Callable[[Page], None]) -> None:
    axe(kiosk)
    begin(kiosk, asked.code())
    axe(kiosk)
    kiosk.clock.run_for(62_000)
    axe(kiosk)


def test_nobody_elses_page_knows_of_it(client: FlaskClient, asked: Invited) -> None:
    for page in (f"/s/{asked.wave}", f"/s/{asked.wave}/thanks"):
        assert "kiosk" not in client.get(page).text
    assert client.get("/kiosk/thanks").headers["Refresh"] == "30; url=/kiosk"
    for page in ("/kiosk", "/kiosk/thanks"):
        answer = client.get(page)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
