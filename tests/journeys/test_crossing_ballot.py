"""A ballot with a crossing through Chromium: one more group to read, and one more label to seal."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Route, expect
from sqlalchemy import update

from pulse import fieldwork, installation
from pulse.db import transaction
from pulse.invitations import issuing
from pulse.people.model import Employee
from pulse.surveys import compose, standing, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import ballot_page, staffed
from tests.support.browser import Visitor
from tests.support.chromium_ballot import answer, expect_sent, send, start
from tests.support.invited_wave import Invited
from tests.support.open_wave import QUESTIONS

pytestmark = pytest.mark.browser
BOTH = "organisation*sex"
WEEK = timedelta(days=7)


@pytest.fixture
def engine_kind() -> str:
    """Labels are the same on both databases; tests/rooms/invitations tries them there."""
    return "sqlite"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    staffed.company(people=40)
    draft = SurveyDraft("Spring pulse", "", QUESTIONS, Audience(), ("sex", BOTH))
    with transaction() as session:
        # Whoever has no address gets a slip, and a slip can be read here.
        session.execute(update(Employee).values(email=None))
        survey = compose.create(session, draft, now)
        wave = waves.plan(session, survey, now, now + WEEK)
    fieldwork.open_wave(wave, now)
    with transaction() as session:
        request = installation.issue_request(standing.manifest(session, wave), "UTC")
        return Invited(wave, issuing.print_slips(session, request))


def test_a_person_reads_the_group_and_is_counted_in_it(
    visit: Visitor, asked: Invited, now: datetime
) -> None:
    page = visit()
    start(page, asked)
    groups = page.locator("#groups")
    expect(groups).to_be_visible()
    unit, sex, both = (groups.text_content() or "").split(" · ")
    assert both == f"{unit}: {sex}"
    answer(page)
    send(page)
    expect_sent(page, asked)
    labels = {node.name: node.code for node in asked.manifest.dimension(BOTH).labels}
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable, counted.surplus) == (1, 0, 0)
    said = {label: found for label, found in counted.answers[BOTH, "decide"].items() if found}
    assert said == {labels[both]: {4: 1}}


def test_a_label_of_a_crossing_that_is_in_no_manifest_is_refused(
    visit: Visitor, asked: Invited
) -> None:
    """The server names a group of three: the browser sends nothing."""
    page = visit()

    def rare(route: Route) -> None:
        given = route.fetch()
        labels = given.json()["labels"] | {BOTH: "u2*c-rare"}
        route.fulfill(response=given, json=given.json() | {"labels": labels})

    page.route("**/issue", rare)
    page.goto(ballot_page.path(asked))
    page.locator("#start").click()
    expect(page.locator("#refused-why")).to_contain_text("not in the manifest")
