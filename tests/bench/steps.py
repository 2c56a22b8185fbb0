"""What one respondent costs the server, step by step, in milliseconds of CPU; tokens per second.

Measured inside one process, the test client included, on the database named; a database server's
own time is not in it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import urandom
from statistics import median

from flask.testing import FlaskClient

from pulse.app import create_app
from pulse.domain import base64url, blind_rsa
from pulse.domain.blind_rsa import SigningKey
from tests.bench import installation, respondents
from tests.bench.respondents import BYTES, JSON, Respondent
from tests.support import databases

PEOPLE = 120
TOKENS = 200
TARGET_MS = 6.0


@dataclass(frozen=True, slots=True)
class Costs:
    """Medians of CPU milliseconds by step, bytes of a ballot, tokens per second of one core."""

    steps: Mapping[str, float]
    ballot: int
    slots: int
    tokens: float


def measure(kind: str) -> Costs:
    with installation.made(kind) as house:
        wave, secrets = installation.open_wave(house, PEOPLE)
        people = respondents.ready(house, wave, secrets)
        with create_app(house.settings).app_context() as context:
            client = context.app.test_client()
            taken = [_one(client, person) for person in people]
            databases.dispose()
    warm = taken[len(taken) // 4 :]
    steps = {name: median(costs[name] for costs in warm) for name in warm[0]}
    body = len(people[0].prepared) + blind_rsa.MODULUS_BYTES + len(people[0].shards)
    return Costs(steps, body, len(people[0].manifest.slots), _tokens())


def table(kind: str, costs: Costs) -> str:
    total = sum(costs.steps.values())
    verdict = "within" if total <= TARGET_MS else "OVER"
    lines = [f"{kind}: {total:6.2f} ms of CPU for one respondent, {costs.slots} shards"]
    lines += [f"  {cost:6.2f} ms {name}" for name, cost in costs.steps.items()]
    lines.append(
        f"  {verdict} the target of {TARGET_MS:.0f} ms; a ballot is {costs.ballot:,} bytes"
    )
    lines.append(f"  {costs.tokens:,.0f} blind signatures a second on one core")
    return "\n".join(lines)


def _one(client: FlaskClient, person: Respondent) -> dict[str, float]:
    wave = person.manifest.wave
    costs: dict[str, float] = {}

    def step(name: str, ask: Callable[[], object]) -> None:
        began = time.process_time()
        ask()
        costs[name] = (time.process_time() - began) * 1000

    answers: list[bytes] = []
    step("the page", lambda: client.get(f"/s/{wave}", headers={"Accept-Encoding": "gzip"}))
    step("the manifest", lambda: client.get(f"/s/{wave}/manifest.json"))
    claim = person.claim
    step(
        "a blind signature",
        lambda: answers.append(client.post("/issue", data=claim, content_type=JSON).data),
    )
    ballot = person.ballot(answers[0])
    codes: list[int] = []
    step(
        "the ballot",
        lambda: codes.append(client.post("/ballot", data=ballot, content_type=BYTES).status_code),
    )
    if codes != [204]:
        raise RuntimeError(f"the box answered {codes[0]}")
    step("the page after it", lambda: client.get(f"/s/{wave}/thanks"))
    return costs


def _tokens() -> float:
    """Give signatures for each second of one core."""
    key = blind_rsa.new_key()
    public = blind_rsa.public_key(key)
    values = [blind_rsa.blind(public, urandom(112), urandom).value for _ in range(TOKENS)]
    signing = SigningKey.load(key)
    began = time.process_time()
    for value in values:
        base64url.encode(signing.sign(value))
    return TOKENS / (time.process_time() - began)
