"""On which days people work: weekends and holidays of a country, as a plain value.

What a country keeps is in `holiday_lists`, which is loaded by name: a process that serves pages
holds no lists until somebody looks at a calendar.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib import import_module
from typing import Any

SATURDAY_SUNDAY = frozenset({5, 6})
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = timedelta(days=1)
# No country rests longer in one piece; a list that says so is wrong, and is not followed for ever.
_LONGEST_REST = 31
_LISTS = "pulse.domain.holiday_lists"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The days off of one place. Monday is 0; a week has at least one working day."""

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: Container[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("a weekend is a part of the week, and not all of it")

    def are(self, day: date) -> bool:
        """Tell whether people work on a day.

        >>> WorkingDays().are(date(2027, 1, 2)), WorkingDays().are(date(2027, 1, 4))
        (False, True)
        """
        return day.weekday() not in self.weekend and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """Give the first working day from a day on, that day being one of them.

        >>> WorkingDays(holidays={date(2027, 1, 4)}).on_or_after(date(2027, 1, 2)).isoformat()
        '2027-01-05'
        """
        days = [day + ahead * _DAY for ahead in range(_LONGEST_REST)]
        at_work = [found for found in days if self.are(found)]
        return at_work[0] if at_work else off_weekend(day, self.weekend)


Calendars = Callable[[str], WorkingDays]


def off_weekend(day: date, weekend: frozenset[int] = SATURDAY_SUNDAY) -> date:
    """Give the day, or the first one after the weekend that it falls on.

    >>> off_weekend(date(2027, 1, 2)).isoformat()
    '2027-01-04'
    """
    while day.weekday() in weekend:
        day += _DAY
    return day


def calendars(*, keep_holidays: bool) -> Calendars:
    """Give what finds the working days of a time zone's country; without holidays if not kept."""
    return _with_holidays if keep_holidays else _without_holidays


@lru_cache(maxsize=1024)
def _with_holidays(zone_name: str) -> WorkingDays:
    lists: Any = import_module(_LISTS)
    return WorkingDays(lists.weekend(zone_name), lists.holidays(zone_name))


@lru_cache(maxsize=1024)
def _without_holidays(zone_name: str) -> WorkingDays:
    lists: Any = import_module(_LISTS)
    return WorkingDays(lists.weekend(zone_name))
