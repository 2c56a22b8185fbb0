"""A ballot that nobody can trace, through Chromium: from the link to the box and the receipt, and
through every mishap on the way.

`tests/journeys/test_malicious_server.py` has a server that cheats.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from pulse import fieldwork
from pulse.domain.ballot import plain
from tests.support import ballot_page, invited_wave
from tests.support.ballot_page import CHECK, FORM, FULL, IN_BOX, SEND, START, Answers
from tests.support.browser import DESKTOP, PHONE, Visitor
from tests.support.invited_wave import Invited

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_kind() -> str:
    """The story on both databases is in test_answering_page.py; a mishap needs one."""
    return "sqlite"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def start(page: Page, asked: Invited, person: int = 0) -> None:
    page.goto(ballot_page.path(asked, person))
    page.locator(START).click()
    expect(page.locator(SEND)).to_be_visible()


def answer(page: Page, answers: Answers = FULL) -> None:
    for option in ballot_page.options(answers):
        page.locator(option).click()
    page.locator(ballot_page.WORDS).fill(answers.words)


def send(page: Page) -> None:
    page.locator(SEND).click()


def expect_sent(page: Page, asked: Invited) -> None:
    page.wait_for_url(f"**/s/{asked.wave}/thanks")


def expect_said(page: Page, name: str) -> None:
    expect(page.locator(f"#say-{name}")).to_be_visible()
    expect(page.locator(f"#say-{name}")).to_be_focused()


def lose_the_reply(context: BrowserContext, address: str) -> list[str | None]:
    """Let the first request reach the server, and its reply nobody. Gives what was sent."""
    sent: list[str | None] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_buffer and route.request.post_data_buffer.hex())
        if len(sent) > 1:
            route.continue_()
            return
        route.fetch()
        route.abort()

    context.route(address, lose)
    return sent


def another_tab(page: Page) -> Page:
    """Open a tab beside this one: what the device keeps is shared, what a tab keeps is not."""
    tab = page.context.new_page()
    tab.set_default_timeout(15_000)
    return tab


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


def test_a_lost_reply_of_the_start_is_asked_for_again(visit: Visitor, asked: Invited) -> None:
    page = visit()
    sent = lose_the_reply(page.context, "**/issue")
    page.goto(ballot_page.path(asked))
    page.locator(START).click()
    expect_said(page, "unreached")
    page.locator("#say-unreached .try-again").click()
    expect(page.locator(SEND)).to_be_visible()
    assert sent[0] == sent[1]
    assert asked.redeemed() == 1


def test_a_tab_closed_while_starting_loses_nothing(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    sent = lose_the_reply(page.context, "**/issue")
    page.goto(ballot_page.path(asked))
    page.locator(START).click()
    expect_said(page, "unreached")
    tab = another_tab(page)
    page.close()
    tab.goto(ballot_page.path(asked))
    expect(tab.locator("#again")).to_be_visible()
    tab.locator(START).click()
    answer(tab)
    send(tab)
    expect_sent(tab, asked)
    assert sent[0] == sent[1]
    assert asked.counted(now).ballots == 1


def test_a_tab_closed_after_the_start_loses_nothing(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    start(page, asked)
    tab = another_tab(page)
    page.close()
    tab.goto(ballot_page.path(asked))
    expect(tab.locator("#kept")).to_be_visible()
    answer(tab)
    send(tab)
    expect_sent(tab, asked)
    assert asked.counted(now).ballots == 1


def test_without_the_link_a_start_on_this_device_can_be_finished(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    page = visit()
    start(page, asked)
    answer(page)
    tab = another_tab(page)
    page.close()
    tab.goto(f"/s/{asked.wave}")
    axe(tab)
    expect(tab.locator(FORM)).to_be_hidden()
    tab.get_by_role("button", name="It is mine, go on").click()
    assert tab.locator("input:checked").count() == 0
    answer(tab)
    send(tab)
    expect_sent(tab, asked)


def test_a_reload_keeps_the_draft(visit: Visitor, asked: Invited) -> None:
    page = visit()
    start(page, asked)
    answer(page)
    page.reload()
    expect(page.locator(ballot_page.WORDS)).to_have_value(FULL.words)
    assert page.locator("input:checked").count() == len(FULL.choices)
    assert asked.secret() not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")


def test_a_lost_reply_of_the_box_counts_once(visit: Visitor, asked: Invited, now: datetime) -> None:
    page = visit()
    lose_the_reply(page.context, "**/ballot")
    start(page, asked)
    answer(page)
    send(page)
    expect_said(page, "unsent")
    expect(page.locator(ballot_page.WORDS)).to_have_value(FULL.words)
    page.locator("#say-unsent .try-again").click()
    expect_said(page, "spent")
    page.locator(CHECK).click()
    expect(page.locator(IN_BOX)).to_be_visible()
    assert asked.counted(now).ballots == 1


def test_a_tab_closed_while_sending_finds_the_ballot_in_the_box(
    visit: Visitor, asked: Invited
) -> None:
    page = visit()
    lose_the_reply(page.context, "**/ballot")
    start(page, asked)
    answer(page)
    send(page)
    expect_said(page, "unsent")
    tab = another_tab(page)
    page.close()
    tab.goto(ballot_page.path(asked))
    expect_said(tab, "spent")


def test_a_second_finish_in_another_tab_changes_nothing(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    start(page, asked)
    tab = another_tab(page)
    tab.goto(ballot_page.path(asked))
    for one in (page, tab):
        answer(one)
    send(page)
    expect_sent(page, asked)
    send(tab)
    expect_said(tab, "spent")
    assert asked.counted(now).ballots == 1


def test_offline_the_answers_wait_and_are_sent_by_themselves(
    visit: Visitor, asked: Invited, axe: Callable[[Page], None]
) -> None:
    page = visit()
    start(page, asked)
    answer(page)
    page.context.set_offline(offline=True)
    send(page)
    expect_said(page, "unsent")
    axe(page)
    page.context.set_offline(offline=False)
    expect_sent(page, asked)


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


def test_a_wave_that_closes_meanwhile_is_said_calmly(
    visit: Visitor, asked: Invited, now: datetime, axe: Callable[[Page], None]
) -> None:
    page, late = visit(), visit()
    start(page, asked)
    answer(page)
    late.goto(ballot_page.path(asked, 1))
    expect(late.locator(START)).to_be_visible()
    fieldwork.close_wave(asked.wave, now)
    send(page)
    expect_said(page, "closed")
    axe(page)
    late.locator(START).click()
    expect_said(late, "closed")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_two_people_on_one_device_do_not_mix(visit: Visitor, asked: Invited, now: datetime) -> None:
    page = visit()
    start(page, asked, 0)
    answer(page)
    page.goto("/promise")
    page.goto(ballot_page.path(asked, 1))
    page.locator(START).click()
    expect(page.locator(SEND)).to_be_visible()
    assert page.locator("input:checked").count() == 0
    answer(page, ballot_page.EMPTY)
    send(page)
    expect_sent(page, asked)
    page.goto(ballot_page.path(asked, 0))
    assert page.locator("input:checked").count() == 0
    answer(page)
    send(page)
    expect_sent(page, asked)
    assert asked.counted(now).ballots == 2


def test_a_device_forgets_waves_that_have_closed(visit: Visitor, asked: Invited) -> None:
    page = visit()
    page.goto("/")
    page.evaluate(
        """() => {
          const old = { step: "held", closes: "2020-01-01T00:00:00+00:00" };
          localStorage.setItem("pulse:9999:abc", JSON.stringify(old));
          localStorage.setItem("pulse:9998:abc", "not JSON");
          localStorage.setItem("other", "not ours");
        }"""
    )
    start(page, asked)
    keys = page.evaluate("Object.keys(localStorage)")
    assert sorted(key.split(":")[0] for key in keys) == ["other", "pulse"]


def test_where_nothing_can_be_kept_the_tab_is_enough(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('off'); }});"
    )
    page.goto(ballot_page.path(asked))
    expect(page.locator("#keep-tab")).to_be_visible()
    page.locator(START).click()
    expect(page.locator("#keep-open")).to_be_visible()
    answer(page)
    send(page)
    expect_sent(page, asked)
    assert asked.counted(now).ballots == 1


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
