"""An open wave whose people were invited by mail, into the Maildir of the installation."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

from pulse import fieldwork
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.manifest import Manifest
from pulse.people.model import Employee, EmploymentSpell, Unit
from pulse.surveys import standing
from tests.support import open_wave

_SECRET = re.compile(r"#t=([\w-]+)")
_CODE = re.compile(r"^    ([0-9A-Z-]{9,})\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's mail: the file that it is in, and what only this person knows."""

    path: Path
    secret: str
    code: str


@dataclass(frozen=True, slots=True)
class Mailed:
    wave: int
    letters: tuple[Letter, ...]

    @property
    def manifest(self) -> Manifest:
        with reading() as session:
            return standing.manifest(session, self.wave)


def opened(now: datetime, people: int = 24) -> Mailed:
    """Open a wave and deliver its mail."""
    with transaction() as session:
        unit = Unit(key="Care", name="Care")
        staff = [
            Employee(number=f"{n:04}", name=f"Person {n}", email=f"person{n}@acme.example")
            for n in range(people)
        ]
        session.add_all([unit, *staff])
        session.flush()
        began = date(now.year - 1, 1, 1)
        session.add_all(
            EmploymentSpell(employee_id=person.id, unit_id=unit.id, starts_on=began)
            for person in staff
        )
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    fieldwork.deliver(now)
    files = sorted(path for path in settings().maildir.rglob("*") if path.is_file())
    return Mailed(wave, tuple(_letter(path) for path in files))


def _letter(path: Path) -> Letter:
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    text = body.get_content()
    secret, code = _SECRET.search(text), _CODE.search(text)
    assert secret, text
    assert code, text
    return Letter(path, secret[1], code[1])
