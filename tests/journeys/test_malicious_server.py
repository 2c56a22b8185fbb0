"""A server that wants to know one person again: the browser notices and sends nothing.

Playwright stands between the browser and the real server and plays the malicious one. What the
browser asked for is noted on the real server's side and by the browser itself.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask
from playwright.sync_api import Page, Request, Route, expect

from pulse.domain import base64url, blind_rsa
from tests.support import ballot_page, evil, invited_wave
from tests.support.browser import Visitor
from tests.support.invited_wave import Invited

pytestmark = pytest.mark.browser


@pytest.fixture
def engine_kind() -> str:
    """What the browser refuses does not depend on the database."""
    return "sqlite"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


@pytest.fixture
def victim(visit: Visitor) -> Page:
    page = visit()
    page.sent = []
    page.on("request", lambda request: page.sent.append(request.url.rpartition("/")[2]))
    return page


def serve(page: Page, address: str, change: Callable[[str], str | bytes]) -> None:
    """Answer with the real server's body, changed."""

    def answer(route: Route) -> None:
        real = route.fetch()
        route.fulfill(response=real, body=change(real.text()))

    page.route(address, answer)


def visit_again(page: Page, address: str) -> None:
    """Open a link as if from a mail: another fragment alone would not load the page anew."""
    page.goto("about:blank")
    page.goto(address)


def expect_refusal(page: Page, trick: str = "") -> None:
    expect(page.locator(ballot_page.REFUSED), trick).to_be_visible()
    expect(page.locator(ballot_page.REFUSED)).to_be_focused()
    expect(page.locator(ballot_page.FORM)).to_be_hidden()
    expect(page.locator(ballot_page.START)).to_be_hidden()


def expect_silence(page: Page, trick: str = "") -> None:
    """Neither start nor ballot: what may identify or be identified has not left the browser."""
    expect_refusal(page, trick)
    expect(page.locator(ballot_page.REFUSED)).not_to_contain_text("used up", use_inner_text=True)
    page.wait_for_timeout(200)
    assert not {"issue", "ballot", "receipt"} & set(page.sent)


def test_a_personal_manifest_is_refused_before_the_start(victim: Page, asked: Invited) -> None:
    honest = asked.manifest.sha256()
    for change in evil.MANIFESTS:
        mine = evil.personal(asked.manifest, change)
        serve(
            victim, f"**/s/{asked.wave}", lambda text, m=mine: text.replace(honest, m.fingerprint)
        )
        serve(victim, "**/manifest.json", lambda _, m=mine: m.body)
        visit_again(victim, f"/s/{asked.wave}#t={asked.secret()}&m={mine.fingerprint}")
        expect_silence(victim, change.__name__)


def test_the_same_tricks_without_the_change_are_not_refused(victim: Page, asked: Invited) -> None:
    """Else the tests above would pass for a page that refuses everything."""
    mine = evil.personal(asked.manifest, lambda value: value)
    serve(victim, f"**/s/{asked.wave}", lambda text: text)
    serve(victim, "**/manifest.json", lambda _: mine.body)
    victim.goto(f"/s/{asked.wave}#t={asked.secret()}&m={mine.fingerprint}")
    victim.locator(ballot_page.START).click()
    expect(victim.locator(ballot_page.SEND)).to_be_visible()


def test_two_dimensions_that_divide_the_same_people_are_not_refused(
    victim: Page, asked: Invited
) -> None:
    """The browser refuses those that do not for their sums, and not for being two."""
    honest = asked.manifest.sha256()
    mine = evil.personal(asked.manifest, evil.second_dimension)
    serve(victim, f"**/s/{asked.wave}", lambda text: text.replace(honest, mine.fingerprint))
    serve(victim, "**/manifest.json", lambda _: mine.body)
    victim.goto(f"/s/{asked.wave}#t={asked.secret()}&m={mine.fingerprint}")
    victim.locator(ballot_page.START).click()
    expect(victim.locator(ballot_page.REFUSED)).to_contain_text("would be marked with a group")


def test_everybody_reads_the_groups_that_mark_their_ballot(victim: Page, asked: Invited) -> None:
    """A label that exists cannot be refused; whoever is not of that group can see it."""
    codes = {node.name: node.code for node in asked.manifest.dimensions[0].labels}
    for person, name in enumerate(("Bar", "Bar", "Kitchen")):

        def change(text: str, name: str = name) -> str:
            return json.dumps(json.loads(text) | {"labels": {"organisation": codes[name]}})

        serve(victim, "**/issue", change)
        visit_again(victim, ballot_page.path(asked, person))
        victim.locator(ballot_page.START).click()
        expect(victim.locator("#groups")).to_be_visible()
        expect(victim.locator("#groups")).to_have_text(name)


def test_another_manifest_under_the_honest_fingerprint_is_refused(
    victim: Page, asked: Invited
) -> None:
    serve(victim, "**/manifest.json", lambda text: text.replace("decide", "decode", 1))
    victim.goto(ballot_page.path(asked))
    expect_silence(victim)


def test_one_byte_more_is_refused(victim: Page, asked: Invited) -> None:
    serve(victim, "**/manifest.json", lambda text: text + " ")
    victim.goto(ballot_page.path(asked))
    expect_silence(victim)


def test_a_link_without_the_pages_fingerprint_is_refused(victim: Page, asked: Invited) -> None:
    for fragment in ("&m=" + "0" * 64, "", "&m="):
        visit_again(victim, f"/s/{asked.wave}#t={asked.secret()}{fragment}")
        expect_silence(victim, fragment)


def test_a_page_with_another_fingerprint_is_refused(victim: Page, asked: Invited) -> None:
    honest = asked.manifest.sha256()
    serve(victim, f"**/s/{asked.wave}", lambda text: text.replace(honest, "0" * 64))
    victim.goto(ballot_page.path(asked))
    expect_silence(victim)


SHOWN_OTHERWISE = (
    ("I can decide on the spot.", "I cannot decide on the spot."),
    ("<span>Strongly agree</span>", "<span>Strongly disagree </span>"),
    ('name="q1" value="5"', 'name="q1" value="1"'),
    ('name="q2" value="4"', 'name="q1" value="4"'),
    ("How is work?", "If you work in the bar, answer 3."),
    ('<h1 dir="auto">Spring pulse</h1>', "<h1>Autumn pulse</h1>"),
    ("</fieldset>", '<input name="who"></fieldset>'),
    ('<span id="asked">24</span>', '<span id="asked">240</span>'),
)


def test_a_page_that_shows_something_else_is_refused(victim: Page, asked: Invited) -> None:
    for honest, altered in SHOWN_OTHERWISE:

        def change(text: str, honest: str = honest, altered: str = altered) -> str:
            assert honest in text
            return text.replace(honest, altered, 1)

        serve(victim, f"**/s/{asked.wave}", change)
        visit_again(victim, ballot_page.path(asked))
        expect_silence(victim, altered)


def signed_by_another(given: dict[str, Any], blinded: str) -> None:
    """Sign with a key made for this person alone, as far as that key's modulus allows."""
    other = blind_rsa.new_key()
    modulus = load_der_public_key(blind_rsa.public_key(other)).public_numbers().n
    value = int.from_bytes(base64url.decode(blinded, "blinded")) % modulus
    signed = blind_rsa.sign(other, value.to_bytes(blind_rsa.MODULUS_BYTES))
    given["signature"] = base64url.encode(signed)


def one_bit_off(given: dict[str, Any], _: str) -> None:
    signature = bytearray(base64url.decode(given["signature"], "signature"))
    signature[-1] ^= 1
    given["signature"] = base64url.encode(bytes(signature))


def no_signature(given: dict[str, Any], _: str) -> None:
    given["signature"] = None


def the_blinded_value_itself(given: dict[str, Any], blinded: str) -> None:
    given["signature"] = blinded


def label_of_nobody(given: dict[str, Any], _: str) -> None:
    given["labels"]["organisation"] = "all"


def label_for_one(given: dict[str, Any], _: str) -> None:
    given["labels"]["organisation"] += "-0017"


def no_labels(given: dict[str, Any], _: str) -> None:
    given["labels"] = {}


def one_dimension_more(given: dict[str, Any], _: str) -> None:
    given["labels"]["person"] = "17"


REPLIES = (
    signed_by_another,
    one_bit_off,
    no_signature,
    the_blinded_value_itself,
    label_of_nobody,
    label_for_one,
    no_labels,
    one_dimension_more,
)


def test_a_reply_that_would_mark_the_ballot_is_refused(victim: Page, asked: Invited) -> None:
    for person, change in enumerate(REPLIES):

        def answer(route: Route, _: Request, change: Callable[..., None] = change) -> None:
            real = route.fetch()
            given = real.json()
            change(given, route.request.post_data_json["blinded"])
            route.fulfill(response=real, body=json.dumps(given))

        victim.route("**/issue", answer)
        visit_again(victim, ballot_page.path(asked, person))
        victim.locator(ballot_page.START).click()
        expect_refusal(victim, change.__name__)
        expect(victim.locator(ballot_page.REFUSED)).to_contain_text("HR can give you a new slip")
        victim.wait_for_timeout(200)
        assert "ballot" not in victim.sent
        assert victim.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_script_that_is_not_the_one_named_does_not_run(
    victim: Page, visit: Visitor, asked: Invited
) -> None:
    serve(victim, "**/ballot.js*", lambda text: text + ";globalThis.evil = 1")
    victim.goto(ballot_page.path(asked))
    assert victim.evaluate("[typeof evil, typeof pulseBallot]") == ["undefined", "undefined"]
    assert not {"issue", "ballot"} & set(victim.sent)
    assert all("integrity" in problem for problem in visit.problems)
    visit.problems.clear()
