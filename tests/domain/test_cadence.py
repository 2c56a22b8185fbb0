"""On which dates a cadence falls, beside a rule that is written in another way: day by day."""

from calendar import monthrange
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.cadence import LAST, Cadence, Repeats, between, occurrences
from pulse.domain.errors import Invalid
from pulse.domain.working_days import SATURDAY_SUNDAY
from tests.support import rules

DAY = timedelta(days=1)
NINE = time(9)


def fits(cadence: Cadence, day: date) -> bool:
    """Tell whether a day is one that the rule names, looking at that day alone."""
    weekday = cadence.falls_on
    length = monthrange(day.year, day.month)[1]
    match cadence.repeats:
        case Repeats.ONCE:
            return day == cadence.starts_on
        case Repeats.WEEKS:
            first = next(
                cadence.starts_on + ahead * DAY
                for ahead in range(7)
                if (cadence.starts_on + ahead * DAY).weekday() == weekday
            )
            return (day - first).days % (7 * cadence.every) == 0
        case Repeats.MONTH_DAY:
            return day.day == min(cadence.day_of_month, length)
        case Repeats.MONTH_WEEKDAY:
            if day.weekday() != weekday:
                return False
            if cadence.week_of_month == LAST:
                return day.day + 7 > length
            return (day.day + 6) // 7 == cadence.week_of_month
    return False


def day_by_day(cadence: Cadence, until: date, weekend: frozenset[int]) -> list[date]:
    """List the dates of a cadence by going through every day of its time."""
    found: list[date] = []
    months: list[int] = []
    end = min(until, cadence.ends_on or until)
    day = cadence.starts_on
    while day <= end:
        if fits(cadence, day):
            month = day.year * 12 + day.month
            months = months or [month]
            if "month" not in cadence.repeats.value or (month - months[0]) % cadence.every == 0:
                moved = day
                while moved.weekday() in weekend:
                    moved += DAY
                found += [moved] if moved <= end else []
        day += DAY
    return found


@given(rules.cadences(), rules.weekends, st.integers(0, 900))
def test_every_date_is_one_of_the_rule_and_none_is_left_out(cadence, weekend, length) -> None:
    until = cadence.starts_on + length * DAY
    found = between(cadence, cadence.starts_on - DAY, until, weekend)
    assert list(found) == [day for day in day_by_day(cadence, until, weekend) if day <= until]


@given(rules.cadences(), rules.weekends, rules.days)
def test_dates_rise_avoid_weekends_and_never_meet(cadence, weekend, after) -> None:
    found = occurrences(cadence, after, 40, weekend)
    assert all(one < other for one, other in pairwise(found))
    assert not any(day.weekday() in weekend for day in found)
    assert all(after < day for day in found)
    assert all(cadence.starts_on <= day <= (cadence.ends_on or day) for day in found)


@given(rules.cadences(), rules.weekends, rules.days, st.integers(0, 30))
def test_it_does_not_matter_from_where_one_looks(cadence, weekend, after, number) -> None:
    """Pausing and resuming looks again from another day: nothing is doubled, nothing is lost."""
    found = occurrences(cadence, after, 31, weekend)
    if number < len(found):
        rest = occurrences(cadence, found[number], 31, weekend)
        assert found[number + 1 :] == rest[: len(found) - number - 1]


@given(rules.cadences(ends=False))
def test_each_period_has_exactly_one(cadence) -> None:
    found = occurrences(cadence, cadence.starts_on - DAY, 30)
    if cadence.repeats is Repeats.ONCE:
        assert len(found) == 1
        return
    assert len(found) == 30
    for one, other in pairwise(found):
        if cadence.repeats is Repeats.WEEKS:
            assert (other - one).days == 7 * cadence.every
        else:
            # Moving off a weekend carries the last days of a month into the next one.
            months = (other.year - one.year) * 12 + other.month - one.month
            assert abs(months - cadence.every) <= 1


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ({"repeats": Repeats.ONCE}, ["2027-01-05"]),
        ({"repeats": Repeats.WEEKS}, ["2027-01-05", "2027-01-12", "2027-01-19"]),
        ({"repeats": Repeats.WEEKS, "weekday": 0}, ["2027-01-11", "2027-01-18", "2027-01-25"]),
        ({"repeats": Repeats.WEEKS, "weekday": 5}, ["2027-01-11", "2027-01-18", "2027-01-25"]),
        (
            {"repeats": Repeats.MONTH_DAY, "day": 31},
            # The last of January 2027 and of February are Sundays.
            ["2027-02-01", "2027-03-01", "2027-03-31"],
        ),
        ({"repeats": Repeats.MONTH_DAY, "day": 4}, ["2027-02-04", "2027-03-04", "2027-04-05"]),
        ({"repeats": Repeats.MONTH_WEEKDAY}, ["2027-01-05", "2027-02-02", "2027-03-02"]),
        (
            {"repeats": Repeats.MONTH_WEEKDAY, "week": LAST, "weekday": 4, "every": 3},
            ["2027-01-29", "2027-04-30", "2027-07-30"],
        ),
    ],
)
def test_the_rules_one_by_one(rule, dates) -> None:
    cadence = Cadence(starts_on=date(2027, 1, 5), at=NINE, days=7, **rule)
    found = occurrences(cadence, date(2027, 1, 4), 3)
    assert [day.isoformat() for day in found] == dates


def test_the_day_after_which_one_looks_is_not_among_them() -> None:
    cadence = Cadence(Repeats.WEEKS, date(2027, 1, 5), NINE, 7)
    assert occurrences(cadence, date(2027, 1, 5), 1) == (date(2027, 1, 12),)
    assert occurrences(cadence, date(2027, 1, 4), 1) == (date(2027, 1, 5),)


def test_a_date_that_would_move_beyond_the_last_day_is_left_out() -> None:
    saturday = date(2027, 1, 9)
    cadence = Cadence(Repeats.WEEKS, saturday, NINE, 7, ends_on=saturday + 7 * DAY)
    assert occurrences(cadence, saturday - DAY, 5) == (date(2027, 1, 11),)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"at": time(2, 0)}, "at"),
        ({"at": time(2, 59)}, "at"),
        ({"at": time(9, 0, 1)}, "at"),
        ({"days": 0}, "days"),
        ({"days": 93}, "days"),
        ({"every": 0}, "every"),
        ({"every": 53}, "every"),
        ({"weekday": 7}, "weekday"),
        ({"day": 32}, "day"),
        ({"week": 6}, "week"),
        ({"starts_on": date(1999, 12, 31)}, "starts_on"),
        ({"ends_on": date(2027, 1, 4)}, "ends_on"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changed, field) -> None:
    right = {"repeats": Repeats.WEEKS, "starts_on": date(2027, 1, 5), "at": NINE, "days": 7}
    with pytest.raises(Invalid) as caught:
        Cadence(**(right | changed))
    assert caught.value.field == field


@pytest.mark.parametrize("at", [time(0), time(1, 59), time(3), time(23, 59)])
def test_every_other_time_of_the_day_can_be_chosen(at) -> None:
    assert Cadence(Repeats.WEEKS, date(2027, 1, 5), at, 7).at == at


def test_overlapping_waves_are_told() -> None:
    def overlaps(repeats: Repeats, days: int, every: int = 1) -> bool:
        return Cadence(repeats, date(2027, 1, 5), NINE, days, every).overlaps

    assert (overlaps(Repeats.WEEKS, 7), overlaps(Repeats.WEEKS, 8)) == (False, True)
    assert (overlaps(Repeats.MONTH_DAY, 28), overlaps(Repeats.MONTH_DAY, 29)) == (False, True)
    assert not overlaps(Repeats.ONCE, 92)
    assert not overlaps(Repeats.WEEKS, 14, 2)


def test_the_usual_weekend_is_saturday_and_sunday() -> None:
    assert {date(2027, 1, day).weekday() for day in (2, 3)} == SATURDAY_SUNDAY
