from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from pulse.db import transaction
from pulse.domain import base64url, sealing
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.invitations import frame, keys
from pulse.invitations.frame import FrameRequest
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.letter import LetterHead
from pulse.invitations.redemption import Secrets
from pulse.people.model import Attribute, Employee, EmployeeAttribute, EmploymentSpell, Unit
from pulse.surveys import bank, compose, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import sealed_ballots

DAY = date(2037, 3, 9)
CODE_KEY = bytes(32)
WRAPPING_KEY = bytes([7]) * 32
OPT_OUT_KEY = bytes([9]) * 32
SECRETS = Secrets(CODE_KEY, WRAPPING_KEY)
SIZES = {1: 3, 2: 14, 3: 5, 4: 6, 5: 12}


@pytest.fixture
def staff(app: Flask) -> int:
    """Forty people: Acme > Bar, Kitchen > Cold, Hot; every fifth has no e-mail address."""
    with transaction() as session:
        parents = {1: None, 2: 1, 3: 1, 4: 3, 5: 3}
        names = {1: "Acme", 2: "Bar", 3: "Kitchen", 4: "Cold", 5: "Hot"}
        for number, name in names.items():
            session.execute(
                insert(Unit).values(id=number, key=name, name=name, parent_id=parents[number])
            )
        session.add(Attribute(id=1, key="site", label="Site", reportable=True))
        session.add(Attribute(id=2, key="sex", label="Sex", reportable=True))
        session.add(Attribute(id=3, key="badge", label="Badge", reportable=False))
        session.flush()
        person = 0
        for unit, size in SIZES.items():
            for _ in range(size):
                person += 1
                _hire(session, person, unit)
    return person


def _hire(session: Session, person: int, unit: int) -> None:
    email = None if person % 5 == 0 else f"p{person}@acme.example"
    session.execute(
        insert(Employee).values(
            id=person, number=f"N{person}", name=f"Person {person}", email=email
        )
    )
    session.execute(
        insert(EmploymentSpell).values(
            employee_id=person, unit_id=unit, starts_on=DAY - timedelta(days=100)
        )
    )
    values = {1: "Leeds" if person % 2 else "York", 2: "X" if person == 1 else "F", 3: str(person)}
    session.execute(
        insert(EmployeeAttribute),
        [
            {"employee_id": person, "attribute_id": key, "value": value}
            for key, value in values.items()
        ],
    )


@pytest.fixture
def wave_id(staff: int, now: datetime) -> int:
    opens = datetime(2037, 3, 9, 9, tzinfo=UTC)
    questions = compose.chosen(bank.pack("core").codes)
    with transaction() as session:
        survey = compose.create(
            session, SurveyDraft("How is work?", "", questions, Audience()), now
        )
        return waves.plan(session, survey, opens, opens + timedelta(days=7))


@pytest.fixture
def request_for(wave_id: int) -> FrameRequest:
    return FrameRequest(wave_id, Audience(), ("site", "sex", "badge"), DAY)


@pytest.fixture
def issue_request(request_for: FrameRequest, now: datetime) -> IssueRequest:
    """The frame is frozen and the wave has its key: everything is ready to invite."""
    with transaction() as session:
        dimensions = frame.freeze(session, request_for)
        wave = waves.get(session, request_for.wave_id)
        issuer_key = keys.public_key(session, wave.id, WRAPPING_KEY)
        manifest = Manifest(
            wave=wave.id,
            title=wave.title,
            introduction="Küche & Bar <b>",
            questions=wave.questions,
            dimensions=dimensions,
            floor=5,
            comment_floor=10,
            rule="tree-1",
            closes_at=wave.closes_at,
            issuer_key=base64url.encode(issuer_key),
            opening_key=base64url.encode(sealing.public_key(sealed_ballots.keys().opening)),
        )
        waves.freeze(session, wave.id, manifest)
        waves.move(session, wave.id, WaveState.OPEN)
    head = LetterHead(
        "https://pulse.example", "Acme", "Pulse <pulse@acme.example>", "Europe/Berlin"
    )
    return IssueRequest(manifest, head, CODE_KEY, WRAPPING_KEY, OPT_OUT_KEY)
