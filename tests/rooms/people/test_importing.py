from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from pulse.db import reading
from pulse.domain.errors import Invalid
from pulse.people import attributes, roster, units
from pulse.people.importing import BATCH
from pulse.people.model import Employee, EmployeeAttribute, EmploymentSpell, Unit
from tests.support.staff_file import hr_export, table
from tests.support.staff_import import SEX, TODAY, load, look

pytestmark = pytest.mark.usefixtures("app")


def spells():
    """Every spell as (number, unit, first day, first day after it, kind)."""
    with reading() as session:
        rows = session.execute(
            select(
                Employee.number,
                Unit.key,
                EmploymentSpell.starts_on,
                EmploymentSpell.ends_on,
                EmploymentSpell.separation,
            )
            .join(Employee, Employee.id == EmploymentSpell.employee_id)
            .join(Unit, Unit.id == EmploymentSpell.unit_id)
            .order_by(Employee.number, EmploymentSpell.starts_on)
        )
        return [tuple(row) for row in rows]


def everything():
    with reading() as session:
        facts = session.execute(select(Employee.__table__).order_by(Employee.id)).all()
        further = session.execute(
            select(EmployeeAttribute.__table__).order_by(
                EmployeeAttribute.employee_id, EmployeeAttribute.attribute_id
            )
        ).all()
        return facts, further, units.tree(session), spells_only(session)


def spells_only(session):
    return session.execute(select(EmploymentSpell.__table__).order_by(EmploymentSpell.id)).all()


def test_an_export_becomes_people_units_spells_and_attributes():
    report = load(hr_export(), attributes=SEX)
    assert report.counts == {"new": 311}
    with reading() as session:
        people = roster.employed_on(session, TODAY)
        assert {node.key for node in units.tree(session)} == {
            "Admin Offices",
            "IT/IS",
            "Production",
            "Sales",
            "Software Engineering",
        }
        (sex,) = attributes.listing(session)
    assert len(people) == 208
    assert {person.attributes["sex"] for person in people} == {"F", "M"}
    assert (sex.label, sex.reportable, sex.values, sex.people) == ("Sex", True, 2, 311)


def test_the_same_file_twice_changes_nothing_at_all():
    load(hr_export(), attributes=SEX)
    before = everything()
    report = load(hr_export(), TODAY + timedelta(days=40), attributes=SEX)
    assert report.changes_nothing
    assert everything() == before


def test_a_check_counts_and_writes_nothing():
    load(
        table(
            "1,Ada,A,2020-01-01,",
            "2,Ben,A,2020-01-01,",
            "3,Carla,A,2020-01-01,",
            "4,Dina,A,2020-01-01,",
            "5,Emre,A,2020-01-01,",
        )
    )
    before = everything()
    report, problems = look(
        table(
            "1,Ada,A,2020-01-01,",
            "2,Ben B.,A,2020-01-01,",
            "3,Carla,A / B,2020-01-01,",
            "4,Dina,A,2020-01-01,2026-02-01",
            "6,Femi,A,2025-01-01,",
            "7,Gita,A,2025-01-01,2024-01-01",
        )
    )
    assert report.counts == {"unchanged": 1, "changed": 1, "moved": 1, "left": 1, "new": 1}
    assert (report.rejected, report.missing) == (1, 1)
    assert report.missing_shown == (("5", "Emre"),)
    assert report.new_units == ("A / B",)
    assert [(found.line, found.field) for found in problems] == [(7, "left_on")]
    assert everything() == before


def test_one_rejected_row_keeps_everything_out():
    text = table("1,Ada,A,2020-01-01,", "2,Ben,A,2999-01-01,")
    with pytest.raises(Invalid, match="1 row is rejected, so nothing was applied"):
        load(text)
    assert everything() == ([], [], (), [])
    assert load(text, skip_rejected=True).counts == {"new": 1}


def test_a_contradiction_found_on_the_way_takes_everything_back():
    load(table("2,Ben,A,2020-01-01,"))
    load(table("2,Ben,B,2020-01-01,"), date(2022, 1, 1))
    before = everything()
    rows = [f"1{n:05},Ada,C,2020-01-01," for n in range(BATCH + 500)]
    with pytest.raises(Invalid, match="1 row is rejected"):
        load(table(*rows, "2,Ben,B,2023-01-01,"))
    assert everything() == before


def test_someone_missing_from_a_file_never_becomes_a_leaver():
    load(table("1,Ada,A,2020-01-01,", "2,Ben,A,2020-01-01,"))
    report = load(table("1,Ada,A,2020-01-01,"))
    assert report.missing_shown == (("2", "Ben"),)
    assert [ends for *_, ends, _ in spells()] == [None, None]


def test_someone_on_a_rejected_row_is_not_missing():
    load(table("1,Ada,A,2020-01-01,", "2,Ben,A,2020-01-01,"))
    report, _ = look(table("1,Ada,A,2020-01-01,", "2,=x,A,2020-01-01,"))
    assert (report.rejected, report.missing) == (1, 0)


def test_moves_leaving_and_coming_back_are_kept_with_dates():
    load(table("1,Ada,A,2020-01-01,"), date(2020, 2, 1))
    load(table("1,Ada,B,2020-01-01,"), date(2021, 5, 1))
    header = "id,name,unit,hired on,left on,termination reason"
    load(table("1,Ada,B,2020-01-01,2022-12-31,Retirement", header=header))
    load(table("1,Ada,C,2024-01-01,"))
    assert spells() == [
        ("1", "A", date(2020, 1, 1), date(2021, 5, 1), None),
        ("1", "B", date(2021, 5, 1), date(2023, 1, 1), "other"),
        ("1", "C", date(2024, 1, 1), None, None),
    ]


def test_every_row_of_a_number_used_twice_is_rejected_and_names_the_other_line():
    report, problems = look(
        table("1,Ada,A,2020-01-01,", "2,Ben,A,2020-01-01,", "1,Carla,A,2999-01-01,")
    )
    assert report.rejected == 2
    assert report.counts == {"new": 1}
    reasons = [(found.line, found.reason) for found in problems if found.field == "number"]
    assert reasons == [(2, "is on line 4 as well"), (4, "is on line 2 as well")]


HEADER = "id,name,email,unit,hired on,left on"


def test_two_people_may_not_share_an_address_while_both_are_here():
    report, problems = look(
        table(
            "1,Ada,x@pulse.test,A,2020-01-01,",
            "2,Ben,X@pulse.test,A,2020-01-01,",
            "3,Carla,c@pulse.test,A,2020-01-01,2021-01-01",
            "4,Carla,c@pulse.test,A,2022-01-01,",
            header=HEADER,
        )
    )
    assert report.rejected == 2
    assert {found.field for found in problems} == {"email"}


def test_an_address_of_somebody_outside_the_file_is_refused_and_a_swap_is_not():
    load(table("1,Ada,a@pulse.test,A,2020-01-01,", header=HEADER))
    report, (problem,) = look(table("2,Ben,a@pulse.test,A,2020-01-01,", header=HEADER))
    assert report.rejected == 1
    assert problem.reason == "is the address of employee 1, who is not in this file"
    rows = ("1,Ada,b@pulse.test,A,2020-01-01,", "2,Ben,a@pulse.test,A,2020-01-01,")
    assert load(table(*rows, header=HEADER)).counts == {"changed": 1, "new": 1}
    with reading() as session:
        found = roster.by_email(session, " A@Pulse.test ", TODAY)
    assert found is not None
    assert found.name == "Ben"


NUMBERED = "id,name,unit id,unit,parent unit id,hired on"


def test_units_by_number_hang_where_the_file_says_and_can_be_moved():
    load(table("1,Ada,10,North,1,2020-01-01", "2,Ben,1,Sales,,2020-01-01", header=NUMBERED))
    with reading() as session:
        assert [(n.key, n.name) for n in units.tree(session)] == [("1", "Sales"), ("10", "North")]
    report = load(
        table("1,Ada,10,Far North,2,2020-01-01", "2,Ben,1,Sales,,2020-01-01", header=NUMBERED)
    )
    assert report.counts == {"unchanged": 2}
    assert "1 units are named only as a parent and go by their number." in report.notices
    with reading() as session:
        tree = {node.key: node for node in units.tree(session)}
    assert tree["10"].name == "Far North"
    assert tree["10"].parent_id == tree["2"].id


def test_units_in_a_circle_are_refused():
    report, problems = look(
        table(
            "1,Ada,10,North,11,2020-01-01",
            "2,Ben,11,South,10,2020-01-01",
            "3,Carla,12,Below,10,2020-01-01",
            "4,Dina,13,Apart,,2020-01-01",
            header=NUMBERED,
        )
    )
    assert report.rejected == 3
    assert report.counts == {"new": 1}
    assert all("run in a circle" in problem.reason for problem in problems)


def test_a_circle_that_only_arises_with_what_is_stored_is_refused():
    load(table("1,Ada,10,North,11,2020-01-01", "2,Ben,11,South,,2020-01-01", header=NUMBERED))
    report, _ = look(table("2,Ben,11,South,10,2020-01-01", header=NUMBERED))
    assert report.rejected == 1


def test_managers_nobody_knows_are_counted_and_kept():
    header = "id,name,unit,hired on,manager id"
    report = load(table("1,Ada,A,2020-01-01,99", "2,Ben,A,2020-01-01,1", header=header))
    assert report.notices == ("1 rows name a manager whose number is not known here; it is kept.",)
    with reading() as session:
        assert session.scalar(select(func.count()).where(Employee.manager_number == "99")) == 1


def test_numbers_are_compared_as_they_are_written():
    rows = [f"{number},Ada,A,2020-01-01," for number in ("a", "B", "é", "10", "9", "Z-1", "ä")]
    load(table(*rows))
    report, _ = look(table(*rows))
    assert report.changes_nothing
    assert report.missing == 0
    report, _ = look(table(rows[0], rows[4]))
    assert report.missing == 5
