"""The whole way of a ballot in Firefox: what the employee sees, and what travels."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from pulse.domain.dimension import ORGANISATION
from pulse.domain.permission import Role
from tests.support import invited_wave, keeping_server, signed_in
from tests.support.browser import DESKTOP, PHONE
from tests.support.firefox import Firefox
from tests.support.firefox_person import Person
from tests.support.firefox_window import Window
from tests.support.invited_wave import Invited
from tests.support.keeping_server import Server
from tests.support.smtp import HOST

# What the browser does does not hang on the kind of database; the first journey is made on both.
once = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
LONGEST = 2_000
WORDS = "More light, please — für alle."
ANSWERED = {"decide": 4, "tools": None, "recommend": 9, "acted": 1}


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    with keeping_server.running(app, HOST) as running:
        yield running


@pytest.fixture
def person(firefox: Firefox, server: Server) -> Iterator[Person]:
    """Somebody with Firefox; the test fails when a page went wrong or asked another host."""
    somebody = firefox.person(server.url)
    yield somebody
    somebody.leave()
    assert somebody.problems == []


def link(asked: Invited, person: int = 0) -> str:
    """Give the address in somebody's slip, from its slash on."""
    return "/s/" + asked.slips[person].link.partition("/s/")[2]


def start(window: Window, address: str) -> None:
    window.goto(address)
    press_start(window)


def press_start(window: Window) -> None:
    window.click("#start")
    window.wait_until("document.documentElement.dataset.view === 'questions'")


def choose(window: Window, question: int, label: str) -> None:
    window.click(("radio", label), within=f"fieldset:has(#q{question})")


def answer(window: Window, words: str = WORDS) -> None:
    choose(window, 1, "Agree")
    choose(window, 2, "Prefer not to answer")
    choose(window, 3, "9")
    choose(window, 4, "Yes")
    window.fill("#q5", words)


def prefer_not_to_answer(window: Window) -> None:
    for question in range(1, 5):
        choose(window, question, "Prefer not to answer")


def send(window: Window) -> None:
    window.click("#send")
    window.wait_until("location.pathname.endsWith('/thanks') && document.readyState === 'complete'")


def test_from_the_link_to_the_count(person: Person, asked: Invited, now: datetime) -> None:
    window = person.window()
    start(window, link(asked))
    assert window.evaluate("location.href") == f"{person.base_url}/s/{asked.wave}"
    answer(window)
    send(window)
    assert "Thank you" in window.text("h1")
    window.click("#check-receipt")
    window.wait_until("!document.querySelector('[data-answer=in]').hidden")
    tally = asked.counted(now)
    assert [tally.ballots, tally.unreadable, tally.surplus] == [1, 0, 0]
    for question, value in ANSWERED.items():
        histograms = tally.answers[ORGANISATION, question].values()
        assert [histogram for histogram in histograms if histogram] == [{value: 1}]
    assert [comment.text for texts in tally.comments.values() for comment in texts] == [WORDS]


@once
def test_the_ballot_travels_alone(
    app: Flask, person: Person, asked: Invited, now: datetime, server: Server
) -> None:
    """The browser holds a session: asking for a ballot paper tells of it, sending it does not."""
    window = person.window(DESKTOP)
    token = signed_in.start(Role.HR, now)
    person.add_cookie(app.config["SESSION_COOKIE_NAME"], signed_in.signed(app, token))
    start(window, link(asked))
    answer(window)
    send(window)
    (issue,), (ballot,) = server.to("/issue"), server.to("/ballot")
    assert "HTTP_COOKIE" in issue.headers
    told = {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_REFERER"}
    assert told & set(ballot.headers) == set()
    assert ballot.query == ""
    others = [request for request in server.requests if request is not ballot]
    assert ballot.port not in {request.port for request in others}
    assert len({request.port for request in others}) < len(others), "no connection was used twice"


@once
def test_all_ballots_are_equally_long(person: Person, asked: Invited, server: Server) -> None:
    for number, words in enumerate((None, WORDS, "ß" * LONGEST)):
        window = person.window()
        start(window, link(asked, number))
        if words is None:
            prefer_not_to_answer(window)
        else:
            answer(window, WORDS)
            window.evaluate(f"void (document.getElementById('q5').value = {words!r})")
        send(window)
    assert len({request.length for request in server.to("/ballot")}) == 1
    assert len(server.to("/ballot")) == 3


@once
def test_a_wrong_fingerprint_sends_nothing(person: Person, asked: Invited, server: Server) -> None:
    window = person.window()
    window.goto(f"/s/{asked.wave}#t={asked.secret()}&m={'0' * 64}")
    window.wait_until("!document.getElementById('refused').hidden")
    assert "not that of this page" in window.text("#refused")
    assert [window.is_visible("#start"), window.is_visible("#send")] == [False, False]
    window.pause(0.5)
    assert [request for request in server.requests if request.length] == []
    assert {method for method, _ in person.asked} == {"GET"}
    assert asked.redeemed() == 0


@once
@pytest.mark.parametrize("with_link", [True, False])
def test_a_started_ballot_survives_closing_the_window(
    person: Person, asked: Invited, now: datetime, server: Server, with_link: bool
) -> None:
    first = person.window()
    start(first, link(asked))
    assert asked.secret() not in first.evaluate("JSON.stringify({...localStorage})")
    first.close()
    second = person.window()
    second.goto(link(asked) if with_link else f"/s/{asked.wave}")
    if not with_link:
        second.click("#go-on")
    second.wait_until("document.documentElement.dataset.view === 'questions'")
    answer(second)
    send(second)
    assert len(server.to("/issue")) == 1
    assert asked.counted(now).ballots == 1


@once
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_way_fits_the_window(person: Person, asked: Invited, width: int) -> None:
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    window = person.window(width)
    window.goto(link(asked))
    window.wait_until("document.documentElement.dataset.view === 'start'")
    wide = [window.evaluate(over)]
    press_start(window)
    wide.append(window.evaluate(over))
    answer(window)
    send(window)
    window.click("#check-receipt")
    window.wait_until("!document.querySelector('[data-answer=in]').hidden")
    wide.append(window.evaluate(over))
    assert wide == [0, 0, 0]
