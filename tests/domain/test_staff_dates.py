from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.staff_dates import DateOrder, acceptable, evidence_of, parse

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2024-01-31", None),
        ("2024/1/31", None),
        ("20240131", None),
        ("2024-01-31T00:00:00", None),
        ("2024-01-31 08:30", None),
        ("31.01.2024", DateOrder.DMY),
        ("31/01/24", DateOrder.DMY),
        ("1/31/2024", DateOrder.MDY),
        ("01-31-2024", DateOrder.MDY),
        ("31 Jan 2024", None),
        ("31-Jan-2024", None),
        ("January 31, 2024", None),
    ],
)
def test_many_ways_to_write_one_day(text, order):
    assert parse(text, order, TODAY) == date(2024, 1, 31)


@pytest.mark.parametrize("text", ["", "yesterday", "31.02.2024", "2024-13-01", "1/2-2024", "45292"])
def test_what_is_no_date_is_none(text):
    assert parse(text, DateOrder.DMY, TODAY) is None


def test_the_century_of_a_short_year_is_the_only_one_a_staff_file_may_name():
    assert parse("1/1/28", DateOrder.DMY, TODAY) == date(2028, 1, 1)
    assert parse("1/1/31", DateOrder.DMY, TODAY) == date(1931, 1, 1)


@given(st.dates(date(1930, 1, 1), date(2026, 12, 31)), st.sampled_from(DateOrder))
def test_short_years_lose_nothing(day, order):
    pattern = "%d/%m/%y" if order is DateOrder.DMY else "%m/%d/%y"
    assert parse(day.strftime(pattern), order, TODAY) == day


@given(st.lists(st.dates(date(1950, 1, 1), date(2026, 1, 1)), min_size=1))
def test_a_column_never_settles_on_the_wrong_order(days):
    evidence = evidence_of(day.strftime("%m/%d/%Y") for day in days)
    assert evidence.order in (None, DateOrder.MDY)
    if evidence.order is None and not evidence.ambiguous:
        assert all(parse(day.strftime("%m/%d/%Y"), None, TODAY) == day for day in days)


def test_a_column_that_contradicts_itself_is_ambiguous():
    assert evidence_of(["25/01/2020", "01/25/2020"]).ambiguous


def test_dots_are_european_unless_a_row_says_otherwise():
    assert evidence_of(["01.02.2020"]).order is DateOrder.DMY
    assert evidence_of(["01.02.2020", "01.31.2020"]).order is DateOrder.MDY


def test_iso_columns_need_no_order():
    evidence = evidence_of(["2020-01-02", ""])
    assert evidence.order is None
    assert not evidence.ambiguous


def test_limits_of_acceptable_days():
    assert not acceptable(date(1929, 12, 31), TODAY)
    assert acceptable(date(1930, 1, 1), TODAY)
    assert acceptable(date(2028, 3, 2), TODAY)
    assert not acceptable(date(2028, 3, 3), TODAY)
    assert not acceptable(date(2999, 1, 1), date(2024, 2, 29))
