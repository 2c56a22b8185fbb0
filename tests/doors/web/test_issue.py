"""Starting: an invitation for one blind signature, at the door that programs ask."""

import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from os import urandom
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given
from hypothesis import settings as rounds
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from pulse.config import EXTENSION, settings
from pulse.db import db, reading
from pulse.domain import base64url, blind_rsa
from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from pulse.invitations import keys
from pulse.invitations.model import Invitation
from tests.support import invited_wave, open_wave, sealed_ballots, signing_in
from tests.support.invited_wave import Invited

KIND = "application/json"


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


def value() -> str:
    return base64url.encode(bytes(1) + urandom(255))


def start(client: FlaskClient, asked: Invited, person: int = 0, **changed: object) -> TestResponse:
    whole = {"wave": asked.wave, "secret": asked.secret(person), "blinded": value()}
    return client.post("/issue", json=whole | changed)


def send(client: FlaskClient, body: bytes, kind: str = KIND) -> TestResponse:
    return client.post("/issue", data=body, content_type=kind)


def problem(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["problem"]


def rows() -> list[tuple[object, ...]]:
    with reading() as session:
        table = Invitation.__table__
        return [tuple(row) for row in session.execute(select(table).order_by(table.c.id))]


@pytest.mark.parametrize("by", ["secret", "code"])
def test_the_signature_verifies_and_the_labels_are_of_the_manifest(
    client: FlaskClient, asked: Invited, by: str
) -> None:
    manifest = asked.manifest
    typed = asked.secret() if by == "secret" else asked.code().lower().replace("-", " ")
    labels: dict[str, str] = {}

    def sign(blinded: bytes) -> bytes:
        answer = start(client, asked, secret=typed, blinded=base64url.encode(blinded))
        assert (answer.status_code, answer.mimetype) == (200, KIND)
        assert set(answer.get_json()) == {"signature", "labels"}
        labels.update(answer.get_json()["labels"])
        return base64url.decode(answer.get_json()["signature"], "signature")

    token = sealed_ballots.unblinded(manifest, sign)
    issuer = base64url.decode(manifest.issuer_key, "issuer_key")
    assert blind_rsa.verify(issuer, token.prepared, token.signature)
    assert labels.keys() == {item.key for item in manifest.dimensions}
    for item in manifest.dimensions:
        assert labels[item.key] in {node.code for node in item.labels}


def test_a_lost_reply_is_given_again_and_to_no_other_value(
    client: FlaskClient, asked: Invited
) -> None:
    mine = value()
    first = start(client, asked, blinded=mine)
    after = rows()
    for secret in (asked.secret(), asked.code()):
        again = start(client, asked, secret=secret, blinded=mine)
        assert (again.status_code, again.data) == (200, first.data)
        assert problem(start(client, asked, secret=secret)) == (409, "elsewhere")
    assert rows() == after
    assert asked.redeemed() == 1


@pytest.mark.fault
def test_of_two_values_at_once_one_is_signed(app: Flask, asked: Invited) -> None:
    for person in range(6):
        values = [value(), value()]
        answers = at_once(
            app, 2, lambda client, n, p=person, v=values: start(client, asked, p, blinded=v[n])
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        won = 0 if answers[0].status_code == 200 else 1
        again = start(app.test_client(), asked, person, blinded=values[won])
        assert again.data == answers[won].data
    assert asked.redeemed() == 6


@pytest.mark.fault
def test_twenty_requests_of_one_value_get_one_answer(app: Flask, asked: Invited) -> None:
    mine = value()
    answers = at_once(app, 20, lambda client, _: start(client, asked, blinded=mine))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.data for answer in answers}) == 1
    assert asked.redeemed() == 1


def at_once(
    app: Flask, people: int, act: Callable[[FlaskClient, int], TestResponse]
) -> list[TestResponse]:
    barrier = Barrier(people)

    def one(place: int) -> TestResponse:
        barrier.wait(timeout=30)
        return act(app.test_client(), place)

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(one, range(people)))


@pytest.mark.parametrize("number", [0, 1, "n - 1", "n", 2**2048 - 1])
def test_a_value_out_of_range_uses_nothing_up(
    client: FlaskClient, asked: Invited, number: int | str
) -> None:
    before = rows()
    modulus = modulus_of(asked)
    wanted = {"n - 1": modulus - 1, "n": modulus}.get(str(number), number)
    blinded = base64url.encode(int(wanted).to_bytes(256))
    assert problem(start(client, asked, blinded=blinded)) == (422, "invalid")
    assert rows() == before
    assert start(client, asked, blinded=value()).status_code == 200


def modulus_of(asked: Invited) -> int:
    key = load_der_public_key(base64url.decode(asked.manifest.issuer_key, "issuer_key"))
    return int(key.public_numbers().n)


@pytest.mark.parametrize("length", [0, 1, 255, 257, 512])
def test_a_value_of_another_length_uses_nothing_up(
    client: FlaskClient, asked: Invited, length: int
) -> None:
    before = rows()
    blinded = base64url.encode(bytes([1]) * length)
    assert problem(start(client, asked, blinded=blinded)) == (422, "invalid")
    assert rows() == before


def test_what_cannot_start_is_refused_in_one_word(
    client: FlaskClient, asked: Invited, now: datetime
) -> None:
    other = open_wave.opened(now)
    assert problem(start(client, asked, secret="nobody's")) == (404, "unknown")
    assert problem(start(client, asked, secret="")) == (404, "unknown")
    assert problem(start(client, asked, wave=other)) == (404, "unknown")
    assert problem(start(client, asked, wave=other + 1)) == (410, "closed")
    open_wave.moved(asked.wave, WaveState.CLOSED)
    assert problem(start(client, asked)) == (410, "closed")
    assert asked.redeemed() == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"wave": True},
        {"wave": 1.0},
        {"wave": "1"},
        {"wave": None},
        {"wave": 10**18},
        {"wave": 10**400},
        {"wave": -1},
        {"wave": [1]},
        {"secret": None},
        {"secret": 5},
        {"secret": ["x"]},
        {"secret": {}},
        {"blinded": None},
        {"blinded": 5},
        {"blinded": "not base64url!"},
        {"blinded": "é"},
        {"blinded": "\ud800"},
        {"blinded": "AA=="},
        {"blinded": [1] * 256},
    ],
)
def test_whatever_is_no_request_is_invalid(
    client: FlaskClient, asked: Invited, changed: dict[str, object]
) -> None:
    assert problem(start(client, asked, **changed)) == (422, "invalid")
    assert asked.redeemed() == 0


def test_bytes_that_are_no_json_are_invalid(client: FlaskClient, asked: Invited) -> None:
    whole = json.dumps({"wave": asked.wave, "secret": asked.secret(), "blinded": value()}).encode()
    for body in (
        b"",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"[" * 4_000,
        b'{"wave":' * 400,
        b'{"wave":' + b"9" * 4_000 + b"}",
        b'{"wave":1e999,"secret":"","blinded":""}',
        b'{"wave":NaN,"secret":"","blinded":""}',
        whole[:-1],
        whole + whole,
        whole.replace(b'"secret"', b'"Secret"'),
        whole.decode().encode("utf-16"),
    ):
        assert send(client, body).status_code in {422, 410}, body[:40]
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert problem(send(client, whole, kind)) == (422, "invalid")
    assert send(client, b" " * 5_000 + whole).status_code == 413
    assert send(client, b"x" * 10_000_000).status_code == 413
    assert asked.redeemed() == 0


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
_objects = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("wave", "secret", "blinded", "else"), _values)
)


# The door may keep what it likes between two of these: none of them may start anything.
@rounds(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(body=b"[" * 1_500)
@example(body=b'{"wave":' + b"1" * 30 + b',"secret":"","blinded":""}')
@given(body=st.binary(max_size=60) | (_objects | _values).map(lambda one: json.dumps(one).encode()))
def test_no_bytes_make_any_door_of_programs_fail(client: FlaskClient, body: bytes) -> None:
    for path in ("/issue", "/receipt", "/ballot"):
        answer = client.post(path, data=body, content_type=KIND)
        assert 400 <= answer.status_code < 500, (path, body)


def test_only_post_is_taken(client: FlaskClient) -> None:
    for ask in (client.get, client.head, client.put, client.delete):
        assert ask("/issue").status_code == 405


def test_nobodys_session_is_looked_at(app: Flask, asked: Invited) -> None:
    client = app.test_client()
    signing_in.sign_in(client, Role.HR)
    told: list[str] = []

    def note(*about: object) -> None:
        told.append(str(about[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    answers = [start(client, asked), start(client, asked), start(client, asked, secret="none")]
    event.remove(db.engine, "before_cursor_execute", note)
    assert [answer.status_code for answer in answers] == [200, 409, 404]
    assert told
    for statement in told:
        assert "account" not in statement
        assert "session" not in statement
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["Cache-Control"] == "no-store"


def test_another_secret_key_is_a_fault_that_names_what_to_do(
    app: Flask, asked: Invited, caplog: pytest.LogCaptureFixture
) -> None:
    keys.load.cache_clear()
    app.testing = False
    whole = {"wave": asked.wave, "secret": asked.secret(), "blinded": value()}
    right = settings()
    app.extensions[EXTENSION] = right.model_copy(
        update={"secret_key": SecretStr("another secret, as long as any that is taken")}
    )
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().post("/issue", json=whole)
    app.extensions[EXTENSION] = right
    assert answer.status_code == 500
    assert "Start Pulse with the one that it had when the wave was opened" in caplog.text
    assert asked.secret() not in caplog.text
    assert asked.redeemed() == 0
    assert app.test_client().post("/issue", json=whole).status_code == 200
