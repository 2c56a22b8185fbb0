"""A whole wave through nginx by a visitor who leaves every trace, and by people who err.

It gives back everything that may stand in no file: the traces, and what people sent and got.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pulse.domain import base64url
from pulse.domain.manifest import Manifest
from tests.support import sealed_ballots
from tests.support.mailed_wave import Letter, Mailed
from tests.support.nginx import Running
from tests.support.traces import Traces
from tests.support.visitor import MARKERS, Visitor

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BYTES = "application/octet-stream"
WORDS = "Sweet marker words of person number"
WRONG_CODE = "WRNG-C0DE-7777"
NOISE = "planted-noise-8341"


@dataclass(slots=True)
class Story:
    """What happened: the answers' statuses by what was done, and the values to look for."""

    statuses: dict[str, int] = field(default_factory=dict)
    traces: Traces = field(default_factory=Traces)
    secrets: Traces = field(default_factory=Traces)


@dataclass(slots=True)
class Teller:
    """One visitor, one wave, and the story so far."""

    visitor: Visitor
    mailed: Mailed
    story: Story

    def send(self, what: str, method: str, path: str, body: bytes = b"", kind: str = "") -> bytes:
        """Send a request; the next one goes over a new connection where this one was closed."""
        answer, content = self.visitor.send(method, path, body, kind)
        self.story.statuses[what] = answer.status
        return content

    def post_form(self, what: str, path: str, **fields: str) -> bytes:
        return self.send(what, "POST", path, urlencode(fields).encode(), FORM)

    def post_json(self, what: str, path: str, **fields: object) -> bytes:
        return self.send(what, "POST", path, json.dumps(fields).encode(), JSON)

    def answers(self, person: int) -> dict[str, str]:
        words = f"{WORDS} {person}"
        self.story.traces.add("words", words)
        return {"q1": "4", "q2": "none", "q3": "9", "q4": "1", "q5": words}


def tell(server: Running, mailed: Mailed, broken: Callable[[], AbstractContextManager]) -> Story:
    """Live the wave; `broken` breaks the box for the length of a block."""
    story = Story()
    for marker in (*MARKERS, WRONG_CODE, NOISE):
        story.traces.add(marker, marker)
    for letter in mailed.letters:
        story.secrets.add("secret", letter.secret)
        story.secrets.add("code", letter.code)
    with Visitor(server) as visitor:
        teller = Teller(visitor, mailed, story)
        _assisted(teller)
        _mistakes(teller)
        body = _sealed(teller, mailed.letters[4])
        with broken():
            wave = mailed.wave
            last = {"code": mailed.letters[5].code, **teller.answers(5)}
            teller.post_form("form while broken", f"/s/{wave}", **last)
            other = _sealed_body(teller, mailed.letters[6], "started before it broke")
            teller.send("ballot while broken", "POST", "/ballot", other, BYTES)
        teller.send("ballot again", "POST", "/ballot", body, BYTES)
    return story


def _assisted(teller: Teller) -> None:
    wave, (linked, typed, *_) = teller.mailed.wave, teller.mailed.letters
    teller.send("first page", "GET", "/")
    teller.send("promise", "GET", "/promise")
    teller.send("page", "GET", f"/s/{wave}")
    teller.send("script", "GET", "/ballot.js")
    teller.send("manifest", "GET", f"/s/{wave}/manifest.json")
    teller.post_form("link", f"/s/{wave}", secret=linked.secret, **teller.answers(0))
    teller.post_form("link again", f"/s/{wave}", secret=linked.secret, **teller.answers(0))
    teller.send("thanks", "GET", f"/s/{wave}/thanks")
    teller.post_form("code", "/code", code=typed.code)
    teller.post_form("typed", f"/s/{wave}", code=typed.code, **teller.answers(1))
    shared = teller.mailed.letters[3]
    teller.send("shared device", "GET", "/kiosk")
    teller.post_form("code on it", "/kiosk", code=shared.code)
    teller.post_form("form on it", f"/kiosk/{wave}", code=shared.code, **teller.answers(3))
    teller.send("thanks on it", "GET", "/kiosk/thanks")


def _mistakes(teller: Teller) -> None:
    wave, letter = teller.mailed.wave, teller.mailed.letters[2]
    teller.post_form("wrong code", "/code", code=WRONG_CODE)
    teller.post_form("wrong code on it", "/kiosk", code=WRONG_CODE)
    teller.post_form("wrong code with answers", f"/s/{wave}", code=WRONG_CODE, **teller.answers(2))
    wrong = teller.answers(2) | {"q1": NOISE}
    teller.post_form("wrong answer", f"/s/{wave}", code=letter.code, **wrong)
    large = f"{NOISE} {letter.code} {WORDS} 2 ".encode() * 4_000
    teller.send("large form", "POST", f"/s/{wave}", large, FORM)
    teller.send("larger than nginx takes", "POST", "/ballot", large * 2, BYTES)
    teller.send("no multipart", "POST", f"/s/{wave}", large[:9_000], "multipart/form-data")
    teller.send("no JSON", "POST", "/issue", large[:900], JSON)
    teller.send("no receipt", "POST", "/receipt", large[:900], JSON)
    teller.send("no ballot", "POST", "/ballot", large[:9_000], BYTES)
    teller.post_json("unknown", "/issue", wave=wave, secret=NOISE, blinded="A" * 342)
    teller.post_json("bad blinded", "/issue", wave=wave, secret=letter.secret, blinded=NOISE)
    teller.send("no page", "GET", f"/s/{NOISE}")
    teller.send("no wave", "GET", "/s/999999")


def _sealed(teller: Teller, letter: Letter) -> bytes:
    """Go through the browser's path; give the ballot."""
    body = _sealed_body(teller, letter, "issue")
    receipt = _receipt(body)
    teller.send("ballot", "POST", "/ballot", body, BYTES)
    teller.post_json("receipt", "/receipt", wave=teller.mailed.wave, receipt=receipt.hex())
    return body


def _sealed_body(teller: Teller, letter: Letter, what: str) -> bytes:
    manifest = teller.mailed.manifest
    reply: dict[str, object] = {}

    def sign(blinded: bytes) -> bytes:
        encoded = base64url.encode(blinded)
        teller.story.traces.add("blinded", blinded)
        answer = teller.post_json(
            what, "/issue", wave=manifest.wave, secret=letter.secret, blinded=encoded
        )
        reply.update(json.loads(answer))
        return base64url.decode(str(reply["signature"]), "signature")

    token = sealed_ballots.unblinded(manifest, sign)
    words = teller.answers(9)["q5"]
    answers = {"decide": 4, "tools": None, "recommend": 9, "acted": 1, "words": words}
    body = sealed_ballots.body(manifest, token, reply["labels"], answers)
    _watch(teller.story, manifest, body, len(token.prepared))
    return body


def _watch(story: Story, manifest: Manifest, body: bytes, prepared: int) -> None:
    """Look for the token, the receipt and the beginning of each sealed shard."""
    story.traces.add("token", body[:prepared])
    story.traces.add("signature", body[prepared:])
    story.secrets.add("receipt", _receipt(body))
    start = prepared + 256
    for slot in manifest.slots:
        story.secrets.add("sealed shard", body[start:])
        start += slot.length + 81


def _receipt(body: bytes) -> bytes:
    return sealed_ballots.tokens.Token(body[:112], body[112:368]).receipt
