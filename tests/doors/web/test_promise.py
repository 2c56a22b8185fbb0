from datetime import datetime

from flask.testing import FlaskClient

from pulse.config import Settings
from pulse.db import reading
from pulse.surveys import waves
from tests.support import open_wave


def test_the_promise_names_the_numbers_that_are_in_force(
    client: FlaskClient, settings: Settings
) -> None:
    page = client.get("/promise").text
    policy = settings.policy
    for number in (policy.floor, policy.comment_floor, policy.label_minimum):
        assert f'<span class="stat-figure">{number}</span>' in page


def test_the_promise_says_that_this_version_asks_for_trust(client: FlaskClient) -> None:
    page = client.get("/promise").text
    assert "asks you to trust the running server" in page
    assert "while a pulse is open" in page
    assert "No pulse is open now" in page


def test_the_promise_shows_the_fingerprint_of_an_open_wave(
    client: FlaskClient, now: datetime
) -> None:
    wave = open_wave.opened(now)
    with reading() as session:
        fingerprint = waves.get(session, wave).manifest_sha256
    page = client.get("/promise").text
    assert str(fingerprint) in page
    assert f"/s/{wave}/manifest.json" in page
