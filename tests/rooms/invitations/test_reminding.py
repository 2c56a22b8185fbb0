"""Reminders on their way into the outbox: to whom, in which zone, at which hour, and once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from pulse.db import reading, transaction
from pulse.domain import working_days
from pulse.domain.reminders import Reminder
from pulse.invitations import issuing, opting_out, redemption, reminding
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.redemption import Claim
from pulse.invitations.reminding import Rules
from pulse.outbox import backlog, queue
from pulse.outbox.model import OutboxMessage
from pulse.people.model import Employee
from pulse.surveys import waves
from tests.rooms.invitations.conftest import WRAPPING_KEY
from tests.support import letters

CALENDARS = working_days.calendars(keep_holidays=False)
RULES = Rules("Europe/London", CALENDARS, "Pulse <pulse@acme.example>")
# The wave is open from Monday 9 March 2037, 09:00 UTC, for a week; its half is on Thursday night.
THURSDAY = datetime(2037, 3, 12, tzinfo=UTC)
FRIDAY = THURSDAY + timedelta(days=1)
ZONES = {"Europe/Berlin": range(1, 11), "America/New_York": range(11, 21), "Mars/Base": (21,)}
EVERYBODY = {person for person in range(1, 41) if person % 5}


@pytest.fixture
def asked(issue_request: IssueRequest, now: datetime) -> IssueRequest:
    with transaction() as session:
        issuing.issue(session, issue_request, now)
        for zone, people in ZONES.items():
            session.execute(
                update(Employee).where(Employee.id.in_(list(people))).values(time_zone=zone)
            )
        wave = waves.get(session, issue_request.manifest.wave)
        for _ in range(2):
            reminding.prepare(session, wave, RULES.home)
    return issue_request


def start(request: IssueRequest, *people: int) -> None:
    with transaction() as session:
        for person in people:
            claim = Claim(request.manifest.wave, bytes([person]) * 256)
            redemption.redeem_employee(session, claim, person, WRAPPING_KEY)


def remind(request: IssueRequest, at: datetime) -> int:
    with transaction() as session:
        return reminding.remind(session, waves.get(session, request.manifest.wave), RULES, at)


def reminded(reminder: Reminder) -> set[int]:
    mine = select(OutboxMessage.recipient).where(
        OutboxMessage.kind == reminding.KIND, OutboxMessage.ordinal == reminder
    )
    with reading() as session:
        return {int(one.rpartition(" ")[2]) for one in session.scalars(mine)}


def test_each_zone_has_its_turn_at_nine_in_the_morning(asked: IssueRequest) -> None:
    seen = {hour: remind(asked, THURSDAY + timedelta(hours=hour)) for hour in range(24)}
    # Berlin at 8 UTC, London at 9; New York has changed its clocks already, and is at 13 UTC.
    assert {hour for hour, zones in seen.items() if zones} == {8, 9, 13}
    assert reminded(Reminder.HALF_TIME) == EVERYBODY
    assert reminded(Reminder.LAST) == set()


def test_whoever_has_started_gets_the_last_one_only(asked: IssueRequest) -> None:
    start(asked, 1, 2, 22)
    for day in (THURSDAY, FRIDAY):
        for hour in range(24):
            remind(asked, day + timedelta(hours=hour))
    assert reminded(Reminder.HALF_TIME) == EVERYBODY - {1, 2, 22}
    assert reminded(Reminder.LAST) == EVERYBODY


def test_a_zone_that_nobody_knows_is_that_of_the_wave(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=9))
    assert 21 in reminded(Reminder.HALF_TIME)


def test_repeating_it_reminds_nobody_again(asked: IssueRequest) -> None:
    later = THURSDAY + timedelta(hours=11)
    assert remind(asked, later) == 2
    with reading() as session:
        before = session.scalars(select(OutboxMessage.id)).all()
    assert remind(asked, later) == 0
    with reading() as session:
        assert session.scalars(select(OutboxMessage.id)).all() == before


def test_whoever_has_moved_is_reminded_where_the_wave_is_at_home(asked: IssueRequest) -> None:
    with transaction() as session:
        session.execute(
            update(Employee).where(Employee.id == 1).values(time_zone="Australia/Perth")
        )
    remind(asked, THURSDAY + timedelta(hours=8))
    assert 1 not in reminded(Reminder.HALF_TIME)
    remind(asked, THURSDAY + timedelta(hours=9))
    assert 1 in reminded(Reminder.HALF_TIME)


def test_nothing_is_due_before_or_off_work(asked: IssueRequest) -> None:
    for at in (THURSDAY + timedelta(hours=7), FRIDAY + timedelta(days=1, hours=12)):
        with reading() as session:
            wave = waves.get(session, asked.manifest.wave)
            assert reminding.due(session, wave, RULES, at) == ()
        assert remind(asked, at) == 0


def test_a_reminder_is_sent_at_most_once_and_kept_out_of_every_count(asked: IssueRequest) -> None:
    with reading() as session:
        before = backlog.of_wave(session, asked.manifest.wave)
    remind(asked, THURSDAY + timedelta(hours=12))
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "reminder")).all()
        assert {(row.at_most_once, row.selective) for row in rows} == {(True, True)}
        assert backlog.of_wave(session, asked.manifest.wave) == before


def test_closing_forgets_who_had_not_started(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=12))
    with transaction() as session:
        queue.close(session, asked.manifest.wave)
    assert reminded(Reminder.HALF_TIME) == set()


def test_its_words_say_nothing_of_the_person(asked: IssueRequest) -> None:
    """A reminder must not say that anybody was seen not to answer, nor can it know who has."""
    for hour in range(24):
        remind(asked, THURSDAY + timedelta(hours=hour))
        remind(asked, FRIDAY + timedelta(hours=hour))
    at = FRIDAY + timedelta(hours=13, minutes=30)
    mails = [one for one in letters.waiting(asked, at) if one["To"] == "p22@acme.example"]
    invitation, half, last = (letters.part(one, "plain") for one in mails)
    for text in (half, last):
        assert "not answered" not in text
        assert "have not" not in text
        assert "you haven" not in text
    assert "nobody knows who has finished" in " ".join(last.split())
    assert "nobody knows" not in half
    links = {word for text in (invitation, half, last) for word in text.split() if "/s/" in word}
    assert len(links) == 1


def test_each_mail_ends_the_mails_with_one_click(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=9))
    at = THURSDAY + timedelta(hours=10)
    for mail in [one for one in letters.waiting(asked, at) if one["To"] == "p22@acme.example"]:
        address = str(mail["List-Unsubscribe"]).strip("<>")
        assert address.startswith("https://pulse.example/o/")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert address in letters.part(mail, "plain")
        assert address in letters.part(mail, "html")


def test_whoever_wants_no_mails_gets_none(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=9))
    with transaction() as session:
        opting_out.leave(session, 22)
    at = THURSDAY + timedelta(hours=10)
    assert {one["To"] for one in letters.waiting(asked, at)} == {
        f"p{person}@acme.example" for person in EVERYBODY - {22}
    }


def test_whoever_starts_while_a_reminder_waits_gets_none(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=9))
    start(asked, 22)
    at = THURSDAY + timedelta(hours=10)
    mine = [one for one in letters.waiting(asked, at) if one["To"] == "p22@acme.example"]
    assert len(mine) == 1


def test_a_reminder_that_waited_into_the_night_waits_for_the_morning(asked: IssueRequest) -> None:
    remind(asked, THURSDAY + timedelta(hours=9))
    found = letters.put_off(asked, THURSDAY + timedelta(hours=19))
    assert set(found.values()) == {FRIDAY + timedelta(hours=8)}


def test_more_people_than_one_batch(asked: IssueRequest) -> None:
    """The rows are read while others are written."""
    with transaction() as session:
        session.execute(
            insert(Employee),
            [
                {"id": 100 + number, "number": f"X{number}", "name": "X", "email": f"x{number}@a.b"}
                for number in range(60)
            ],
        )
    assert remind(asked, THURSDAY + timedelta(hours=9)) == 2
    assert not reminded(Reminder.HALF_TIME) & set(range(100, 160))


def test_what_is_to_come_is_told_without_saying_to_whom(asked: IssueRequest) -> None:
    def ahead(at: datetime) -> dict[Reminder, tuple[datetime, datetime]]:
        with reading() as session:
            wave = waves.get(session, asked.manifest.wave)
            found = reminding.ahead(session, wave, RULES, at)
        return {one.reminder: (one.first, one.last) for one in found}

    hours = timedelta(hours=1)
    wednesday = THURSDAY - timedelta(days=1)
    half, last = (THURSDAY + 8 * hours, THURSDAY + 13 * hours), FRIDAY + 8 * hours
    assert ahead(wednesday) == {
        Reminder.HALF_TIME: half,
        Reminder.LAST: (last, FRIDAY + 13 * hours),
    }
    remind(asked, THURSDAY + 9 * hours)
    assert ahead(THURSDAY + 10 * hours)[Reminder.HALF_TIME] == (half[1], half[1])
    assert set(ahead(FRIDAY)) == {Reminder.LAST}
