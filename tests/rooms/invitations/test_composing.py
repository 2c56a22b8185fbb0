"""Letters that are written when they are sent: whose they are, and when there is none."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update

from pulse.db import reading, transaction
from pulse.domain.errors import BadSetting, UnknownCode
from pulse.invitations import issuing, keys, redemption, replacing
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.redemption import Claim
from pulse.people.model import Employee
from tests.rooms.invitations.conftest import SECRETS, WRAPPING_KEY
from tests.support import letters

WITH_MAIL = 7


@pytest.fixture
def asked(issue_request: IssueRequest, now: datetime) -> IssueRequest:
    with transaction() as session:
        issuing.issue(session, issue_request, now)
    return issue_request


def to(request: IssueRequest, now: datetime, person: int) -> EmailMessage | None:
    mails = letters.waiting(request, now)
    return next((one for one in mails if one["To"] == f"p{person}@acme.example"), None)


def secret(mail: EmailMessage | None) -> str:
    assert mail is not None
    link = next(word for word in letters.part(mail, "plain").split() if "/s/" in word)
    return parse_qs(urlsplit(link).fragment)["t"][0]


def test_a_letter_is_the_same_whenever_it_is_written(asked: IssueRequest, now: datetime) -> None:
    first, second = (to(asked, now, WITH_MAIL) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first["Message-ID"] == second["Message-ID"]
    assert letters.part(first, "plain") == letters.part(second, "plain")
    with transaction() as session:
        redemption.redeem(
            session, Claim(asked.manifest.wave, bytes([1]) * 256), secret(first), SECRETS
        )


def test_whoever_was_given_a_slip_gets_no_mail_with_a_void_link(
    asked: IssueRequest, now: datetime
) -> None:
    void = secret(to(asked, now, WITH_MAIL))
    with transaction() as session:
        replacing.replace(session, asked, WITH_MAIL)
    assert to(asked, now, WITH_MAIL) is None
    assert to(asked, now, WITH_MAIL + 1) is not None
    with transaction() as session, pytest.raises(UnknownCode):
        redemption.redeem(session, Claim(asked.manifest.wave, bytes([1]) * 256), void, SECRETS)


def test_nothing_is_written_once_the_key_is_gone(asked: IssueRequest, now: datetime) -> None:
    wave = asked.manifest.wave
    with transaction() as session:
        keys.remove(session, wave)
    assert letters.waiting(asked, now) == []
    with reading() as session:
        assert keys.link_key(session, wave, WRAPPING_KEY) is None


def test_another_secret_of_the_installation_writes_nothing(
    asked: IssueRequest, now: datetime
) -> None:
    with pytest.raises(BadSetting, match="PULSE_SECRET_KEY"):
        letters.waiting(replace(asked, wrapping_key=bytes([8]) * 32), now)


def test_another_wave_and_another_person_have_other_links(
    asked: IssueRequest, now: datetime
) -> None:
    found = {secret(mail) for mail in letters.waiting(asked, now)}
    assert len(found) == 32


def test_everybody_is_written_to_in_their_own_language(asked: IssueRequest, now: datetime) -> None:
    with transaction() as session:
        for person, locale in ((WITH_MAIL, "de_AT"), (WITH_MAIL + 1, "nl")):
            mine = update(Employee).where(Employee.id == person)
            session.execute(mine.values(locale=locale))
    german, dutch = to(asked, now, WITH_MAIL), to(asked, now, WITH_MAIL + 1)
    assert german is not None
    assert dutch is not None
    assert "Nur Zahlen" in " ".join(letters.part(german, "plain").split())
    assert secret(german) != secret(dutch)
    # A language that is not offered is that of the installation.
    assert "Hello," in letters.part(dutch, "plain")


def test_the_closing_time_is_told_in_the_persons_own_zone(
    asked: IssueRequest, now: datetime
) -> None:
    with transaction() as session:
        session.execute(
            update(Employee).where(Employee.id == WITH_MAIL).values(time_zone="Asia/Tokyo")
        )
        session.execute(
            update(Employee).where(Employee.id == WITH_MAIL + 1).values(time_zone="Mars")
        )
    tokyo, mars = to(asked, now, WITH_MAIL), to(asked, now, WITH_MAIL + 1)
    assert tokyo is not None
    assert mars is not None
    assert "Mon, 16 Mar 2037, 18:00 (Asia/Tokyo)" in letters.part(tokyo, "plain")
    assert "Mon, 16 Mar 2037, 10:00 (Europe/Berlin)" in letters.part(mars, "plain")
