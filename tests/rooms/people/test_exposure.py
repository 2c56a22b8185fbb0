from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from pulse.db import reading, transaction
from pulse.people import exposure, roster, units
from pulse.people.exposure import Window
from pulse.people.model import Employee, EmploymentSpell
from tests.support.staff_file import hr_export, table
from tests.support.staff_import import load

pytestmark = pytest.mark.usefixtures("app")
HEADER = "id,name,unit,hired on,left on,status,notice date"


def by_key(*windows):
    with reading() as session:
        keys = {node.id: node.key for node in units.tree(session)}
        found = exposure.by_unit(session, windows)
        return {(keys[one.unit_id], one.window): one for one in found}


def test_person_days_follow_a_person_through_units():
    load(table("1,Ada,A,2024-01-01,"), date(2024, 1, 1))
    load(table("1,Ada,B,2024-01-01,"), date(2024, 1, 11))
    january = Window(date(2024, 1, 1), date(2024, 2, 1))
    found = by_key(january)
    assert found["A", 0].person_days == 10
    assert found["B", 0].person_days == 21


def test_a_separation_counts_where_the_person_was_when_notice_was_given():
    load(table("1,Ada,A,2024-01-01,"), date(2024, 1, 1))
    load(table("1,Ada,B,2024-01-01,"), date(2024, 3, 1))
    row = "1,Ada,B,2024-01-01,2024-04-30,Voluntarily Terminated,2024-02-20"
    load(table(row, header=HEADER), date(2024, 5, 1))
    months = [Window(date(2024, n, 1), date(2024, n + 1, 1)) for n in range(1, 6)]
    found = by_key(*months)
    assert [key for key, one in found.items() if one.voluntary] == [("A", 1)]
    assert sum(one.person_days for one in found.values()) == 31 + 29 + 31 + 30


def test_without_notice_the_last_day_decides_and_moves_are_no_separations():
    load(table("1,Ada,A,2024-01-01,"), date(2024, 1, 1))
    row = "1,Ada,A,2024-01-01,2024-03-31,Terminated for Cause,"
    load(table(row, "2,Ben,A,2024-01-01,,Active,", header=HEADER), date(2024, 4, 1))
    load(table("2,Ben,B,2024-01-01,"), date(2024, 5, 1))
    found = by_key(Window(date(2024, 3, 1), date(2024, 4, 1)), Window(date.min, date.max))
    assert found["A", 0].involuntary == 1
    assert sum(e.voluntary + e.involuntary + e.other for (_, w), e in found.items() if w == 1) == 1


def test_the_whole_file_adds_up_to_the_days_people_were_employed():
    load(hr_export(120))
    window = Window(date(2012, 1, 1), date(2013, 1, 1))
    with reading() as session:
        total = sum(one.person_days for one in exposure.by_unit(session, [window]))
        daily = sum(
            sum(roster.headcount(session, window.starts_on + timedelta(days=n)).values())
            for n in range(366)
        )
    assert total == daily


SPELLS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 300), st.booleans(), st.integers(0, 2)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SPELLS, st.integers(0, 500), st.integers(0, 500))
def test_the_database_agrees_with_counting_day_by_day(spells, one, other):
    load(table(*(f"{n},Ada,U{n},2019-01-01," for n in range(5))))
    start = date(2020, 1, 1)
    window = Window(
        start + timedelta(days=min(one, other)), start + timedelta(days=max(one, other))
    )
    with transaction() as session:
        session.execute(delete(EmploymentSpell))
        people = session.scalars(select(Employee.id).order_by(Employee.number)).all()
        unit_ids = sorted(units.ids(session).values())
        for place, (begins, length, is_open, unit) in enumerate(spells):
            session.add(
                EmploymentSpell(
                    employee_id=people[place],
                    unit_id=unit_ids[unit],
                    starts_on=start + timedelta(days=begins),
                    ends_on=None if is_open else start + timedelta(days=begins + length),
                    separation=None if is_open else "other",
                )
            )
    with reading() as session:
        total = sum(entry.person_days for entry in exposure.by_unit(session, [window]))
    first, last = min(one, other), max(one, other)
    assert total == sum(
        max(0, (last if is_open else min(last, begins + length)) - max(first, begins))
        for begins, length, is_open, _ in spells
    )
