import hashlib
from datetime import datetime
from pathlib import Path

from flask.testing import FlaskClient

from pulse.config import Settings
from pulse.db import reading
from pulse.surveys import waves
from tests.support import open_wave, tree


def test_the_promise_names_the_numbers_that_are_in_force(
    client: FlaskClient, settings: Settings
) -> None:
    page = client.get("/promise").text
    policy = settings.policy
    for number in (policy.floor, policy.comment_floor, policy.label_minimum):
        assert f'<span class="stat-figure">{number}</span>' in page


def test_the_promise_says_whom_each_way_trusts_and_what_remains(client: FlaskClient) -> None:
    page = client.get("/promise").text
    for words in (
        "You trust the script of the page",
        "You trust the running server while you press Send",
        "While a pulse is open",
        "Your receipt",
        "the number of new slips is published",
        "No pulse is open now",
        "That you started is kept for good",
        "destroyed uncounted after 7 days",
        "can tell that you finished",
        "the page shows you your groups",
    ):
        assert words in page, words


def test_the_script_that_is_served_has_the_published_sum(client: FlaskClient) -> None:
    published = tree.read(Path("static/ballot/ballot.js.sha256")).split()[0]
    served = client.get("/ballot.js", buffered=True).data
    assert hashlib.sha256(served).hexdigest() == published
    page = client.get("/promise").text
    assert f'<p class="mono" dir="ltr">{published}</p>' in page
    assert "/ballot.js | sha256sum" in page


def test_every_page_of_a_respondent_links_to_the_promise(
    client: FlaskClient, now: datetime
) -> None:
    wave = open_wave.opened(now)
    for path in (f"/s/{wave}", f"/s/{wave}/thanks", "/"):
        assert 'href="/promise' in client.get(path).text, path


def test_the_promise_shows_the_fingerprint_of_an_open_wave(
    client: FlaskClient, now: datetime
) -> None:
    wave = open_wave.opened(now)
    with reading() as session:
        fingerprint = waves.get(session, wave).manifest_sha256
    page = client.get("/promise").text
    assert str(fingerprint) in page
    assert f"/s/{wave}/manifest.json" in page
