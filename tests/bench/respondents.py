"""People who are ready to answer: what their browsers would work out lies there already.

So a measurement of the server does not measure their devices as well. The server does all it does
for anybody else.
"""

import json
from dataclasses import dataclass
from os import urandom

from sqlalchemy import select

from pulse.app import create_app
from pulse.db import reading
from pulse.domain import base64url, blind_rsa, token, wire
from pulse.domain.ballot import shred_by
from pulse.domain.blind_rsa import Blinded
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Seal
from pulse.domain.shard_layout import layout
from pulse.domain.token import Token
from pulse.invitations import hashes
from pulse.invitations.model import FrameMember, Invitation
from pulse.surveys import standing
from tests.bench.installation import QUESTIONS, Installation
from tests.bench.load import Line
from tests.support import databases

ANSWERS = dict.fromkeys((question.code for question in QUESTIONS), 4)
JSON = "application/json"
BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Respondent:
    """One person with a link, a blinded value and sealed shards."""

    manifest: Manifest
    secret: str
    prepared: bytes
    blinded: Blinded
    shards: bytes

    @property
    def claim(self) -> bytes:
        """What is sent to the door of signatures."""
        asked = {"wave": self.manifest.wave, "secret": self.secret}
        return json.dumps(asked | {"blinded": base64url.encode(self.blinded.value)}).encode()

    def ballot(self, answer: bytes) -> bytes:
        """What is sent to the box, given the answer to the claim."""
        signature = base64url.decode(json.loads(answer)["signature"], "signature")
        issuer = base64url.decode(self.manifest.issuer_key, "issuer_key")
        signed = blind_rsa.finalize(issuer, self.prepared, signature, self.blinded.inverse)
        return self.prepared + signed + self.shards

    def play(self, line: Line) -> None:
        """Go the whole way: page, manifest, signature, ballot, and the page after it.

        The manifest and the ballot come and go on connections of their own, as in a browser.
        """
        wave = self.manifest.wave
        assert line.get(f"/s/{wave}").status == 200
        with line.another() as fresh:
            assert fresh.get(f"/s/{wave}/manifest.json").status == 200
        issued = line.send("/issue", self.claim, JSON)
        assert issued.status == 200, (issued.status, issued.body)
        with line.another() as fresh:
            dropped = fresh.send("/ballot", self.ballot(issued.body), BYTES)
        assert dropped.status == 204, (dropped.status, dropped.body)
        assert line.get(f"/s/{wave}/thanks").status == 200


def ready(house: Installation, wave: int, secrets: list[str]) -> list[Respondent]:
    """Do for each of these secrets what a browser does before it sends anything."""
    with create_app(house.settings).app_context():
        with reading() as session:
            manifest = standing.manifest(session, wave)
            rows = session.execute(
                select(Invitation.secret_sha256, FrameMember.labels).join(
                    FrameMember,
                    (FrameMember.employee_id == Invitation.employee_id)
                    & (FrameMember.wave_id == Invitation.wave_id),
                )
            )
            labels = {bytes(row.secret_sha256): row.labels for row in rows}
        databases.dispose()
    seal = Seal(base64url.decode(manifest.opening_key, "opening_key"))
    issuer = base64url.decode(manifest.issuer_key, "issuer_key")
    plan = layout(manifest)
    people = []
    for secret in secrets:
        random = urandom(token.RANDOMIZER_BYTES + token.NONCE_BYTES)
        prepared = token.prepare(wave, manifest.digest, random)
        ballot = seal.ballot(shred_by(plan, labels[hashes.of_secret(secret)], ANSWERS))
        shards = wire.encode(Token(b"", b""), ballot)
        blinded = blind_rsa.blind(issuer, prepared, urandom)
        people.append(Respondent(manifest, secret, prepared, blinded, shards))
    return people
