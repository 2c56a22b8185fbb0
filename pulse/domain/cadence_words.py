"""A cadence as one sentence that HR reads before saying yes."""

from datetime import date

from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.working_days import DAYS

WEEKS_OF_MONTH = ("first", "second", "third", "fourth", "last")
_ORDINALS = {2: "second", 3: "third", 4: "fourth"}
_LONGEST_MONTH, _SHORTEST_MONTH = 31, 28
_TEENS = range(11, 14)


def sentence(cadence: Cadence) -> str:
    """Say when a survey is asked.

    >>> from datetime import time
    >>> sentence(Cadence(Repeats.WEEKS, date(2027, 1, 5), time(9), days=7, every=2))
    "Every second Tuesday at 09:00 in each person's own zone, open 7 days, from 5 Jan 2027."
    """
    days = f"{cadence.days} day{'s' if cadence.days > 1 else ''}"
    parts = [f"{_rule(cadence)} at {cadence.at:%H:%M} in each person's own zone", f"open {days}"]
    if cadence.repeats is not Repeats.ONCE:
        until = f" until {short(cadence.ends_on)}" if cadence.ends_on else ""
        parts.append(f"from {short(cadence.starts_on)}{until}")
    return ", ".join(parts) + "."


def short(day: date) -> str:
    """Write a date as people read it.

    >>> short(date(2027, 1, 5))
    '5 Jan 2027'
    """
    return f"{day.day} {day:%b %Y}"


def _rule(cadence: Cadence) -> str:
    if cadence.repeats is Repeats.ONCE:
        return f"Once, on {cadence.starts_on:%a} {short(cadence.starts_on)},"
    weekday = DAYS[cadence.falls_on]
    if cadence.repeats is Repeats.WEEKS:
        return _weeks(cadence.every, weekday)
    month = "each month" if cadence.every == 1 else f"every {_nth(cadence.every)} month"
    if cadence.repeats is Repeats.MONTH_WEEKDAY:
        return f"On the {WEEKS_OF_MONTH[cadence.week_of_month - 1]} {weekday} of {month}"
    return f"On the {_day(cadence.day_of_month)} of {month}"


def _weeks(every: int, weekday: str) -> str:
    return f"Every {weekday}" if every == 1 else f"Every {_nth(every)} {weekday}"


def _day(day: int) -> str:
    if day == _LONGEST_MONTH:
        return "last day"
    return f"{_suffixed(day)} (or the last day)" if day > _SHORTEST_MONTH else _suffixed(day)


def _nth(number: int) -> str:
    return _ORDINALS.get(number) or _suffixed(number)


def _suffixed(number: int) -> str:
    """Write a number as a place in a row.

    >>> [_suffixed(number) for number in (1, 12, 22, 30)]
    ['1st', '12th', '22nd', '30th']
    """
    if number % 100 in _TEENS:
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"
