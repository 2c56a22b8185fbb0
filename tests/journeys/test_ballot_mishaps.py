"""Every mishap between the link and the box, in Chromium: nobody loses or doubles a ballot."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pulse import fieldwork
from tests.support import ballot_page, invited_wave
from tests.support.ballot_page import CHECK, FORM, FULL, IN_BOX, SEND, START
from tests.support.browser import Visitor
from tests.support.chromium_ballot import (
    another_tab,
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
