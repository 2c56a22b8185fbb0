"""Two hundred people whose answers we know, through the real doors, at times as in life.

Some never start, some start and never finish, some come without JavaScript. Whoever starts first
does not finish first. The referee alone knows the truth: which bytes in the box are whose.
"""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from flask.testing import FlaskClient
from sqlalchemy import select

from pulse import fieldwork
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import base64url
from pulse.domain.chance import seeded
from pulse.domain.manifest import Manifest
from pulse.domain.token import prepare
from pulse.participation import seed
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell, Unit
from pulse.surveys import compose, standing, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import mailed_wave, sealed_ballots
from tests.support.open_wave import QUESTIONS

PEOPLE = 200
UNITS = 8
EVERY = 20
WEEK = timedelta(days=7)
LOUD = ("", "pulse", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "werkzeug")


@dataclass(slots=True)
class Truth:
    """What the referee knows: whose receipt and whose shards are which."""

    receipts: dict[bytes, int] = field(default_factory=dict)
    known: dict[bytes, int] = field(default_factory=dict)

    def owner(self, row: dict[str, object]) -> int | None:
        """Give whose row this is, where the referee can tell."""
        for value in row.values():
            if isinstance(value, bytes | memoryview):
                whose = self.known.get(bytes(value)[:32])
                if whose is not None:
                    return whose
        return None


@dataclass(slots=True)
class Person:
    """Somebody with a mail, and what they would say."""

    number: int
    secret: str
    code: str
    words: str = field(default_factory=lambda: token_hex(12))
    token: sealed_ballots.Token | None = None
    labels: dict[str, str] = field(default_factory=dict)

    def answers(self) -> dict[str, int | str | None]:
        drawn = random.Random(self.words)
        ranges = {"decide": (1, 5), "tools": (1, 5), "recommend": (0, 10), "acted": (0, 1)}
        return {key: drawn.randint(*ends) for key, ends in ranges.items()} | {"words": self.words}


@dataclass(slots=True)
class Game:
    """An open wave with its people, the doors, and the truth as it comes about."""

    client: FlaskClient
    wave: int
    people: list[Person]
    manifest: Manifest
    truth: Truth = field(default_factory=Truth)
    ballots: int = 0

    def play(self, now: datetime, *, mixing: bool) -> None:
        """Let everything happen in its order; the worker ticks as it does in life."""
        for what, person in _agenda(self.people):
            what(self, person)
            if mixing and self.ballots % EVERY == 0:
                fieldwork.tick(now)
        if mixing:
            fieldwork.mix_wave(self.wave, now.replace(hour=3))
            fieldwork.tick(now)

    def start(self, person: Person) -> None:
        """Go to the door that knows who comes."""

        def issue(blinded: bytes) -> bytes:
            asked = {"wave": self.wave, "secret": person.secret}
            reply = self.client.post("/issue", json=asked | {"blinded": base64url.encode(blinded)})
            assert reply.status_code == 200, reply.data
            person.labels = reply.get_json()["labels"]
            return base64url.decode(reply.get_json()["signature"], "signature")

        person.token = sealed_ballots.unblinded(self.manifest, issue)

    def finish(self, person: Person) -> None:
        """Go to the door that knows nobody."""
        assert person.token is not None
        body = sealed_ballots.body(self.manifest, person.token, person.labels, person.answers())
        reply = self.client.post("/ballot", data=body, content_type="application/octet-stream")
        assert reply.status_code == 204, reply.data
        self._received(person, person.token.receipt)
        place = len(person.token.prepared) + len(person.token.signature)
        for slot in self.manifest.slots:
            self.truth.known[body[place : place + 32]] = person.number
            place += slot.length + 81

    def ask_for_help(self, person: Person) -> None:
        """Send the form: the server makes token and ballot."""
        answers = [str(value) for value in person.answers().values()]
        form = {f"q{number}": value for number, value in enumerate(answers, start=1)}
        reply = self.client.post(f"/s/{self.wave}", data=form | {"code": person.code})
        assert reply.status_code == 303, reply.data
        source = seeded(seed(settings().assist_key, self.wave, person.code.replace("-", "")))
        prepared = prepare(self.wave, self.manifest.digest, source(64))
        self._received(person, sealed_ballots.Token(prepared, b"").receipt)

    def _received(self, person: Person, receipt: bytes) -> None:
        self.truth.receipts[receipt] = self.truth.known[receipt] = person.number
        self.ballots += 1


def _agenda(people: list[Person]):
    """Draw what happens when: most start in the morning and need a while, long or short."""
    chance = random.SystemRandom()
    events = []
    for person in chance.sample(people, k=len(people) * 9 // 10):
        begins, kind = chance.uniform(0, 8), chance.random()
        if kind < 0.1:
            events.append((begins, Game.ask_for_help, person))
            continue
        events.append((begins, Game.start, person))
        if kind < 0.95:
            events.append((begins + chance.expovariate(1 / 0.3), Game.finish, person))
    return [(what, person) for _, what, person in sorted(events, key=lambda event: event[0])]


def opened(client: FlaskClient, now: datetime) -> Game:
    """Hire everybody, open a wave, send the mails."""
    _hire(now.date())
    draft = SurveyDraft("Spring pulse", "How is work?", QUESTIONS, Audience(), ("sex",))
    with transaction() as session:
        survey = compose.create(session, draft, now)
        wave = waves.plan(session, survey, now, now + WEEK)
    fieldwork.open_wave(wave, now)
    fieldwork.deliver(now)
    with reading() as session:
        found = session.execute(select(Employee.email, Employee.id))
        by_address = {row.email: row.id for row in found}
        manifest = standing.manifest(session, wave)
    people = []
    for path in (path for path in settings().maildir.rglob("*") if path.is_file()):
        mail = mailed_wave._letter(path)
        address = path.read_text().partition("\nTo: ")[2].partition("\n")[0].strip()
        people.append(Person(by_address[address], mail.secret, mail.code))
    return Game(client, wave, people, manifest)


def _hire(today: date) -> None:
    with transaction() as session:
        units = [Unit(key=f"Unit {n}", name=f"Unit {n}") for n in range(UNITS)]
        sex = Attribute(key="sex", label="Sex", reportable=True)
        staff = [
            Employee(number=f"{n:04}", name=f"Person {n}", email=f"p{n}@acme.example")
            for n in range(PEOPLE)
        ]
        session.add_all([*units, sex, *staff])
        session.flush()
        for n, person in enumerate(staff):
            unit = units[n % UNITS].id
            since = date(today.year - 1, 1, 1)
            session.add(EmploymentSpell(employee_id=person.id, unit_id=unit, starts_on=since))
            value = "FM"[n // UNITS % 2]
            session.add(EmployeeAttribute(employee_id=person.id, attribute_id=sex.id, value=value))


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Log all that the program can be made to log, with times, into a file."""
    handler = logging.FileHandler(path)
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    levels = {name: logging.getLogger(name).level for name in LOUD}
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
