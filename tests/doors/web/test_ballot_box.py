"""The slit of the box: one ballot for each token, from nobody in particular."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from pulse.ballots import box
from pulse.db import box_transaction, db
from pulse.domain.permission import Role
from pulse.domain.token import PREPARED_BYTES
from tests.support import invited_wave, open_wave, signing_in
from tests.support.invited_wave import Invited

BYTES = "application/octet-stream"
GIVEN = {"decide": 4, "tools": None, "recommend": 9, "acted": 1, "words": "More light, please."}


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def drop(client: FlaskClient, body: bytes) -> TestResponse:
    return client.post("/ballot", data=body, content_type=BYTES)


def ask(client: FlaskClient, wave: object, receipt: object) -> TestResponse:
    return client.post("/receipt", json={"wave": wave, "receipt": receipt})


def problem(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["problem"]


def test_a_ballot_is_taken_and_counted(client: FlaskClient, asked: Invited, now: datetime) -> None:
    answer = drop(client, asked.started().body(**GIVEN))
    assert (answer.status_code, answer.data) == (204, b"")
    counted = asked.counted(now)
    assert (counted.ballots, counted.unreadable) == (1, 0)
    answers = counted.answers["organisation", "decide"]
    assert sum(histogram.get(4, 0) for histogram in answers.values()) == 1


def test_a_token_is_spent_once_whatever_comes_with_it(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    started = asked.started()
    assert drop(client, started.body(**GIVEN)).status_code == 204
    for body in (started.body(**GIVEN), started.body(decide=1)):
        assert problem(drop(client, body)) == (409, "spent")
    assert asked.counted(now).ballots == 1


@pytest.mark.fault
def test_fifty_at_once_with_one_token_are_one_ballot(
    app: Flask, asked: Invited, now: datetime
) -> None:
    started = asked.started()
    bodies = [started.body(decide=place % 5 + 1) for place in range(50)]
    barrier = Barrier(50)

    def one(place: int) -> int:
        barrier.wait(timeout=60)
        return drop(app.test_client(), bodies[place]).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(one, range(50)))
    assert sorted(statuses) == [204] + [409] * 49
    assert asked.counted(now).ballots == 1


def test_what_is_no_ballot_is_refused_and_spends_nothing(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    body = asked.started().body(**GIVEN)
    for wrong in (
        b"",
        b"x",
        b"\0" * len(body),
        b"\xff" * len(body),
        body[:-1],
        body + b"\0",
        body[:PREPARED_BYTES],
        body[1:] + b"\0",
        bytes(32) + b"pulse/v1" + b"\xff" * 8 + bytes(64) + body[PREPARED_BYTES:],
        body[:40] + bytes(7) + b"\0" + body[48:],
    ):
        assert problem(drop(client, wrong)) in {(422, "invalid"), (410, "closed")}, wrong[:48]
    for place in (0, 31, 33, 50, 79, 111, PREPARED_BYTES, PREPARED_BYTES + 255):
        flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert problem(drop(client, flipped)) == (422, "invalid"), place
    assert drop(client, body + bytes(300_000)).status_code == 413
    assert drop(client, body).status_code == 204
    assert asked.counted(now).ballots == 1


def test_a_ballot_of_another_wave_is_refused(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    body = asked.started().body(**GIVEN)
    other = open_wave.opened(now)
    moved = body[:40] + other.to_bytes(8) + body[48:]
    assert problem(drop(client, moved)) == (410, "closed")
    nowhere = body[:40] + (other + 1).to_bytes(8) + body[48:]
    assert problem(drop(client, nowhere)) == (410, "closed")


def test_after_the_closing_time_nothing_is_taken_though_no_worker_has_come(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    body = asked.started().body(**GIVEN)
    closes = asked.manifest.closes_at
    with time_machine.travel(closes):
        assert problem(drop(client, body)) == (410, "closed")
    with time_machine.travel(closes - timedelta(seconds=2)):
        assert drop(client, body).status_code == 204


def test_a_sealed_box_takes_nothing(client: FlaskClient, asked: Invited) -> None:
    body = asked.started().body(**GIVEN)
    with box_transaction() as connection:
        box.seal(connection, asked.wave)
    assert problem(drop(client, body)) == (410, "closed")


def test_a_receipt_is_true_for_a_ballot_in_the_box_and_for_no_other(
    client: FlaskClient, asked: Invited
) -> None:
    dropped, kept = asked.started(0), asked.started(1)
    assert ask(client, asked.wave, dropped.token.receipt.hex()).get_json() == {"in_box": False}
    drop(client, dropped.body(**GIVEN))
    assert dropped.token.receipt == sha256(dropped.token.prepared).digest()
    found = ask(client, asked.wave, dropped.token.receipt.hex())
    assert (found.status_code, found.get_json()) == (200, {"in_box": True})
    for other in (kept.token.receipt, bytes(32), sha256(dropped.token.signature).digest()):
        assert ask(client, asked.wave, other.hex()).get_json() == {"in_box": False}
    with box_transaction() as connection:
        box.seal(connection, asked.wave)
    assert problem(ask(client, asked.wave, dropped.token.receipt.hex())) == (410, "closed")


@pytest.mark.parametrize(
    "receipt", ["", "00" * 31, "00" * 33, "AA" * 32, "zz" * 32, "0 " * 32, "०" * 64, None, 5, []]
)
def test_what_is_no_receipt_is_invalid(
    client: FlaskClient, asked: Invited, receipt: object
) -> None:
    assert problem(ask(client, asked.wave, receipt)) == (422, "invalid")


@pytest.mark.parametrize("wave", [True, 1.5, "1", None, 10**9, 2**31, 10**30, 0, -1])
def test_what_is_no_wave_is_invalid(client: FlaskClient, asked: Invited, wave: object) -> None:
    assert problem(ask(client, wave, "00" * 32)) == (422, "invalid")


def test_a_wave_without_a_box_is_closed(client: FlaskClient, asked: Invited) -> None:
    assert problem(ask(client, asked.wave + 1, "00" * 32)) == (410, "closed")


def test_the_box_is_asked_and_nobody_else_and_nothing_stays(app: Flask, asked: Invited) -> None:
    client = app.test_client()
    signing_in.sign_in(client, Role.HR)
    started = asked.started()
    assert drop(app.test_client(), asked.started(1).body(**GIVEN)).status_code == 204
    told: list[str] = []

    def note(*about: object) -> None:
        told.append(str(about[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    answers = [
        drop(client, started.body(**GIVEN)),
        drop(client, started.body(**GIVEN)),
        drop(client, b"nonsense"),
        ask(client, asked.wave, started.token.receipt.hex()),
    ]
    event.remove(db.engine, "before_cursor_execute", note)
    assert [answer.status_code for answer in answers] == [204, 409, 422, 200]
    assert told == [], "the main database has nothing to do with it"
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_only_post_is_taken(client: FlaskClient) -> None:
    for path in ("/ballot", "/receipt"):
        for by in (client.get, client.head, client.put, client.delete):
            assert by(path).status_code == 405
