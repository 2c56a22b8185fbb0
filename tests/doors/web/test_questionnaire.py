"""The page of a wave: the same for everyone, light, and without any trace of its visitor."""

import gzip
import hashlib
import json
import re
from datetime import datetime
from email import message_from_bytes, policy
from html import unescape

import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key
from flask import Flask
from flask.testing import FlaskClient

from pulse.accounts.sessions import Holder
from pulse.db import reading
from pulse.domain import base64url
from pulse.domain.permission import Role
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.wave_state import WaveState
from pulse.surveys import waves
from tests.support import invited_wave, mailed_wave, open_wave, signing_in

LIMIT = 10_000


@pytest.fixture
def wave(app: Flask, now: datetime) -> int:
    return open_wave.opened(now)


def test_the_page_asks_everything_and_presets_nothing(client: FlaskClient, wave: int) -> None:
    page = client.get(f"/s/{wave}").text
    for question in open_wave.QUESTIONS:
        assert question.text in page
    assert page.count("<span>Prefer not to answer</span>") == 4
    assert "5 questions, about 1 minute" in page
    assert 'maxlength="2000"' in page
    assert "Up to 2,000 characters" in page
    assert "How you write can give you away: short and plain is safest." in page
    assert "checked" not in page
    assert '<label for="code">Your short code</label>' in page


def test_the_promise_stands_above_the_first_question(client: FlaskClient, wave: int) -> None:
    page = client.get(f"/s/{wave}").text
    with reading() as session:
        fingerprint = str(waves.get(session, wave).manifest_sha256)
    promise = page.index("What happens to your answers")
    assert promise < page.index(fingerprint) < page.index("Question 1 of 5")
    assert "at least 12 people asked" in page


def test_anybody_can_compute_the_fingerprint(client: FlaskClient, wave: int) -> None:
    manifest = client.get(f"/s/{wave}/manifest.json").data
    assert hashlib.sha256(manifest).hexdigest() in client.get(f"/s/{wave}").text


def test_two_hundred_visitors_are_given_the_same_manifest(app: Flask, now: datetime) -> None:
    """Whoever they are, whatever they speak and wherever they come from."""
    asked = invited_wave.opened(now)
    path = f"/s/{asked.wave}/manifest.json"
    people = [app.test_client() for _ in range(20)]
    for person in people[:5]:
        signing_in.Person(person).signed_in_as(Holder(account_id=some_account(person)))
    given = set()
    for visit in range(200):
        person = people[visit % len(people)]
        headers = {
            "Accept-Language": f"x-{visit}, en;q=0.1",
            "User-Agent": f"Browser/{visit}",
            "Cookie": f"other={visit}",
            "Accept-Encoding": "gzip, br" if visit % 2 else "identity",
            "X-Forwarded-For": f"203.0.113.{visit % 250}",
        }
        if visit % 3 == 0:
            headers.pop("Cookie")  # Then the client's own is sent: that of a session.
        answer = person.get(f"{path}?visit={visit}" if visit % 7 == 0 else path, headers=headers)
        headings = {name: value for name, value in answer.headers if name != "Date"}
        given.add((answer.status_code, answer.data, tuple(sorted(headings.items()))))
    assert len(given) == 1
    assert given.pop()[:2] == (200, asked.manifest.canonical())


def some_account(client: FlaskClient) -> int:
    return signing_in.account(Role.HR, email=f"hr-{id(client)}@acme.example")


def test_the_manifest_is_kept_nowhere_and_its_connection_ends(
    client: FlaskClient, wave: int
) -> None:
    answer = client.get(f"/s/{wave}/manifest.json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Connection"] == "close"
    assert "ETag" not in answer.headers
    assert "Last-Modified" not in answer.headers


def test_one_fingerprint_is_in_every_mail_in_every_link_and_on_the_page(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    mailed = mailed_wave.opened(now)
    raw = client.get(f"/s/{mailed.wave}/manifest.json").data
    told = hashlib.sha256(raw).hexdigest()
    assert len(mailed.letters) == 24
    for letter in mailed.letters:
        whole = message_from_bytes(letter.path.read_bytes(), policy=policy.default)
        for kind in ("plain", "html"):
            part = whole.get_body((kind,))
            assert part is not None
            text = unescape(part.get_content()).replace("\r\n", "\n")
            assert f"/s/{mailed.wave}#t={letter.secret}&m={told}" in text
            assert text.count(told) >= 2
            others = set(re.findall(r"\b[0-9a-f]{64}\b", text)) - {told}
            assert others == set()
    page = client.get(f"/s/{mailed.wave}").text
    assert f'data-fingerprint="{told}"' in page
    assert f">{told}<" in page
    value = json.loads(raw)
    assert len(base64url.decode(value["opening_key"], "opening_key")) == 65
    key = load_der_public_key(base64url.decode(value["issuer_key"], "issuer_key"))
    assert (key.key_size, key.public_numbers().e) == (2048, 65537)
    assert value["slots"]
    assert value["comment_labels"]


def test_everyone_gets_the_same_bytes_without_any_cookie(
    app: Flask, client: FlaskClient, wave: int
) -> None:
    with client.session_transaction() as session:
        session.permanent = True
        session["anything"] = "about somebody"
    known, unknown = client.get(f"/s/{wave}"), app.test_client().get(f"/s/{wave}")
    assert known.data == unknown.data
    for answer in (known, client.get(f"/s/{wave}/thanks"), client.get(f"/s/{wave}/manifest.json")):
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_the_first_answer_is_light_also_with_ten_long_questions(
    client: FlaskClient, now: datetime
) -> None:
    letters = "".join(hashlib.sha256(bytes([number])).hexdigest() for number in range(40))
    questions = tuple(
        Question(f"q{number}", letters[number * 190 : (number + 1) * 190], Scale.LIKERT5, "own")
        for number in range(10)
    )
    wave = open_wave.opened(now, questions)
    packed = client.get(f"/s/{wave}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) <= LIMIT
    assert gzip.decompress(packed.data) == client.get(f"/s/{wave}").data


def test_before_opening_and_after_closing_the_page_is_calm(
    client: FlaskClient, now: datetime
) -> None:
    wave = open_wave.planned(now)
    early = client.get(f"/s/{wave}")
    assert (early.status_code, "has not opened yet" in early.text) == (200, True)
    assert client.get(f"/s/{wave}/manifest.json").status_code == 404


def test_a_closed_wave_says_so(client: FlaskClient, wave: int) -> None:
    open_wave.moved(wave, WaveState.CLOSED)
    late = client.get(f"/s/{wave}")
    assert (late.status_code, "has closed" in late.text) == (200, True)
    posted = client.post(f"/s/{wave}", data={"code": "any", "q1": "4"})
    assert (posted.status_code, "has closed" in posted.text) == (200, True)


def test_an_unknown_wave_is_not_found(client: FlaskClient) -> None:
    assert client.get("/s/999").status_code == 404
    assert client.get("/s/999/thanks").status_code == 404


def test_thanks_say_when_the_results_come_and_where_answers_are_given(
    client: FlaskClient, wave: int
) -> None:
    page = client.get(f"/s/{wave}/thanks").text
    assert "9 March 2037, 09:00 UTC" in page
    assert 'href="/log?lang=en"' in page
