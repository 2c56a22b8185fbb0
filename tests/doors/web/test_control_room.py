"""HR's control room: what is live, what comes next, what is late and why, and who has started."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from pulse import fieldwork, upkeep
from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from pulse.invitations.model import Invitation
from pulse.invitations.step_model import StartedStep
from pulse.leadership import lease
from pulse.leadership.lease import Bid
from pulse.outbox import queue
from pulse.outbox.queue import Message
from pulse.surveys import compose, steps, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from tests.support import open_wave, staff
from tests.support.signing_in import sign_in

PEOPLE = 40
ROOM = "/hr/fieldwork"


@pytest.fixture
def hr(client):
    return sign_in(client, Role.HR)


@pytest.fixture
def led(app):
    with transaction() as session:
        return lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))


def planned(opens_in=timedelta(), lasts=timedelta(days=7)):
    now = datetime.now(UTC)
    draft = SurveyDraft("Spring pulse", "", open_wave.QUESTIONS, Audience())
    with transaction() as session:
        survey = compose.create(session, draft, now)
        opens_at = now + opens_in
        return waves.plan(session, survey, opens_at, opens_at + lasts, "Europe/Berlin")


@pytest.fixture
def wave(app):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    wave = planned()
    fieldwork.open_wave(wave, datetime.now(UTC))
    return wave


def started(wave, *people):
    """Have so many start in each of the two units, whose people take turns."""
    with transaction() as session:
        rows = session.scalars(
            select(Invitation).where(Invitation.wave_id == wave).order_by(Invitation.employee_id)
        ).all()
        for unit, count in enumerate(people):
            for row in rows[unit::2][:count]:
                row.redeemed = True


def night(day):
    upkeep.count_starts(datetime(2026, 3, day, 3, 1, tzinfo=UTC))


def shown(hr):
    """Give the last column of the table, by group."""
    row = r'<th scope="row">([^<]+)</th><td class="num">\d+</td><td>([^<]+)<'
    return dict(re.findall(row, hr.get(ROOM).text))


def test_only_hr_comes_in(client, app):
    assert client.get(ROOM).status_code == 302
    for role in (Role.LEADER, Role.ADMIN):
        assert sign_in(client, role).get(ROOM).status_code == 403


def test_with_nothing_to_show_it_says_what_to_do(hr, led):
    page = hr.get(ROOM).text
    assert "Choose a survey" in page
    assert "Nothing happens by itself" not in page


def test_a_live_wave_with_its_mails_and_next_steps_in_its_own_zone(hr, led, wave):
    page = hr.get(ROOM).text
    assert f"{PEOPLE} people" in page
    assert f"{PEOPLE} waiting" in page
    with reading() as session:
        closes = waves.get(session, wave).closes_at
    assert f'datetime="{closes.isoformat()}"' in page
    assert "Europe/Berlin" in page
    assert "It has not" not in page
    fieldwork.deliver(datetime.now(UTC))
    assert f"{PEOPLE} sent" in hr.get(ROOM).text


def test_waves_that_are_far_off_or_over_are_not_there(hr, led, app):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    far, near = planned(timedelta(days=15)), planned(timedelta(days=13))
    page = hr.get(ROOM).text
    assert f"/hr/waves/{near}" in page
    assert f'/hr/waves/{far}"' not in page


def test_its_button_asks_the_worker(hr, led, wave):
    answer = hr.post(f"/hr/waves/{wave}/close", form_on=ROOM)
    assert answer.status_code == 302
    with reading() as session:
        assert waves.get(session, wave).asked_for is WaveState.CLOSED
    assert "Asked for by hand" in hr.get(ROOM).text


def test_why_something_is_late(hr, app):
    staff.hired(PEOPLE, datetime.now(UTC).date())
    late = planned(timedelta(minutes=-10))
    page = hr.get(ROOM).text
    assert "It has not opened" in page
    assert page.count("No worker is running") == 2
    with transaction() as session:
        held = lease.ask_for(session, Bid("a", timedelta(minutes=5), datetime.now(UTC)))
    assert "busy with something else" in hr.get(ROOM).text
    with transaction() as session:
        lease.doubt_clock(session, held, 3600)
    assert hr.get(ROOM).text.count("The clock of the worker has jumped") == 2
    with transaction() as session:
        steps.note(session, late, "Only 3 people would be asked.")
        lease.trust_clock(session)
    assert "Only 3 people would be asked." in hr.get(ROOM).text


def test_mail_that_is_late_is_told(hr, led):
    message = Message("employee 1", "invitation", "a@acme.example", "<1@acme>", b"x", 1)
    with transaction() as session:
        queue.put(session, message, datetime.now(UTC) - timedelta(minutes=40))
    assert "has been due for 40 minutes" in hr.get(ROOM).text


def test_reminders_to_come_are_told_with_their_times(hr, led, wave):
    page = hr.get(ROOM).text
    assert "Last reminder" in page
    assert "To everybody, on" in page


def test_numbers_of_mails_have_no_reminders(hr, led, wave):
    """Reminders go to those who have not started, so their number would say how many those are."""
    before = hr.get(ROOM).text
    reminders = [
        Message(f"employee {n}", "reminder", "a@acme.example", f"<{n}>", b"x", wave)
        for n in range(9)
    ]
    with transaction() as session:
        queue.put_many(session, reminders, datetime.now(UTC))
    csrf = re.compile(r'name="csrf_token"[^>]*value="[^"]+"')
    assert csrf.sub("", hr.get(ROOM).text) == csrf.sub("", before)


def test_who_has_started_is_told_in_steps_and_from_night_to_night(hr, led, wave):
    assert "counted for the first time in the coming night" in hr.get(ROOM).text
    started(wave, 4, 7)
    assert shown(hr) == {}
    night(2)
    assert shown(hr) == {"Bar": "few, or nearly all", "Kitchen": "at least 5"}
    started(wave, 9, 20)
    assert shown(hr) == {"Bar": "few, or nearly all", "Kitchen": "at least 5"}
    night(2)
    assert shown(hr) == {"Bar": "few, or nearly all", "Kitchen": "at least 5"}
    night(3)
    assert shown(hr) == {"Bar": "at least 5", "Kitchen": "at least 10"}
    started(wave, 20, 20)
    night(4)
    assert shown(hr) == {"Bar": "at least 10", "Kitchen": "at least 10"}


def test_it_is_counted_at_night_only_and_gone_when_the_wave_closes(hr, led, wave):
    started(wave, 9, 9)
    upkeep.count_starts(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
    with reading() as session:
        assert session.scalars(select(StartedStep)).all() == []
    fieldwork.tick(datetime.now(UTC).replace(hour=3, minute=1))
    with reading() as session:
        assert {row.shown for row in session.scalars(select(StartedStep))} == {5}
    fieldwork.close_wave(wave, datetime.now(UTC))
    with reading() as session:
        assert session.scalars(select(StartedStep)).all() == []
    assert "How many have started" not in hr.get(ROOM).text
