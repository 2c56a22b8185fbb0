"""What a release prints for everybody tells of no one person, whatever slips HR hands out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pulse import fieldwork, installation
from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.invitations import opting_out, replacing
from pulse.release.model import Release
from pulse.surveys import standing
from tests.support import open_wave, signing_in, staff

PEOPLE = 20
WEEK = timedelta(days=7)
OWN = {"id", "wave_id", "manifest_sha256"}


@pytest.fixture
def hired(app, now):
    staff.hired(PEOPLE, now.date())


def printed(now, *, started, slips=()):
    """Live through a wave in which the first people start, and then some get a new slip."""
    wave = open_wave.planned(now)
    fieldwork.open_wave(wave, now)
    people = staff.ids()
    for person in people[:started]:
        staff.answer(wave, person)
    for place in slips:
        with transaction() as session:
            request = installation.issue_request(standing.manifest(session, wave), "UTC")
            replacing.replace(session, request, people[place])
    fieldwork.tick(now + WEEK)
    columns = [column for column in Release.__table__.columns if column.name not in OWN]
    with reading() as session:
        row = session.execute(select(*columns).where(Release.wave_id == wave)).one()
    return row._asdict()


def test_a_new_slip_takes_nobody_out_of_those_who_started(hired, now):
    found = printed(now, started=PEOPLE, slips=(0,))
    assert (found["withheld"], found["handed"]) == (False, 1)
    assert found["redeemed"] >= found["ballots"] == PEOPLE
    assert (found["excess"], found["surplus"], found["lost"]) == (0, 0, 0)


def test_nothing_printed_changes_with_a_new_slip_but_their_number(hired, now):
    """Neither where the person had started, once or with each slip, nor where they had not."""
    without = printed(now, started=PEOPLE - 1)
    for slips in ((0,), (0, 0), (PEOPLE - 1,), (0, PEOPLE - 1)):
        found = printed(now, started=PEOPLE - 1, slips=slips)
        assert found == without | {"handed": len(slips)}


def test_whoever_wants_no_mails_counts_as_invited(hired, client, now):
    people = staff.ids()
    with transaction() as session:
        for person in people[:6]:
            opting_out.leave(session, person)
    found = printed(now, started=PEOPLE)
    assert (found["invited"], found["redeemed"], found["opted_out"]) == (PEOPLE, PEOPLE, 5)
    page = signing_in.sign_in(client, Role.HR).get("/hr/results").text
    assert "At least 5 of those invited want no mails from Pulse" in page


def test_the_page_speaks_of_signatures_and_not_of_people(hired, client, now):
    printed(now, started=PEOPLE, slips=(0,))
    page = signing_in.sign_in(client, Role.HR).get("/hr/results").text
    assert "20 people were invited and 20 started; one new slip was handed out." in page
    assert "no group had more of them than signatures were given to it" in page
