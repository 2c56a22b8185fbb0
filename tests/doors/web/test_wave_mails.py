"""HR sees how far the mails of a wave are, holds them back, and lifts an address."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.outbox import backlog, suppression
from pulse.outbox.suppression import Suppressed
from tests.support import mailing, open_wave, staff
from tests.support.signing_in import Person, sign_in

PEOPLE = 24
ADDRESS = "p3@acme.example"


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


@pytest.fixture
def wave(app: Flask, now: datetime) -> int:
    staff.hired(PEOPLE, datetime.now(UTC).date())
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    return wave


def suppress(address: str, now: datetime) -> None:
    with transaction() as session:
        suppression.suppress(session, Suppressed(address, "5.1.1", "bounced", now.date()))


def test_the_mails_of_a_wave_are_held_back_and_go_on(hr: Person, wave: int, now: datetime) -> None:
    place = f"/hr/waves/{wave}"
    assert f"0 of {PEOPLE} done" in hr.get(place).text
    hr.post(f"{place}/mails/pause", form_on=place)
    assert fieldwork.deliver(now).sent == 0
    page = hr.get(place).text
    assert "held back" in page
    assert "Let the mails go on" in page
    hr.post(f"{place}/mails/resume", form_on=place)
    assert fieldwork.deliver(now).sent == PEOPLE
    page = hr.get(place).text
    assert f"{PEOPLE} of {PEOPLE} done (100 %)" in page
    assert "Hold the mails back" not in page


def test_nothing_on_the_page_tells_how_many_were_reminded(
    hr: Person, wave: int, now: datetime
) -> None:
    fieldwork.deliver(now)
    before = hr.get(f"/hr/waves/{wave}").text
    mailing.remind(wave, ["p1@acme.example", "p2@acme.example"], now)
    assert hr.get(f"/hr/waves/{wave}").text.count("2") == before.count("2")
    fieldwork.deliver(now)
    assert f"{PEOPLE} of {PEOPLE} done (100 %)" in hr.get(f"/hr/waves/{wave}").text


def test_whoever_cannot_be_reached_stands_on_a_page(hr: Person, wave: int, now: datetime) -> None:
    assert "Every address of today" in hr.get("/hr/mail").text
    suppress(ADDRESS, now)
    suppress("gone@acme.example", now)
    fieldwork.deliver(now)
    page = hr.get("/hr/mail").text
    for words in ("Person 3", "0003", "Kitchen", ADDRESS, "no such mailbox (5.1.1)"):
        assert words in page
    assert "1 further address belongs to nobody" in page
    assert "Held back" in hr.get(f"/hr/waves/{wave}").text
    hr.post("/hr/mail", {"address": ADDRESS}, form_on="/hr/mail")
    assert "Every address of today" in hr.get("/hr/mail").text
    # What did not arrive is sent now.
    with reading() as session:
        assert backlog.of_wave(session, wave) == {"sent": PEOPLE - 1, "queued": 1}


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_only_hr_sees_whom_no_mail_reaches(client: FlaskClient, app: Flask, role: Role) -> None:
    assert sign_in(client, role).get("/hr/mail").status_code == 403


def test_the_same_by_command(app: Flask, wave: int, now: datetime) -> None:
    flask = app.test_cli_runner()
    said = flask.invoke(args=["waves", "mails", str(wave), "--pause"]).output
    assert f"{PEOPLE} waiting (0 put off)" in said
    assert said.rstrip().endswith("held back")
    assert fieldwork.deliver(now).sent == 0
    assert "held back" not in flask.invoke(args=["waves", "mails", str(wave), "--resume"]).output
    fieldwork.deliver(now)
    assert f"{PEOPLE} sent, 0 waiting" in flask.invoke(args=["waves", "mails", str(wave)]).output


def test_closing_leaves_no_reminder_and_no_mail_waiting(wave: int, now: datetime) -> None:
    mailing.remind(wave, ["p1@acme.example"], now)
    fieldwork.close_wave(wave, now)
    assert mailing.states("reminder") == {}
    assert mailing.states("invitation") == {"withdrawn": PEOPLE}
    assert fieldwork.deliver(now).sent == 0
