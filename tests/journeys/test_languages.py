"""Answering in German and in Arabic, in a real browser: read, start, choose, send."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect

from pulse import languages
from tests.support import invited_wave, translated_wave
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.invited_wave import Invited

pytestmark = pytest.mark.browser
TITLES = {"de": translated_wave.GERMAN.title, "ar": translated_wave.ARABIC.title}


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now, planned=translated_wave.planned)


def fragment(asked: Invited) -> str:
    return asked.slips[0].link.partition("#")[2]


def said(code: str, text: str) -> str:
    with languages.speaking(code):
        return languages.gettext(text)


def choose(page: Page, question: int, label: str) -> None:
    card = page.locator("fieldset").nth(question - 1)
    card.locator("label", has=page.get_by_text(label, exact=True)).click()


def button(page: Page, code: str, text: str) -> None:
    page.get_by_role("button", name=said(code, text), exact=True).click()


@pytest.mark.parametrize(("code", "width"), [("de", PHONE), ("ar", DESKTOP)])
def test_a_letter_leads_to_questions_in_its_language(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None], code: str, width: int
) -> None:
    page = visit(width)  # An English browser; the letter was not.
    page.goto(f"/s/{asked.wave}#{fragment(asked)}&l={code}")
    expect(page.locator("html")).to_have_attribute("lang", code)
    expect(page.locator("html")).to_have_attribute("dir", languages.OFFERED[code].direction)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[code])
    assert page.evaluate("location.hash") == ""
    expect(page.locator("#refused")).to_be_hidden()
    axe(page)
    button(page, code, "Start")
    expect(page.locator("#kept")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("code", ["de", "ar"])
def test_answers_arrive_in_every_language(
    visit: Visitor, asked: Invited, now: datetime, code: str
) -> None:
    page = visit()
    page.goto(f"/s/{asked.wave}?lang={code}#{fragment(asked)}")
    button(page, code, "Start")
    labels = ("Agree", "Prefer not to answer", "Yes", "Agree")
    for question, label in enumerate(labels, start=1):
        choose(page, question, said(code, label))
    button(page, code, "Send")
    page.wait_for_url(f"**/s/{asked.wave}/thanks?lang={code}")
    thanks = said(code, "Thank you. Your answers are in the box.")
    expect(page.get_by_role("heading", level=1)).to_have_text(thanks)
    button(page, code, "Check that my ballot is in the box")
    expect(page.locator('[data-answer="in"]')).to_be_visible()
    assert page.context.cookies() == []
    assert asked.counted(now).ballots == 1


def test_another_language_in_between_loses_nothing(visit: Visitor, asked: Invited) -> None:
    page = visit()
    page.goto(f"/s/{asked.wave}#{fragment(asked)}")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    button(page, "fr", "Start")
    choose(page, 1, said("fr", "Agree"))
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("#kept")).to_be_visible()
    expect(
        page.locator("fieldset").first.get_by_label(said("ar", "Agree"), exact=True)
    ).to_be_checked()


def test_what_is_left_open_is_said_in_the_language_of_the_page(
    visit: Visitor, asked: Invited
) -> None:
    page = visit(locale="de-DE")
    page.goto(f"/s/{asked.wave}#{fragment(asked)}")
    button(page, "de", "Start")
    button(page, "de", "Send")
    expect(page.get_by_role("alert").first).to_contain_text("Sie haben Frage 1 offen gelassen")
    expect(page.locator("#q1-error")).to_contain_text("Fehler:")


def test_without_a_script_the_answers_arrive_as_well(
    visit: Visitor, asked: Invited, now: datetime, axe: Callable[[Page], None]
) -> None:
    page = visit(javascript=False)
    page.goto("/?lang=ar")
    page.locator("#code").fill(asked.code())
    button(page, "ar", "Go to the questions")
    for question, label in enumerate(("Agree", "5", "No", "Disagree"), start=1):
        choose(page, question, label if label == "5" else said("ar", label))
    button(page, "ar", "Send")
    thanks = said("ar", "Thank you. Your answers are in the box.")
    expect(page.get_by_role("heading", level=1)).to_have_text(thanks)
    assert asked.counted(now).ballots == 1


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_pages_from_right_to_left_stand_the_other_way_round(
    visit: Visitor, asked: Invited, width: int, axe: Callable[[Page], None]
) -> None:
    page = visit(width)
    for path in ("/", "/promise", "/sign-in", f"/s/{asked.wave}", "/no-such-page"):
        page.goto(f"{path}?lang=ar")
        axe(page)
        brand = page.locator(".brand").bounding_box()
        assert brand is not None
        assert brand["x"] > width / 2, path
    page.goto(f"/s/{asked.wave}?lang=ar")
    row = page.locator(".rows label").first
    label, control = row.bounding_box(), row.locator("input").bounding_box()
    assert label is not None
    assert control is not None
    assert control["x"] > label["x"] + label["width"] / 2


def test_a_page_with_another_translation_than_everybodys_is_refused(
    visit: Visitor, asked: Invited
) -> None:
    def another(route: Route) -> None:
        honest = route.fetch()
        told = honest.text().replace("Die Kantine ist gut.", "Die Kantine ist schlecht.")
        route.fulfill(response=honest, body=told)

    page = visit()
    page.route(f"**/s/{asked.wave}?lang=de", another)
    page.goto(f"/s/{asked.wave}?lang=de#{fragment(asked)}")
    expect(page.locator("#refused")).to_be_visible()
    why = "This page does not show the questions that everybody else is asked."
    expect(page.locator("#refused-why")).to_have_text(said("de", why))
