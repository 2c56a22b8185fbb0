"""Properties of reminders, in every zone and over both nights on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import reminders
from pulse.domain.reminders import LEAST_GAP, LEAST_NOTICE, Fieldwork, Reminder
from pulse.domain.working_days import WorkingDays, calendars

ZONES = sorted(available_timezones())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * timedelta(minutes=1)
)
WEEKENDS = st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()])
HOLIDAYS = st.sets(st.dates(date(2026, 1, 1), date(2028, 6, 1)), max_size=40)
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)


@st.composite
def waves(draw) -> Fieldwork:
    opens = draw(MOMENTS)
    invited = opens + draw(st.integers(0, 60)) * HOUR
    return Fieldwork(opens, invited, opens + draw(st.integers(1, 92 * 24)) * HOUR)


@given(waves(), st.sampled_from(ZONES), WEEKENDS, HOLIDAYS)
def test_reminders_are_few_far_apart_and_at_work(wave, zone, weekend, holidays) -> None:
    calendar = WorkingDays(weekend, holidays)
    found = reminders.windows(wave, zone, calendar)
    assert [window.reminder for window in found] == sorted({one.reminder for one in found})
    before = wave.invited_at
    for window in found:
        there = window.begins.astimezone(ZoneInfo(zone))
        assert time(9) <= there.time() < time(17)
        assert calendar.are(there.date())
        assert window.begins >= before + LEAST_GAP
        assert window.begins < window.ends <= wave.closes_at - LEAST_NOTICE
        assert reminders.is_due(window, window.begins, zone, calendar)
        before = window.ends


@given(waves(), st.sampled_from(ZONES), WEEKENDS, HOLIDAYS, st.integers(0, 95 * 24))
def test_whenever_it_is_looked_at_nobody_is_reminded_off_work(
    wave, zone, weekend, holidays, hours
) -> None:
    calendar = WorkingDays(weekend, holidays)
    now = wave.opens_at + hours * HOUR
    for window in reminders.windows(wave, zone, calendar):
        if reminders.is_due(window, now, zone, calendar):
            there = now.astimezone(ZoneInfo(zone))
            assert time(9) <= there.time() < time(17)
            assert calendar.are(there.date())
            assert wave.invited_at + LEAST_GAP <= now < wave.closes_at - LEAST_NOTICE


@pytest.mark.parametrize("days", [7, 10, 14, 28])
def test_a_wave_of_a_week_or_more_has_both_on_whatever_day_it_opens(days) -> None:
    for start in range(5):
        opens = MONDAY + start * DAY
        wave = Fieldwork(opens, opens, opens + days * DAY)
        found = reminders.windows(wave, "Europe/London", WorkingDays())
        assert [window.reminder for window in found] == list(Reminder), start


@pytest.mark.parametrize("days", [1, 2])
def test_a_wave_of_a_day_has_none_and_of_two_has_one(days) -> None:
    wave = Fieldwork(MONDAY, MONDAY, MONDAY + days * DAY)
    found = reminders.windows(wave, "Europe/London", WorkingDays())
    assert len(found) == days - 1


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28)])
def test_hours_are_those_of_the_clocks_on_the_wall(night) -> None:
    """The last morning is the day after the clocks changed."""
    calendar = WorkingDays()
    opens = datetime.combine(night - 6 * DAY, time(7), UTC)
    wave = Fieldwork(opens, opens, datetime.combine(night + DAY, time(18), UTC))
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe"):
        last = reminders.windows(wave, zone, calendar)[-1]
        assert last.begins.astimezone(ZoneInfo(zone)).time() == time(9)


def test_a_worker_that_slept_reminds_late_but_not_at_the_end() -> None:
    calendar = WorkingDays()
    half, last = reminders.windows(
        Fieldwork(MONDAY, MONDAY, MONDAY + 14 * DAY), "Europe/London", calendar
    )
    assert reminders.is_due(half, half.begins + DAY, "Europe/London", calendar)
    assert not reminders.is_due(half, last.begins, "Europe/London", calendar)
    assert not reminders.is_due(last, MONDAY + 14 * DAY - HOUR, "Europe/London", calendar)


def test_holidays_of_the_country_are_kept() -> None:
    """The last working day before Tuesday 28 December 2027 in England is Friday the 24th."""
    opens = datetime(2027, 12, 14, 9, tzinfo=UTC)
    wave = Fieldwork(opens, opens, datetime(2027, 12, 28, 12, tzinfo=UTC))
    last = reminders.windows(wave, "Europe/London", calendars(keep_holidays=True)("Europe/London"))
    assert last[-1].begins == datetime(2027, 12, 24, 9, tzinfo=UTC)
