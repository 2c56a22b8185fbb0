"""A ballot that nobody can trace, through Chromium: from the link to the box and the receipt.

What goes wrong on the way is in test_ballot_mishaps.py, a server that cheats in
test_malicious_server.py.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pulse.domain.ballot import plain
from tests.support import ballot_page, invited_wave
from tests.support.ballot_page import CHECK, FORM, IN_BOX, START
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.chromium_ballot import (
    answer,
    expect_said,
    expect_sent,
    lose_the_reply,
    send,
    start,
)
from tests.support.invited_wave import Invited

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_kind() -> str:
    """The story on both databases is in test_answering_page.py; a mishap needs one."""
    return "sqlite"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def test_from_the_link_to_the_receipt(visit: Visitor, asked: Invited, now: datetime) -> None:
    page = visit()
    page.goto(ballot_page.path(asked))
    assert page.evaluate("location.hash") == ""
    expect(page.locator(FORM)).to_be_hidden()
    expect(page.get_by_text("The running server.")).to_be_hidden()
    expect(page.get_by_text("could change the script")).to_be_visible()
    assert page.locator("main button:visible").count() == 1
    page.locator(START).click()
    expect(page.locator("legend").first).to_be_focused()
    answer(page)
    send(page)
    expect_sent(page, asked)
    page.locator(CHECK).click()
    expect(page.locator(IN_BOX)).to_be_visible()
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable) == (1, 0)
    assert counted.answers["organisation", "decide"] == {"u1": {4: 1}, "u2": {}}
    assert counted.answers["organisation", "tools"] == {"u1": {None: 1}, "u2": {}}
    assert counted.comments["words"][0].text == ballot_page.OPENED_WITH


def test_after_sending_the_device_keeps_a_receipt_and_nothing_else(
    visit: Visitor, asked: Invited
) -> None:
    page = visit()
    start(page, asked)
    answer(page)
    send(page)
    expect_sent(page, asked)
    kept = page.evaluate("Object.values(localStorage).map(JSON.parse)")
    assert [sorted(state) for state in kept] == [["closes", "fingerprint", "receipt", "step"]]
    assert asked.secret() not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert page.context.cookies() == []


def test_the_box_says_when_it_does_not_hold_a_ballot(visit: Visitor, asked: Invited) -> None:
    page = visit()
    page.route("**/ballot", lambda route: route.fulfill(status=204))
    start(page, asked)
    answer(page)
    send(page)
    expect_sent(page, asked)
    page.locator(CHECK).click()
    expect(page.get_by_text("the box does not hold your ballot")).to_be_visible()


def test_a_question_left_open_is_asked_again_and_nothing_is_sent(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    page = visit()
    sent = lose_the_reply(page.context, "**/ballot")
    start(page, asked)
    page.locator(ballot_page.WORDS).fill("Keep me.")
    send(page)
    summary = page.get_by_role("alert").filter(has_text="One more look")
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link", name="You left question 3 open").click()
    expect(page.locator("#q3")).to_be_focused()
    expect(page.locator(ballot_page.WORDS)).to_have_value("Keep me.")
    assert sent == []


def test_a_start_elsewhere_is_said_calmly(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    start(visit(), asked)
    page = visit()
    page.goto(ballot_page.path(asked))
    page.locator(START).click()
    expect_said(page, "elsewhere")
    axe(page)
    assert page.evaluate("localStorage.length") == 0


def test_an_unknown_link_is_said_calmly(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    page = visit()
    page.goto(f"/s/{asked.wave}#t=unknown&m={asked.manifest.sha256()}")
    page.locator(START).click()
    expect_said(page, "unknown")
    axe(page)


def test_without_webcrypto_the_page_asks_for_trust_and_works(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined});")
    page.goto(ballot_page.path(asked))
    expect(page.get_by_text("Your link was recognised")).to_be_visible()
    expect(page.get_by_text("The running server.")).to_be_visible()
    answer(page)
    send(page)
    expect_sent(page, asked)
    assert asked.counted(now).ballots == 1


def test_comments_are_kept_as_the_server_would(page: Page) -> None:
    texts = [
        "  one\r\ntwo\rthree\x00\x7f\x1f ",
        "\x85\xa0\u3000x\u2028\u2029",
        "\ufeffkept\ufeff",
        "a\ud800b\udc00c\ud83d\ude00",
        "\t\n\x0b\x0c",
        "\u200bnot a space\u200b",
    ]
    page.goto("/")
    page.add_script_tag(url="/ballot.js")
    written = [[ord(unit) for unit in text] for text in texts]
    units = "(all) => all.map((units) => pulseBallot.plain(String.fromCodePoint(...units)))"
    assert page.evaluate(units, written) == [plain(text) for text in texts]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_every_view_is_accessible(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None], width: int, scheme: str
) -> None:
    page = visit(width, scheme=scheme)
    page.goto(ballot_page.path(asked))
    expect(page.locator(START)).to_be_visible()
    axe(page)
    page.locator(START).click()
    answer(page)
    axe(page)
    send(page)
    expect_sent(page, asked)
    page.locator(CHECK).click()
    expect(page.locator(IN_BOX)).to_be_visible()
    axe(page)
    page.goto(ballot_page.path(asked))
    expect_said(page, "spent")
    axe(page)
    page.goto("/promise")
    page.goto(f"/s/{asked.wave}#t=other&m=other")
    expect(page.locator(ballot_page.REFUSED)).to_be_visible()
    axe(page)
