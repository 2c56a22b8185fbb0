"""When people are reminded of an open wave: twice at most, at work, and never close together.

    invited ──► half of the time is over: whoever has not started
            ──► the last working morning before closing: everybody, since nobody knows who finished

A mail that would follow another within a day is left out, so a wave of a day or two has none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from pulse.domain import cadence_moment, local_time
from pulse.domain.working_days import WorkingDays

# Between any two mails of a wave, and between the last of them and the closing.
LEAST_GAP = timedelta(hours=20)
LEAST_NOTICE = timedelta(hours=4)
# For how long a reminder can be sent at least, so that a worker finds the time for it.
LEAST_ROOM = timedelta(hours=1)
_DAY = timedelta(days=1)
# No wave is open for longer.
_MOST_DAYS = 93


class Reminder(IntEnum):
    """The two reminders of a wave; the number is that of the message."""

    HALF_TIME = 1
    LAST = 2


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """The open period of a wave as one person sees it: when they were asked, when it closes."""

    opens_at: datetime
    invited_at: datetime
    closes_at: datetime

    @property
    def half(self) -> datetime:
        """The middle of the wave's open period."""
        return self.opens_at + (self.closes_at - self.opens_at) / 2


@dataclass(frozen=True, slots=True)
class Window:
    """A reminder, and the moments from which and before which it may be sent."""

    reminder: Reminder
    begins: datetime
    ends: datetime


def windows(fieldwork: Fieldwork, zone_name: str, calendar: WorkingDays) -> tuple[Window, ...]:
    """Give the reminders of a person in a zone, in order; none, one or both.

    >>> from datetime import UTC
    >>> monday = datetime(2027, 1, 4, 9, tzinfo=UTC)
    >>> week = Fieldwork(monday, monday, monday + 7 * _DAY)
    >>> [f"{found.begins:%a %H:%M}" for found in windows(week, "Europe/London", WorkingDays())]
    ['Thu 09:00', 'Fri 09:00']
    """
    ends = fieldwork.closes_at - LEAST_NOTICE
    last = _last_morning(ends - LEAST_ROOM, zone_name, calendar)
    half = _at_work(fieldwork.half, zone_name, calendar)
    found = []
    if half + LEAST_ROOM + LEAST_GAP <= last and half >= fieldwork.invited_at + LEAST_GAP:
        found.append(Window(Reminder.HALF_TIME, half, last - LEAST_GAP))
    if last >= fieldwork.invited_at + LEAST_GAP:
        found.append(Window(Reminder.LAST, last, ends))
    return tuple(found)


def is_due(window: Window, now: datetime, zone_name: str, calendar: WorkingDays) -> bool:
    """Tell whether a reminder may go out at this very moment to a person in a zone.

    One that was missed, because no worker ran, goes at the next hour of work in its window.
    """
    at_work = cadence_moment.within_hours(now, zone_name, calendar) == now
    return at_work and window.begins <= now < window.ends


def _at_work(moment: datetime, zone_name: str, calendar: WorkingDays) -> datetime:
    """Give a moment of work, or the working morning before it where nobody is at work then.

    Earlier and not later: what is put off meets the last reminder.
    """
    if cadence_moment.within_hours(moment, zone_name, calendar) == moment:
        return moment
    return _last_morning(moment, zone_name, calendar)


def _last_morning(before: datetime, zone_name: str, calendar: WorkingDays) -> datetime:
    """Give the last beginning of a working day that is not after a moment."""
    day = before.astimezone(local_time.zone(zone_name)).date()
    for back in range(_MOST_DAYS):
        found = day - back * _DAY
        begins = datetime.combine(found, cadence_moment.EARLIEST)
        morning = local_time.moment_or_later(begins, zone_name)
        if calendar.are(found) and morning <= before:
            return morning
    return before - _MOST_DAYS * _DAY
