"""No value occurs both where people are and where ballots are: not after a whole wave."""

import base64
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import MetaData, Table, select

from pulse import fieldwork
from pulse.db import box_metadata, box_transaction, main_metadata, reading
from pulse.domain import base64url
from pulse.domain.token import NONCE_BYTES, RANDOMIZER_BYTES
from tests.support import invited_wave, sealed_ballots
from tests.support.invited_wave import ANSWERS, Invited

LONG_ENOUGH = 8
KEM_BYTES = 65
PEOPLE = 4


@pytest.fixture
def asked(app: Flask, now: datetime) -> Invited:
    return invited_wave.opened(now)


class Wave:
    """A wave lived through the doors, with everything noted that either side was told."""

    def __init__(self, app: Flask, asked: Invited) -> None:
        self.app, self.asked = app, asked
        self.issuance: set[bytes] = set()
        self.ballot: set[bytes] = set()
        self.replies_to_names: list[bytes] = []
        self.replies_to_nobody: list[bytes] = []

    def live(self) -> None:
        for person in range(PEOPLE):
            self._answer(person)
        slip = {"code": self.asked.code(PEOPLE)}
        page = self.app.test_client().post(f"/s/{self.asked.wave}", data=ANSWERS | slip)
        assert page.status_code == 303
        self.issuance |= {slip["code"].encode(), self.asked.secret(PEOPLE).encode()}

    def _answer(self, person: int) -> None:
        manifest, labels = self.asked.manifest, {}
        secret = self.asked.secret(person)

        def sign(blinded: bytes) -> bytes:
            whole = {
                "wave": manifest.wave,
                "secret": secret,
                "blinded": base64url.encode(blinded),
            }
            reply = self.app.test_client().post("/issue", json=whole)
            self.replies_to_names.append(reply.data)
            signed = base64url.decode(reply.get_json()["signature"], "signature")
            labels.update(reply.get_json()["labels"])
            self.issuance |= {blinded, sha256(blinded).digest(), signed, secret.encode()}
            self.issuance |= {sha256(secret.encode()).digest(), self.asked.code(person).encode()}
            return signed

        token = sealed_ballots.unblinded(manifest, sign)
        body = sealed_ballots.body(manifest, token, labels, {"decide": 4, "words": "Light"})
        assert self.app.test_client().post("/ballot", data=body).status_code == 204
        asked = {"wave": manifest.wave, "receipt": token.receipt.hex()}
        self.replies_to_nobody.append(self.app.test_client().post("/receipt", json=asked).data)
        self.ballot |= {token.prepared[:RANDOMIZER_BYTES], token.prepared[-NONCE_BYTES:]}
        self.ballot |= {token.signature, token.receipt, sha256(token.signature).digest()}
        start = len(token.prepared) + len(token.signature)
        for slot in manifest.slots:
            shard = body[start : start + slot.length + KEM_BYTES + 16]
            start += len(shard)
            self.ballot |= {shard[:KEM_BYTES], shard[KEM_BYTES : KEM_BYTES + 32], shard[-16:]}
        assert start == len(body)


def written(metadata: MetaData) -> dict[str, set[bytes]]:
    """Give every value of a database as bytes, by table and column."""
    found: dict[str, set[bytes]] = {}
    for table in metadata.sorted_tables:
        for row in rows(table):
            for name, value in row.items():
                if value is not None:
                    found.setdefault(f"{table.name}.{name}", set()).add(as_bytes(value))
    return found


def rows(table: Table) -> list[dict[str, object]]:
    if table.metadata is box_metadata:
        with box_transaction() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]
    with reading() as session:
        return [dict(row) for row in session.execute(select(table)).mappings()]


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def forms(value: bytes) -> Iterator[bytes]:
    """Give the ways in which bytes are written down."""
    yield value
    yield value.hex().encode()
    yield base64.b64encode(value).rstrip(b"=")
    yield base64.urlsafe_b64encode(value).rstrip(b"=")


def hits(values: set[bytes], places: dict[str, set[bytes]]) -> dict[str, int]:
    """Count, by place, the values that are found there in any form."""
    found = {}
    for place, kept in places.items():
        whole = b"\0".join(kept)
        number = sum(any(form in whole for form in forms(value)) for value in values)
        if number:
            found[place] = number
    return found


def test_no_value_of_an_issuance_is_in_a_ballot_or_the_other_way_round(
    app: Flask, asked: Invited, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wave = Wave(app, asked)
    wave.live()
    for step in (None, fieldwork.close_wave):
        if step:
            step(asked.wave, now + timedelta(days=7))
        people, ballots = written(main_metadata), written(box_metadata)
        log = {"log": {caplog.text.encode()}}
        told = {"replies": set(wave.replies_to_names)}
        assert hits(wave.ballot, people | log | told) == {}
        assert hits(wave.issuance, ballots | log | {"replies": set(wave.replies_to_nobody)}) == {}
        assert wave.ballot.isdisjoint(wave.issuance)
        # What is looked for is what is there: each side is found on its own side.
        assert hits(wave.ballot, ballots)["spent.token_sha256"] == PEOPLE
        assert hits(wave.ballot, ballots)["shard.body"] >= PEOPLE * len(asked.manifest.slots)
        assert hits(wave.issuance, people)["invitation.secret_sha256"] == PEOPLE
        assert ("invitation.blinded_sha256" in people) == (step is None)


def test_the_databases_have_nothing_but_the_manifest_in_common(
    app: Flask, asked: Invited, now: datetime
) -> None:
    Wave(app, asked).live()
    for step in (None, fieldwork.close_wave):
        if step:
            step(asked.wave, now + timedelta(days=7))
        people, ballots = written(main_metadata), written(box_metadata)
        manifest = asked.manifest
        public = (manifest.canonical(), manifest.digest, manifest.sha256().encode())
        shared = {
            place: value
            for place, kept in ballots.items()
            for value in kept
            if len(value) >= LONG_ENOUGH and hits({value}, people)
        }
        assert set(shared) <= {"box.manifest", "box.manifest_sha256", "box.verify_key"}
        for place in ("box.manifest", "box.manifest_sha256"):
            assert shared.get(place, public[0]) in public
        for place, kept in people.items():
            both = {value for value in kept if len(value) >= LONG_ENOUGH and hits({value}, ballots)}
            assert all(value in manifest.canonical() + repr(public).encode() for value in both), (
                place
            )
