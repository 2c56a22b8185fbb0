from datetime import date

import pytest

from pulse.domain.separation import Separation
from pulse.domain.staff_columns import Field
from pulse.domain.staff_dates import DateOrder
from pulse.domain.staff_plan import AttributeChoice, StaffPlan
from pulse.domain.staff_row import UNKNOWN_WORD, RowReader, StaffRecord

TODAY = date(2026, 3, 2)
GOOD = {
    Field.NUMBER: "7",
    Field.NAME: "Ada  Lovelace ",
    Field.EMAIL: "Ada@Example.com",
    Field.UNIT: "Sales / North",
    Field.UNIT_SINCE: "",
    Field.MANAGER: "",
    Field.HIRED_ON: "2020-01-31",
    Field.LEFT_ON: "",
    Field.SEPARATION: "Active",
    Field.REASON: "",
    Field.NOTICE_ON: "",
    Field.LOCALE: "en_gb",
    Field.TIME_ZONE: "Europe/London",
}


def read(cells=None, plan=None, **changed):
    plan = plan or StaffPlan({field: str(field) for field in GOOD})
    header = [*map(str, GOOD), "sex"]
    row = [changed.get(str(field), value) for field, value in GOOD.items()]
    orders = dict.fromkeys((Field.HIRED_ON, Field.LEFT_ON), DateOrder.DMY)
    return RowReader(plan, header, orders, TODAY).read(5, cells or [*row, "M "])


def problem(**changed):
    (found,) = read(**changed)
    assert found.line == 5
    return found.field, found.reason


def test_a_good_row_is_cleaned():
    plan = StaffPlan({f: str(f) for f in GOOD}, (AttributeChoice("sex"),))
    record = read(plan=plan)
    assert isinstance(record, StaffRecord)
    assert (record.name, record.email, record.unit) == (
        "Ada Lovelace",
        "ada@example.com",
        "Sales / North",
    )
    assert (record.locale, record.attributes, record.separation) == ("en-GB", ("M",), None)


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"number": " "}, "number", "is empty"),
        ({"name": ""}, "name", "is empty"),
        ({"unit": ""}, "unit", "is empty"),
        ({"hired_on": ""}, "hired_on", "is empty"),
        ({"name": "x" * 5000}, "name", "has 5,000 characters; at most 200 are allowed"),
        ({"number": "9" * 65}, "number", "has 65 characters; at most 64 are allowed"),
        ({"name": '=HYPERLINK("http://x","y")'}, "name", "looks like a spreadsheet formula"),
        ({"number": "=1+1"}, "number", "looks like a spreadsheet formula"),
        ({"unit": "@SUM(A1)"}, "unit", "looks like a spreadsheet formula"),
        ({"unit": "Sales / +cmd"}, "unit", "looks like a spreadsheet formula"),
        ({"name": "-2+3+cmd|"}, "name", None),
        ({"name": "Bell\x07"}, "name", "holds characters that cannot be printed"),
        ({"email": "not an address"}, "email", "is not an e-mail address"),
        ({"email": "a@b"}, "email", "is not an e-mail address"),
        ({"locale": "english please"}, "locale", "is not a language such as en or pt-BR"),
        ({"time_zone": "Mars/Base"}, "time_zone", "is not a time zone such as Europe/Berlin"),
        ({"hired_on": "2999-01-01"}, "hired_on", "is before 1930 or too far ahead"),
        ({"hired_on": "1890-01-01"}, "hired_on", "is before 1930 or too far ahead"),
        ({"hired_on": "soon"}, "hired_on", "is not a date in the order of this column"),
        ({"hired_on": "01/31/2020"}, "hired_on", "is not a date in the order of this column"),
        ({"unit": " / ".join("abcdefghijklm")}, "unit", "is deeper than 12 units or too long"),
        ({"separation": "Terminated"}, "left_on", "is empty, but the status says “Terminated”"),
        (
            {"left_on": "2021-01-01"},
            "separation",
            "says employed, but the last day is 2021-01-01",
        ),
        (
            {"left_on": "2019-01-01", "separation": ""},
            "left_on",
            "is before the day of hiring, 2020-01-31",
        ),
        (
            {"left_on": "2021-01-01", "separation": "Went fishing"},
            "separation",
            UNKNOWN_WORD,
        ),
    ],
)
def test_bad_cells_are_named_with_field_and_reason(changed, field, reason):
    if reason is None:
        assert isinstance(read(**changed), StaffRecord)
        return
    assert problem(**changed) == (field, reason)


def test_every_problem_of_a_row_is_told_at_once():
    fields = {found.field for found in read(number="", name="=x", email="no")}
    assert fields == {"number", "name", "email"}


def test_a_row_of_another_length_is_rejected():
    assert read(cells=["1", "2"])[0].reason == "the row has 2 cells, the header has 14"


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        ("Voluntarily Terminated", "attendance", Separation.VOLUNTARY),
        ("Terminated", "attendance", Separation.INVOLUNTARY),
        ("", "retiring", Separation.OTHER),
        ("Terminated", "", Separation.OTHER),
        ("", "", Separation.OTHER),
        ("Terminated for Cause", "Fatal attraction", Separation.INVOLUNTARY),
    ],
)
def test_the_status_decides_and_the_reason_helps(status, reason, kind):
    assert read(left_on="2021-01-01", separation=status, reason=reason).separation is kind


def test_words_hr_has_sorted_are_believed():
    columns = {f: str(f) for f in GOOD}
    plan = StaffPlan(columns, words={"went fishing": Separation.VOLUNTARY})
    record = read(plan=plan, left_on="2021-01-01", separation="Went  fishing!")
    assert record.separation is Separation.VOLUNTARY


def test_nothing_is_assumed_silently():
    plan = StaffPlan({f: str(f) for f in GOOD}, unknown=Separation.OTHER)
    reader = RowReader(plan, [*map(str, GOOD), "sex"], {}, TODAY)
    row = dict(GOOD) | {Field.LEFT_ON: "2021-01-01", Field.SEPARATION: ""}
    reader.read(2, [*row.values(), ""])
    reader.read(3, [*(row | {Field.SEPARATION: "Went fishing"}).values(), ""])
    reader.read(4, [*(GOOD | {Field.NOTICE_ON: "2021-01-01"}).values(), ""])
    assert sorted(reader.assumed.values()) == [1, 1, 1]


def test_someone_who_has_given_notice_is_still_active():
    record = read(left_on="2026-05-31", notice_on="2026-03-01", reason="career change")
    assert (record.left_on, record.notice_on) == (date(2026, 5, 31), date(2026, 3, 1))


@pytest.mark.parametrize("notice", ["2019-12-31", "2021-01-02"])
def test_notice_lies_within_the_employment(notice):
    fields = [p.field for p in read(left_on="2021-01-01", notice_on=notice, separation="")]
    assert fields == ["notice_on"]
