"""Taking part by form: one person, one ballot, whatever goes wrong on the way."""

import logging
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from pulse.ballots import box
from pulse.db import box_transaction, db
from pulse.domain.wave_state import WaveState
from tests.support import invited_wave, open_wave
from tests.support.invited_wave import ANSWERS, Invited


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def send(client: FlaskClient, asked: Invited, **form: str) -> TestResponse:
    return client.post(f"/s/{asked.wave}", data=ANSWERS | form)


def test_an_answer_by_typed_code_is_counted_once(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    code = asked.code().lower().replace("-", " ")
    answer = send(client, asked, code=code)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/s/{asked.wave}/thanks")
    assert "Thank you" in client.get(answer.headers["Location"]).text
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable, counted.surplus) == (1, 0, 0)
    answers = counted.answers["organisation", "decide"]
    assert sum(histogram.get(4, 0) for histogram in answers.values()) == 1
    assert [comment.text for comment in counted.comments["words"]] == [ANSWERS["q5"]]


def test_an_answer_by_the_secret_of_the_link_is_counted(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    assert send(client, asked, secret=asked.secret()).status_code == 303
    assert asked.counted(now).ballots == 1


def test_a_second_visit_is_a_calm_page(client: FlaskClient, asked: Invited, now: datetime) -> None:
    send(client, asked, code=asked.code())
    again = send(client, asked, code=asked.code())
    assert (again.status_code, "already taken part" in again.text) == (200, True)
    assert "counted once" in again.text
    assert asked.counted(now).ballots == 1


def test_whoever_started_elsewhere_is_told_to_finish_there(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    started = asked.started()
    page = send(client, asked, code=asked.code())
    assert (page.status_code, "used to start elsewhere" in page.text) == (200, True)
    assert "HR can give you a new slip" in page.text
    assert "already taken part" not in page.text
    sent = client.post("/ballot", data=started.body(decide=4))
    assert sent.status_code == 204
    assert "used to start elsewhere" in send(client, asked, code=asked.code()).text
    assert asked.counted(now).ballots == 1


def test_what_is_missing_is_asked_for_and_everything_given_is_kept(
    client: FlaskClient, asked: Invited
) -> None:
    form = {"q1": "5", "q2": "none", "q3": "10", "q5": "<b>Bold & kept</b>"}
    page = client.post(f"/s/{asked.wave}", data=form | {"secret": asked.secret()})
    assert page.status_code == 422
    assert '<a href="#q4">You left question 4 open' in page.text
    assert re.search(r'class="error-summary"[^>]*tabindex="-1"[^>]* autofocus>', page.text)
    for field, value in (("q1", "5"), ("q2", "none"), ("q3", "10")):
        pattern = rf'name="{field}" value="{value}"( id="{field}")? checked'
        assert re.search(pattern, page.text), field
    assert "&lt;b&gt;Bold &amp; kept&lt;/b&gt;</textarea>" in page.text
    assert f'value="{asked.secret()}"' in page.text
    assert asked.redeemed() == 0


@pytest.mark.parametrize("code", ["", "   ", "HELLO", "0000-0000-0000", "\x00", "é" * 60])
def test_an_unknown_code_gives_the_form_back(
    client: FlaskClient, asked: Invited, code: str
) -> None:
    page = send(client, asked, code=code)
    assert page.status_code == 422
    assert '<a href="#code">' in page.text
    assert "More light, please.</textarea>" in page.text
    assert asked.redeemed() == 0


def test_a_code_of_another_wave_opens_nothing(client: FlaskClient, asked: Invited) -> None:
    page = client.post("/s/999", data=ANSWERS | {"code": asked.code()})
    assert page.status_code == 404


def test_words_that_are_too_long_are_given_back_whole(client: FlaskClient, asked: Invited) -> None:
    words = "x" * 2001
    page = send(client, asked, code=asked.code(), q5=words)
    assert (page.status_code, words in page.text) == (422, True)


def test_a_form_of_megabytes_is_refused(client: FlaskClient, asked: Invited) -> None:
    page = send(client, asked, code=asked.code(), q5="x" * 1_000_000)
    assert (page.status_code, asked.redeemed()) == (413, 0)


def test_after_closing_nothing_is_used_up(client: FlaskClient, asked: Invited) -> None:
    open_wave.moved(asked.wave, WaveState.CLOSED)
    page = send(client, asked, code=asked.code())
    assert (page.status_code, "has closed" in page.text) == (200, True)
    assert asked.redeemed() == 0


def test_a_ballot_that_finds_the_box_closed_is_a_calm_page(
    client: FlaskClient, asked: Invited
) -> None:
    with box_transaction() as connection:
        box.seal(connection, asked.wave)
    page = send(client, asked, code=asked.code())
    assert (page.status_code, "has closed" in page.text) == (200, True)
    assert "Thank you" not in page.text


def test_reading_changes_nothing(client: FlaskClient, asked: Invited) -> None:
    for ask in (client.get, client.head):
        for path in ("", "/thanks", "/manifest.json"):
            assert ask(f"/s/{asked.wave}{path}").status_code == 200
    assert asked.redeemed() == 0


def test_no_cookie_is_set_and_nothing_is_logged(
    client: FlaskClient, asked: Invited, caplog: pytest.LogCaptureFixture
) -> None:
    with client.session_transaction() as session:
        session.permanent = True
        session["token"] = "of somebody who is signed in"
    caplog.set_level(logging.DEBUG)
    incomplete = client.post(f"/s/{asked.wave}", data={"code": asked.code()})
    taken = send(client, asked, code=asked.code())
    for answer in (incomplete, taken, send(client, asked, code=asked.code())):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
    everything = caplog.text
    for secret in (asked.code(), asked.secret(), "More light"):
        assert secret not in everything


@pytest.mark.parametrize("bind", [None, "box"])
def test_an_error_of_either_database_carries_no_answer(app: Flask, bind: str | None) -> None:
    with db.engines[bind].connect() as connection, pytest.raises(DBAPIError) as error:
        connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "More light"})
    assert "More light" not in str(error.value)


def test_thirty_two_people_at_once_are_each_counted_once(app: Flask, now: datetime) -> None:
    asked = invited_wave.opened(now, people=32)
    statuses = at_once(app, 32, lambda client, place: send(client, asked, code=asked.code(place)))
    assert statuses == [303] * 32
    assert (asked.redeemed(), asked.counted(now).ballots) == (32, 32)


def test_twenty_submits_of_one_code_give_one_ballot(
    app: Flask, asked: Invited, now: datetime
) -> None:
    statuses = at_once(app, 20, lambda client, _: send(client, asked, code=asked.code()))
    assert sorted(statuses) == [200] * 19 + [303]
    assert (asked.redeemed(), asked.counted(now).ballots) == (1, 1)


def at_once(app: Flask, people: int, act: Callable[[FlaskClient, int], TestResponse]) -> list[int]:
    def one(place: int) -> int:
        return act(app.test_client(), place).status_code

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))
