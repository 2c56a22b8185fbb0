"""The questionnaire in a real browser: on a phone and a desk, light and dark, with and without
JavaScript, by link, by code and by keyboard."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support import invited_wave
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.invited_wave import Invited

pytestmark = pytest.mark.browser
SMALLEST_TARGET = 44
NARROWEST = 320


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def fragment(asked: Invited) -> str:
    return asked.slips[0].link.partition("#")[2]


def choose(page: Page, question: int, label: str) -> None:
    card = page.locator("fieldset").nth(question - 1)
    card.locator("label", has=page.get_by_text(label, exact=True)).click()


def type_code(page: Page, asked: Invited) -> None:
    """Take the way without a link, where the server blinds and seals on the person's behalf."""
    page.goto(f"/s/{asked.wave}")
    expect(page.get_by_text("The running server.")).to_be_visible()
    page.get_by_label("Your short code").fill(asked.code())


def answer_all(page: Page) -> None:
    choose(page, 1, "Agree")
    choose(page, 2, "Prefer not to answer")
    choose(page, 3, "9")
    choose(page, 4, "Yes")
    page.get_by_label("Your words").fill("More light, please.")


def test_answering_by_link(
    visit: Visitor, asked: Invited, now: datetime, axe: Callable[[Page], None]
) -> None:
    page = visit()
    page.goto(f"/s/{asked.wave}#{fragment(asked)}")
    expect(page.get_by_label("Your short code")).to_be_hidden()
    expect(page.locator("#refused")).to_be_hidden()
    assert page.evaluate("location.hash") == ""
    page.get_by_role("button", name="Start").click()
    answer_all(page)
    axe(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"**/s/{asked.wave}/thanks")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert page.context.cookies() == []
    axe(page)
    assert asked.counted(now).ballots == 1


def test_a_mistake_is_explained_and_nothing_is_lost(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    page = visit()
    type_code(page, asked)
    choose(page, 1, "Strongly agree")
    page.get_by_label("Your words").fill("Keep me.")
    page.get_by_role("button", name="Send").click()
    summary = page.get_by_role("alert").filter(has_text="One more look")
    expect(summary).to_be_focused()
    expect(page.get_by_label("Strongly agree").first).to_be_checked()
    expect(page.get_by_label("Your words")).to_have_value("Keep me.")
    expect(page.get_by_label("Your short code")).to_have_value(asked.code())
    axe(page)
    summary.get_by_role("link", name="You left question 3 open").click()
    expect(page.locator("#q3")).to_be_focused()
    choose(page, 2, "Disagree")
    choose(page, 3, "0")
    choose(page, 4, "No")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/thanks")


def test_without_javascript_the_code_is_typed_on_the_first_page(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit(javascript=False)
    page.goto("/")
    page.get_by_label("Short code").fill(asked.code().lower())
    page.get_by_role("button", name="Go to the questions").click()
    expect(page.get_by_label("Your short code")).to_have_value(asked.code().lower())
    answer_all(page)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/thanks")
    assert asked.counted(now).ballots == 1


def test_without_javascript_the_summary_has_the_focus_too(visit: Visitor, asked: Invited) -> None:
    page = visit(javascript=False)
    page.goto(f"/s/{asked.wave}")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").filter(has_text="One more look")).to_be_focused()


def test_a_draft_outlives_a_reload_but_is_not_for_the_next_person(
    visit: Visitor, asked: Invited
) -> None:
    page = visit()
    type_code(page, asked)
    answer_all(page)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("More light, please.")
    expect(page.get_by_label("Your short code")).to_have_value(asked.code())
    page.goto("/promise")
    page.goto(f"/s/{asked.wave}")
    expect(page.get_by_label("Your words")).to_have_value("")
    expect(page.get_by_label("Your short code")).to_have_value("")
    assert page.locator("input:checked").count() == 0


def test_the_keyboard_is_enough(visit: Visitor, asked: Invited) -> None:
    page = visit(DESKTOP)
    page.goto(f"/s/{asked.wave}#{fragment(asked)}")
    page.get_by_role("button", name="Start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("legend").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Disagree", exact=True).first).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#q2")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator('input[name="q3"][value="1"]')).to_be_checked()


@pytest.mark.parametrize("width", [NARROWEST, PHONE, DESKTOP])
def test_every_answer_is_a_large_target(visit: Visitor, asked: Invited, width: int) -> None:
    page = visit(width)
    page.goto(f"/s/{asked.wave}")
    for label in page.locator("fieldset label").all():
        box = label.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROWEST, PHONE, DESKTOP])
def test_public_pages_are_accessible(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None], width: int, scheme: str
) -> None:
    page = visit(width, scheme=scheme)
    for path in ("/", "/promise", f"/s/{asked.wave}", f"/s/{asked.wave}/thanks", "/no-such-page"):
        page.goto(path)
        axe(page)
    page.goto(f"/s/{asked.wave}")
    with page.expect_navigation():
        page.get_by_role("button", name="Send").click()
    axe(page)
