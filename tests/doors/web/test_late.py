"""A wave whose closing time has come, but which no worker has closed: it takes nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import installation
from pulse.db import reading, transaction
from pulse.domain import base64url, token
from pulse.domain.wave_state import WaveState
from pulse.invitations import redemption
from pulse.invitations.redemption import Claim, Redeemed
from pulse.surveys import standing
from tests.support import invited_wave, sealed_ballots, when
from tests.support.invited_wave import ANSWERS, Invited

VALUES = {"decide": 4, "tools": None, "recommend": 9, "acted": 1, "words": "More light."}


@pytest.fixture
def late(app: Flask) -> Invited:
    found = invited_wave.opened(when.LONG_OVER)
    with reading() as session:
        assert standing.state(session, found.wave) is WaveState.OPEN
    return found


def counted(late: Invited) -> int:
    return late.counted(when.LONG_OVER + timedelta(days=7)).ballots


def begun_in_time(late: Invited) -> bytes:
    """Make a genuine ballot, with a token that was signed while the wave took answers."""
    given: list[Redeemed] = []

    def sign(blinded: bytes) -> bytes:
        claim = Claim(late.wave, blinded)
        with transaction() as session:
            given.append(redemption.redeem(session, claim, late.secret(), installation.secrets()))
        return given[0].signature

    leave = sealed_ballots.unblinded(late.manifest, sign)
    return sealed_ballots.body(late.manifest, leave, given[0].labels, VALUES)


def test_the_page_says_that_it_has_closed(client: FlaskClient, late: Invited) -> None:
    page = client.get(f"/s/{late.wave}")
    assert (page.status_code, "has closed" in page.text) == (200, True)
    assert "<form" not in page.text


def test_a_code_leads_to_no_questions(client: FlaskClient, late: Invited) -> None:
    page = client.post("/code", data={"code": late.code()})
    assert (page.status_code, "has closed" in page.text) == (200, True)


def test_an_answer_is_refused_and_nothing_is_used_up(client: FlaskClient, late: Invited) -> None:
    for key in ({"code": late.code()}, {"secret": late.secret(1)}):
        page = client.post(f"/s/{late.wave}", data=ANSWERS | key)
        assert (page.status_code, "has closed" in page.text) == (200, True)
    assert late.redeemed() == 0
    assert counted(late) == 0


def test_an_incomplete_answer_is_not_asked_for_again(client: FlaskClient, late: Invited) -> None:
    page = client.post(f"/s/{late.wave}", data={"code": late.code(), "q1": "4"})
    assert (page.status_code, "has closed" in page.text) == (200, True)


def test_an_unknown_code_is_not_asked_for_again(client: FlaskClient, late: Invited) -> None:
    page = client.post(f"/s/{late.wave}", data=ANSWERS | {"code": "0000-0000-0000"})
    assert (page.status_code, "has closed" in page.text) == (200, True)


def test_no_signature_is_given(client: FlaskClient, late: Invited) -> None:
    wanted = {"wave": late.wave, "secret": late.secret(), "blinded": base64url.encode(bytes(256))}
    answer = client.post("/issue", json=wanted)
    assert (answer.status_code, answer.json) == (410, {"problem": "closed"})
    assert late.redeemed() == 0


def test_a_ballot_that_was_begun_in_time_comes_too_late(client: FlaskClient, late: Invited) -> None:
    answer = client.post("/ballot", data=begun_in_time(late))
    assert (answer.status_code, answer.json) == (410, {"problem": "closed"})
    assert counted(late) == 0


def test_a_wave_that_never_was_takes_nothing(client: FlaskClient) -> None:
    wanted = {"wave": 999, "secret": "any", "blinded": base64url.encode(bytes(256))}
    prepared = token.prepare(999, bytes(32), bytes(64))
    for answer in (
        client.post("/issue", json=wanted),
        client.post("/ballot", data=prepared + bytes(256)),
    ):
        assert (answer.status_code, answer.json) == (410, {"problem": "closed"})


def test_the_promise_does_not_call_it_open(client: FlaskClient, late: Invited) -> None:
    assert "No pulse is open now" in client.get("/promise").text


def test_what_anybody_may_check_stays(client: FlaskClient, late: Invited) -> None:
    assert client.get(f"/s/{late.wave}/manifest.json").data == late.manifest.canonical()
    assert "Thank you" in client.get(f"/s/{late.wave}/thanks").text
