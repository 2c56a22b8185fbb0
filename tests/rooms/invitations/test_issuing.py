import re
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select, update

from pulse.db import reading, transaction
from pulse.domain import short_code
from pulse.domain.errors import AlreadyTaken, UnknownCode, WaveNotOpen
from pulse.invitations import hashes, issuing, keys, letter, redemption
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.model import Invitation
from pulse.invitations.redemption import Claim
from pulse.outbox.model import OutboxMessage
from pulse.people.model import Employee
from tests.rooms.invitations.conftest import SECRETS
from tests.support import letters

WITHOUT_ADDRESS = 8
BLINDED, OTHER = bytes([1]) * 256, bytes([2]) * 256


def issue(request: IssueRequest, now: datetime) -> int:
    with transaction() as session:
        return issuing.issue(session, request, now)


def test_everybody_is_invited_once(issue_request: IssueRequest, now: datetime) -> None:
    assert issue(issue_request, now) == 40
    assert issue(issue_request, now) == 0
    assert len(letters.waiting(issue_request, now)) == 40 - WITHOUT_ADDRESS
    with reading() as session:
        rows = session.scalars(select(Invitation)).all()
        assert len({row.employee_id for row in rows}) == 40
        assert not any(row.redeemed for row in rows)


def test_whoever_is_left_over_from_a_crash_is_invited(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    before = told(issue_request, now)
    with transaction() as session:
        session.delete(session.scalars(select(Invitation)).first())
    assert issue(issue_request, now) == 1
    # Whoever is invited again has the same link as before, in the same message.
    assert told(issue_request, now) == before


def told(request: IssueRequest, now: datetime) -> list[tuple[str, str]]:
    mails = letters.waiting(request, now)
    return [(mail["Message-ID"], letters.part(mail, "plain")) for mail in mails]


def test_a_letter_carries_the_secret_the_code_and_the_fingerprint(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    fingerprint = issue_request.manifest.sha256()
    wave = issue_request.manifest.wave
    for mail in letters.waiting(issue_request, now):
        text, html = letters.part(mail, "plain"), letters.part(mail, "html")
        found = re.search(rf"/s/{wave}#t=([\w-]{{43}})&m={fingerprint}\n", text)
        code = re.search(r"\b(\w{4}-\w{4}-\w{4})\b", text)
        assert found
        assert code
        assert f"#t={found[1]}&amp;m={fingerprint}" in html
        assert code[1] in html
        assert "Küche & Bar <b>" in text
        assert "Küche &amp; Bar &lt;b&gt;" in html
        assert f"\n{fingerprint}\n" in text
        assert "Mon, 16 Mar 2037, 10:00 (Europe/Berlin)" in text
        assert mail["Auto-Submitted"] == "auto-generated"
        assert letter.SECRET not in text + html
        assert letter.CODE not in text + html
        assert "<img" not in html
        with reading() as session:
            row = session.scalars(
                select(Invitation).where(Invitation.secret_sha256 == hashes.of_secret(found[1]))
            ).one()
            normal = short_code.normalise(code[1]) or ""
            assert row.code_mac == hashes.of_code(normal, issue_request.code_key)
            assert mail["To"] == f"p{row.employee_id}@acme.example"


def test_letters_differ_in_nothing_but_what_is_each_persons_own(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    one, *others = (plain(mail) for mail in letters.waiting(issue_request, now))
    assert all(other == one for other in others)


def plain(mail: EmailMessage) -> str:
    text = letters.part(mail, "plain") + letters.part(mail, "html")
    return re.sub(r"#t=[\w-]{43}|\b\w{4}-\w{4}-\w{4}\b|/o/[\w-]{32}", "", text)


def test_no_letter_lies_in_the_database(issue_request: IssueRequest, now: datetime) -> None:
    issue(issue_request, now)
    with reading() as session:
        rows = session.scalars(select(OutboxMessage)).all()
        assert {row.mime for row in rows} == {b""}
        assert len({row.message_id for row in rows}) == 40 - WITHOUT_ADDRESS
        assert {row.domain for row in rows} == {"acme.example"}


def test_people_are_written_to_at_the_hour_of_their_own_zone(
    issue_request: IssueRequest, now: datetime
) -> None:
    hours = {"Europe/Berlin": 1, "Asia/Tokyo": 2}
    with transaction() as session:
        tokyo = update(Employee).where(Employee.id < 4).values(time_zone="Asia/Tokyo")
        nowhere = update(Employee).where(Employee.id == 4).values(time_zone="Mars")
        session.execute(tokyo)
        session.execute(nowhere)
        issuing.issue(session, issue_request, now, lambda zone: now + timedelta(hours=hours[zone]))
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        waits = [(row.due_at - now).total_seconds() / 3600 for row in rows]
    assert waits == [2, 2, 2] + [1] * 29


def test_slips_are_for_those_without_address_and_void_former_ones(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    wave = issue_request.manifest.wave
    with transaction() as session:
        first = issuing.print_slips(session, issue_request)
        second = issuing.print_slips(session, issue_request)
    assert [slip.name for slip in first] == [slip.name for slip in second]
    assert len(first) == WITHOUT_ADDRESS
    assert {slip.unit for slip in first} == {"Bar", "Cold", "Hot", "Kitchen"}
    with transaction() as session:
        with pytest.raises(UnknownCode):
            redemption.redeem(session, Claim(wave, BLINDED), first[0].code, SECRETS)
        redemption.redeem(session, Claim(wave, BLINDED), second[0].code, SECRETS)
        secret = re.search(r"#t=([\w-]{43})&m=", second[1].link)
        assert secret
        redemption.redeem(session, Claim(wave, BLINDED), secret[1], SECRETS)
        later = issuing.print_slips(session, issue_request)
    assert [slip.name for slip in later] == [slip.name for slip in first]
    with transaction() as session, pytest.raises(AlreadyTaken):
        redemption.redeem(session, Claim(wave, OTHER), later[0].code, SECRETS)


def test_the_pile_of_slips_tells_nobody_who_has_taken_part(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    with transaction() as session:
        before = issuing.print_slips(session, issue_request)
        session.execute(update(Invitation).values(redeemed=True))
        after = issuing.print_slips(session, issue_request)
        assert [slip.name for slip in after] == [slip.name for slip in before]
        keys.remove(session, issue_request.manifest.wave)
        with pytest.raises(WaveNotOpen):
            issuing.print_slips(session, issue_request)


def test_no_secret_and_no_time_is_in_the_table_of_invitations(
    issue_request: IssueRequest, now: datetime
) -> None:
    issue(issue_request, now)
    assert set(Invitation.__table__.columns.keys()) == {
        "id",
        "wave_id",
        "employee_id",
        "secret_sha256",
        "code_mac",
        "redeemed",
        "blinded_sha256",
        "replaced",
        "handed",
    }
    texts = "".join(letters.part(mail, "plain") for mail in letters.waiting(issue_request, now))
    with reading() as session:
        for row in session.scalars(select(Invitation)):
            assert row.secret_sha256.hex() not in texts
            assert row.code_mac.hex() not in texts
