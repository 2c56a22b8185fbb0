"""What of a visitor travels with the ballot, as the server sees it: nothing."""

from datetime import datetime

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from pulse.domain import sealing, token
from pulse.domain.permission import Role
from tests.support import ballot_page, invited_wave, signed_in
from tests.support.ballot_page import CHECK, EMPTY, FULL, IN_BOX, LONGEST, SEND, START, Answers
from tests.support.browser import Visitor
from tests.support.invited_wave import Invited
from tests.support.recorder import Recorder, Request

pytestmark = pytest.mark.browser
IDENTIFYING = {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"}


@pytest.fixture
def engine_kind() -> str:
    """What a browser sends does not depend on the database."""
    return "sqlite"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def recorder(app: Flask) -> Recorder:
    return Recorder(app)


def take_part(page: Page, asked: Invited, person: int, answers: Answers) -> None:
    page.goto(ballot_page.path(asked, person))
    page.locator(START).click()
    expect(page.locator(SEND)).to_be_visible()
    for option in ballot_page.options(answers):
        page.locator(option).click()
    page.locator(ballot_page.WORDS).fill(answers.words)
    page.locator(SEND).click()
    page.wait_for_url(f"**/s/{asked.wave}/thanks")
    page.locator(CHECK).click()
    expect(page.locator(IN_BOX)).to_be_visible()


def only(found: list[Request]) -> Request:
    assert len(found) == 1
    return found[0]


def test_nothing_of_a_visitor_travels_with_the_ballot(
    app: Flask, visit: Visitor, asked: Invited, now: datetime, recorder: Recorder
) -> None:
    page = visit()
    signed_in.carry(page, app, signed_in.start(Role.HR, now))
    page.goto("/promise")
    take_part(page, asked, 0, FULL)
    assert "HTTP_COOKIE" in only(recorder.of("/issue")).headers, "nobody was signed in"
    for path in ("/ballot", "/receipt", f"/s/{asked.wave}/manifest.json"):
        request = only(recorder.of(path))
        assert not IDENTIFYING & set(request.headers), path
        assert request.query == "", path
    secret = asked.secret()
    assert not any(secret in request.query + request.path for request in recorder.requests)
    others = {request.port for request in recorder.requests if request.path != "/ballot"}
    page.wait_for_timeout(100)
    after = recorder.ports("/receipt")
    assert not recorder.ports("/ballot") & (others - after)


def test_every_ballot_is_equally_long(
    visit: Visitor, asked: Invited, now: datetime, recorder: Recorder
) -> None:
    page = visit()
    given = (EMPTY, FULL, *LONGEST)
    for person, answers in enumerate(given):
        take_part(page, asked, person, answers)
    sealed = sum(slot.length + sealing.OVERHEAD for slot in asked.manifest.slots)
    length = token.PREPARED_BYTES + token.SIGNATURE_BYTES + sealed
    assert {request.length for request in recorder.of("/ballot")} == {length}
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable) == (len(given), 0)
    written = sorted(answers.words for answers in given if answers.words)
    assert sorted(comment.text for comment in counted.comments["words"]) == written
