"""The moments of a date, in every zone of the database and over both nights of 2026 and 2027."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.cadence import Cadence, Repeats, occurrences
from pulse.domain.cadence_moment import (
    EARLIEST,
    LATEST,
    enough_left,
    sending_moment,
    span,
    within_hours,
)
from pulse.domain.working_days import WorkingDays, calendars
from tests.support import rules

ZONES = sorted(available_timezones())
ODD = (
    *("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati"),
    *("Africa/Casablanca", "Antarctica/Troll", "Pacific/Chatham", "Africa/Cairo"),
)
# The days on which somebody on earth changes clocks: Europe, America, and Australia with others.
NIGHTS = [
    date(2026, 3, 29),
    *(date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)),
    *(date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)),
    *(date(2026, 4, 5), date(2026, 10, 4), date(2027, 4, 4), date(2027, 10, 3)),
]
# Every hour in which a zone of these years changes its clocks, and two others.
HOURS = [time(hour, minute) for hour in (0, 1, 2, 3) for minute in (15, 45)] + [time(9), time(23)]
ALWAYS = WorkingDays(weekend=frozenset())
DAY = timedelta(days=1)
zones = st.sampled_from(ZONES) | st.sampled_from(ODD)


def reads(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def skipped(local: datetime, zone: str) -> bool:
    """Tell whether no clock of a zone ever shows this, by looking at every possible distance."""
    quarters = (timedelta(minutes=15) * step for step in range(-16 * 4, 16 * 4 + 1))
    return not any(
        reads((local + quarter).replace(tzinfo=UTC), zone) == local for quarter in quarters
    )


@pytest.mark.parametrize("zone", ZONES)
def test_around_every_night_each_time_is_the_one_that_was_asked_for(zone) -> None:
    for night in NIGHTS:
        for day in (night - DAY, night, night + DAY):
            for at in HOURS:
                check(day, at, zone)


def check(day: date, at: time, zone: str) -> None:
    found = sending_moment(day, at, zone, ALWAYS)
    local = datetime.combine(day, at)
    shown = reads(found, zone)
    if shown != local:
        assert skipped(local, zone)
        assert local < shown <= local + timedelta(hours=2)
    else:
        # Of a doubled time it is the earlier: an hour or half of it before, clocks show another.
        for before in (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2)):
            assert reads(found - before, zone) != local


@given(rules.days, rules.times, zones)
def test_on_any_day_it_reads_as_asked_or_was_skipped(day, at, zone) -> None:
    check(day, at, zone)


@given(rules.cadences(), zones, rules.days)
def test_nobody_is_asked_on_a_weekend_or_twice(cadence, zone, after) -> None:
    calendar = calendars(keep_holidays=False)(zone)
    found = occurrences(cadence, after, 12)
    moments = [sending_moment(day, cadence.at, zone, calendar) for day in found]
    assert all(one < other for one, other in pairwise(moments))
    assert all(reads(moment, zone).weekday() not in calendar.weekend for moment in moments)


@given(rules.cadences(), st.lists(zones, min_size=1, max_size=5), rules.days)
def test_a_wave_holds_everybodys_moment_and_all_the_days_promised(cadence, names, day) -> None:
    found = span(cadence, day, names, calendars(keep_holidays=cadence.keeps_holidays))
    begins = [
        sending_moment(day, cadence.at, name, calendars(keep_holidays=cadence.keeps_holidays)(name))
        for name in names
    ]
    assert (found.opens_at, found.last_at) == (min(begins), max(begins))
    assert found.opens_at < found.closes_at <= found.opens_at + timedelta(days=92)
    if cadence.days < 60:
        # An hour may be missing from the days, or half a day where a zone moves over the date line.
        assert found.closes_at - found.last_at >= timedelta(days=cadence.days, hours=-2)


def test_weekends_and_holidays_are_those_of_the_country_of_a_zone() -> None:
    kept, plain = calendars(keep_holidays=True), calendars(keep_holidays=False)
    nine, friday = time(9), date(2027, 1, 1)

    def there(zone: str, *, keep: bool) -> str:
        return f"{reads(sending_moment(friday, nine, zone, (kept if keep else plain)(zone)), zone)}"

    assert there("Europe/Berlin", keep=True) == "2027-01-04 09:00:00"
    assert there("Europe/Berlin", keep=False) == "2027-01-01 09:00:00"
    # Scotland's second day is not that of the whole country; New Zealand has two everywhere.
    assert there("Pacific/Auckland", keep=True) == "2027-01-05 09:00:00"
    assert there("Asia/Riyadh", keep=False) == "2027-01-03 09:00:00"
    assert there("UTC", keep=True) == "2027-01-01 09:00:00"


def test_a_skipped_hour_comes_later_and_a_doubled_one_the_first_time() -> None:
    def moment(day: date, at: time, zone: str) -> str:
        return sending_moment(day, at, zone, ALWAYS).isoformat()

    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
    assert moment(spring, time(1, 30), "Europe/London") == "2027-03-28T01:30:00+00:00"
    assert moment(autumn, time(1, 30), "Europe/London") == "2027-10-31T00:30:00+00:00"
    # Lord Howe moves its clocks by half an hour, Kathmandu never, at an odd distance.
    assert moment(date(2027, 4, 4), time(1, 45), "Australia/Lord_Howe").startswith(
        "2027-04-03T14:45"
    )
    assert moment(autumn, time(9), "Asia/Kathmandu") == "2027-10-31T03:15:00+00:00"
    # East of the date line the day begins first; Apia skipped a whole one in 2011.
    assert moment(autumn, time(9), "Pacific/Kiritimati") == "2027-10-30T19:00:00+00:00"
    assert moment(date(2011, 12, 30), time(9), "Pacific/Apia") == "2011-12-30T19:00:00+00:00"


@given(rules.moments, zones)
def test_working_hours_are_next_and_never_missed(moment, zone) -> None:
    calendar = calendars(keep_holidays=True)(zone)
    found = within_hours(moment, zone, calendar)
    local = reads(found, zone)
    assert found >= moment
    assert EARLIEST <= local.time() < LATEST
    assert calendar.are(local.date())
    assert within_hours(found, zone, calendar) == found
    # Nothing between them would have done: quarter by quarter, no hour of work is passed over.
    step = moment
    while step < found:
        there = reads(step, zone)
        assert not (EARLIEST <= there.time() < LATEST and calendar.are(there.date()))
        step += timedelta(minutes=15)


def test_half_of_the_time_must_be_left() -> None:
    cadence = Cadence(Repeats.WEEKS, date(2027, 1, 5), time(9), days=2)
    found = span(cadence, date(2027, 1, 5), ["Europe/Berlin"], calendars(keep_holidays=False))
    assert enough_left(found.opens_at, found.closes_at, found.opens_at + timedelta(hours=24))
    assert not enough_left(found.opens_at, found.closes_at, found.opens_at + timedelta(hours=25))
