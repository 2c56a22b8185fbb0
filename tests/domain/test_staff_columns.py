import pytest

from pulse.domain.errors import Invalid
from pulse.domain.separation import Separation
from pulse.domain.staff_columns import Field, fingerprint, guess, lacking
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from tests.support.staff_file import HEADER


def test_the_common_export_is_mapped_without_help():
    assert guess(HEADER) == {
        Field.NUMBER: "EmpID",
        Field.NAME: "Employee_Name",
        Field.UNIT: "Department",
        Field.MANAGER: "ManagerID",
        Field.HIRED_ON: "DateofHire",
        Field.LEFT_ON: "DateofTermination",
        Field.SEPARATION: "EmploymentStatus",
        Field.REASON: "TermReason",
    }


@pytest.mark.parametrize(
    "header",
    [
        ["Employee ID", "Worker", "Supervisory Organization", "Hire Date", "Termination Date"],
        ["Employee #", "First Name", "Last Name", "Department", "Hire Date", "Work Email"],
        ["Personnel number", "Full Name", "Org.Unit Text", "Entry Date", "Last Working Day"],
        ["Personalnummer", "Vorname", "Nachname", "Abteilung", "Eintrittsdatum"],
        ["User ID", "Display Name", "Division", "Original Hire Date", "Time Zone", "Locale"],
        ["Pernr", "Formatted Name", "Orgeh", "Parent Org Unit", "Company Entry Date"],
    ],
)
def test_names_of_other_systems_suffice(header):
    assert lacking(guess(header)) == ()


def test_a_number_of_a_unit_is_only_used_together_with_the_one_above():
    assert Field.UNIT_ID not in guess(["DeptID", "Department"])
    found = guess(["Unit ID", "Unit", "Parent Unit ID"])
    assert found[Field.UNIT_ID] == "Unit ID"
    assert found[Field.UNIT_PARENT] == "Parent Unit ID"


def test_a_header_is_recognised_in_any_order_and_spelling():
    assert fingerprint(["Emp ID", "Name"]) == fingerprint(["NAME", "emp_id"])
    assert fingerprint(["Emp ID", "Name"]) != fingerprint(["Emp ID", "Name", "Sex"])


COMPLETE = {
    Field.NUMBER: "a",
    Field.NAME: "b",
    Field.UNIT: "c",
    Field.HIRED_ON: "d",
}


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (StaffPlan({}), "No column is chosen for: Employee number, Full name"),
        (StaffPlan({**COMPLETE, Field.EMAIL: "x"}), "no column “x”"),
        (StaffPlan({**COMPLETE, Field.EMAIL: "a"}), "chosen for both"),
        (StaffPlan(COMPLETE, (AttributeChoice("E E"), AttributeChoice("e-e"))), "same name"),
        (StaffPlan(COMPLETE, (AttributeChoice("z"),)), "no column “z”"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(plan, message):
    with pytest.raises(Invalid, match=message):
        plan.check(["a", "b", "c", "d", "E E", "e-e"])


def test_a_plan_survives_being_remembered():
    plan = StaffPlan(
        COMPLETE,
        (AttributeChoice("e", reportable=True),),
        DateOrder.MDY,
        {"moved to the moon": Separation.VOLUNTARY},
        Separation.OTHER,
    )
    assert StaffPlan.from_json(plan.to_json()) == plan
    assert StaffPlan.from_json(StaffPlan(COMPLETE).to_json()) == StaffPlan(COMPLETE)
