"""At which moment each person is asked: the same local time everywhere, on a working day there.

    occurrence ──► next working day in the person's country ──► that time on the person's clocks

A wave opens with the first of these moments and closes so late that nobody has less than the days
that were promised. A skipped time comes as much later as the clocks skip; of a doubled one the
earlier is taken (`local_time`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pulse.domain import local_time
from pulse.domain.cadence import MOST_DAYS, Cadence
from pulse.domain.working_days import Calendars, WorkingDays

EARLIEST, LATEST = time(9), time(17)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The moments of one occurrence: the first and the last person asked, and the end of it."""

    opens_at: datetime
    last_at: datetime
    closes_at: datetime


def sending_day(on: date, calendar: WorkingDays) -> date:
    """Give the day on which somebody with this calendar is asked."""
    return calendar.on_or_after(on)


def sending_moment(on: date, at: time, zone_name: str, calendar: WorkingDays) -> datetime:
    """Give the moment at which somebody in a zone is asked for an occurrence.

    >>> friday = date(2027, 1, 8)
    >>> sending_moment(friday, time(9), "Asia/Tokyo", WorkingDays()).isoformat()
    '2027-01-08T00:00:00+00:00'
    >>> sending_moment(friday, time(9), "Asia/Riyadh", WorkingDays(frozenset({4, 5}))).isoformat()
    '2027-01-10T06:00:00+00:00'
    """
    there = sending_day(on, calendar)
    return local_time.moment_or_later(datetime.combine(there, at), zone_name)


def span(cadence: Cadence, on: date, zones: Iterable[str], calendars: Calendars) -> Span:
    """Give the moments of an occurrence over the zones of everybody asked, one zone at least.

    It closes at the same local time, in the zone where that is latest; never later than a wave
    may be open.
    """
    begins, ends = [], []
    for name in zones:
        calendar = calendars(name)
        begins.append(sending_moment(on, cadence.at, name, calendar))
        last_day = sending_day(on, calendar) + cadence.days * _DAY
        ends.append(local_time.moment_or_later(datetime.combine(last_day, cadence.at), name))
    opens_at = min(begins)
    return Span(opens_at, max(begins), min(max(ends), opens_at + MOST_DAYS * _DAY))


def enough_left(opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Tell whether a wave may still be opened: at least half of its time is to come.

    >>> from datetime import UTC
    >>> monday, friday = datetime(2027, 1, 4, tzinfo=UTC), datetime(2027, 1, 8, tzinfo=UTC)
    >>> [enough_left(monday, friday, monday + days * _DAY) for days in (0, 2, 3)]
    [True, True, False]
    """
    return now <= opens_at + (closes_at - opens_at) / 2


def within_hours(
    moment: datetime,
    zone_name: str,
    calendar: WorkingDays,
    earliest: time = EARLIEST,
    latest: time = LATEST,
) -> datetime:
    """Give the first moment from `moment` on at which a person in a zone is at work.

    From `earliest` to before `latest` on the person's clocks, on a working day there. Both are
    times of the day at which no zone changes its clocks.

    >>> from datetime import UTC
    >>> evening = datetime(2027, 1, 8, 20, 0, tzinfo=UTC)
    >>> within_hours(evening, "Europe/London", WorkingDays()).isoformat()
    '2027-01-11T09:00:00+00:00'
    """
    local = moment.astimezone(local_time.zone(zone_name))
    today = local.date()
    if calendar.are(today) and local.time() < latest:
        return max(moment, _at(today, earliest, zone_name))
    return _at(calendar.on_or_after(today + _DAY), earliest, zone_name)


def _at(day: date, at: time, zone_name: str) -> datetime:
    return local_time.moment_or_later(datetime.combine(day, at), zone_name)
