"""Who of an audience is asked: the part whose turn it is, and nobody in too many waves."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, insert, select

from pulse.db import reading, transaction
from pulse.domain.errors import Conflict
from pulse.invitations import chosen, frame
from pulse.invitations.chosen import Limits, Turn
from pulse.invitations.frame import Frame, FrameRequest
from pulse.invitations.model import FrameMember, StaffPart
from pulse.people import roster
from pulse.people.model import Employee, EmploymentSpell
from pulse.surveys import waves
from pulse.surveys.model import Wave

PARTS = 2
WEEK = timedelta(days=7)


@pytest.fixture
def request_for(request_for: FrameRequest) -> FrameRequest:
    return replace(request_for, fewest=1, label_minimum=1)


def another(first: FrameRequest, weeks: int) -> FrameRequest:
    """Plan a wave of the same survey some weeks later, and ask for its frame."""
    with transaction() as session:
        wave = session.get_one(Wave, first.wave_id)
        later = weeks * WEEK
        survey, opens, closes = wave.survey_id, wave.opens_at + later, wave.closes_at + later
        wave_id = waves.plan(session, survey, opens, closes)
    return replace(first, wave_id=wave_id, day=first.day + later)


def turn(request: FrameRequest, part: int) -> FrameRequest:
    with reading() as session:
        survey = session.get_one(Wave, request.wave_id).survey_id
    return replace(request, limits=Limits(turn=Turn(survey, part, PARTS)))


def looked_at(request: FrameRequest) -> Frame:
    with reading() as session:
        return frame.preview(session, request)


def spared(request: FrameRequest) -> int:
    with reading() as session:
        people = roster.employed_on(session, request.day)
        wave = (request.wave_id, request.day)
        return chosen.choose(session, people, request.limits, wave).spared


def asked(request: FrameRequest) -> set[int]:
    with transaction() as session:
        frame.freeze(session, request)
    with reading() as session:
        members = select(FrameMember.employee_id).where(FrameMember.wave_id == request.wave_id)
        return set(session.scalars(members))


def test_two_waves_ask_two_halves_and_the_third_asks_the_first_again(staff, request_for) -> None:
    found = [
        asked(turn(another(request_for, week) if week else request_for, week % PARTS))
        for week in range(3)
    ]
    assert found[0] | found[1] == set(range(1, staff + 1))
    assert found[0] & found[1] == set()
    assert found[2] == found[0]
    assert abs(len(found[0]) - len(found[1])) <= 1


def test_a_newcomer_is_drawn_and_moves_nobody(staff, request_for) -> None:
    first = asked(turn(request_for, 0))
    new = staff + 1
    with transaction() as session:
        session.execute(insert(Employee).values(id=new, number="new", name="New"))
        spell = insert(EmploymentSpell).values(
            employee_id=new, unit_id=2, starts_on=request_for.day - WEEK
        )
        session.execute(spell)
    second = asked(turn(another(request_for, 1), 1))
    third = asked(turn(another(request_for, 2), 0))
    assert third - {new} == first
    assert new in second | third
    assert len(second | third) == staff + 1


def test_looking_draws_nothing(staff, request_for) -> None:
    found = looked_at(turn(request_for, 0))
    assert 19 <= len(found.people) <= 21
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffPart)) == 0


def test_nobody_is_asked_more_often_than_the_limit(staff, request_for) -> None:
    limited = replace(request_for, limits=Limits(most_waves=2))
    everybody = set(range(1, staff + 1))
    assert asked(limited) == everybody
    assert asked(another(limited, 1)) == everybody
    third = another(limited, 2)
    with transaction() as session, pytest.raises(Conflict, match="40 are spared"):
        frame.freeze(session, third)
    # Four weeks after the first one there is room again.
    assert asked(another(limited, 4)) == everybody


def test_the_limit_counts_people_and_not_waves(staff, request_for) -> None:
    """Half were asked in each of two waves, so everybody has been asked once."""
    for week in range(2):
        asked(turn(another(request_for, week) if week else request_for, week))
    both = replace(another(request_for, 2), limits=Limits(most_waves=2))
    assert asked(both) == set(range(1, staff + 1))
    once = replace(another(request_for, 3), limits=Limits(most_waves=2))
    assert spared(once) == staff


def test_whoever_is_spared_keeps_their_part(staff, request_for) -> None:
    first = asked(turn(request_for, 0))
    rest = turn(another(request_for, 1), 0)
    assert spared(replace(rest, limits=replace(rest.limits, most_waves=1))) == len(first)
    assert asked(turn(another(request_for, 2), 0)) == first


def test_a_wave_to_come_takes_nobodys_room(staff, request_for, now: datetime) -> None:
    later = asked(another(request_for, 3))
    assert later == set(range(1, staff + 1))
    assert asked(replace(request_for, limits=Limits(most_waves=1))) == later
