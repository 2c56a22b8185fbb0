"""The cadence of a survey: on which local dates its waves fall.

    rule + first day ──► dates as the rule names them ──► moved off the weekend ──► occurrences

A date is a date everywhere: people in every zone are asked on it, each at the same time on their
own clocks (`cadence_moment`).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import count, islice, takewhile

from pulse.domain.errors import Invalid
from pulse.domain.working_days import SATURDAY_SUNDAY, off_weekend

MOST_DAYS = 92
MOST_WEEKS = 52
MOST_MONTHS = 12
LAST = 5
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
# In most zones that change their clocks, this is the hour that is skipped in spring.
_REFUSED = (time(2), time(3))
_WEEK = 7
_YEAR = 12


class Repeats(StrEnum):
    """By which rule the dates follow one another."""

    ONCE = "once"
    WEEKS = "weeks"
    MONTH_DAY = "month_day"
    MONTH_WEEKDAY = "month_weekday"


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a survey is asked: the rule, from when until when, at what time, for how long.

    `every` counts weeks or months. `weekday` (Monday is 0), `day` of the month and `week` of the
    month (1 to 4, `LAST`) are read where the rule needs them; None takes them from the first day.
    Raises Invalid with the field at fault.
    """

    repeats: Repeats
    starts_on: date
    at: time
    days: int
    every: int = 1
    weekday: int | None = None
    day: int | None = None
    week: int | None = None
    ends_on: date | None = None
    keeps_holidays: bool = True

    def __post_init__(self) -> None:
        _check_rule(self)
        _check_time(self.at)
        _check_days(self)

    @property
    def falls_on(self) -> int:
        """The weekday that the rule names, or that of the first day."""
        return self.starts_on.weekday() if self.weekday is None else self.weekday

    @property
    def day_of_month(self) -> int:
        """The day of the month that the rule names, or that of the first day."""
        return self.day or self.starts_on.day

    @property
    def week_of_month(self) -> int:
        """Which such weekday of the month the rule names, or the one that the first day is."""
        return self.week or min((self.starts_on.day - 1) // _WEEK + 1, LAST)

    @property
    def overlaps(self) -> bool:
        """Whether a wave may still be open when the next one opens."""
        if self.repeats is Repeats.ONCE:
            return False
        # The shortest distance of two dates; a month has at least four weeks.
        weeks = 1 if self.repeats is Repeats.WEEKS else 4
        return self.days > weeks * _WEEK * self.every


def occurrences(
    cadence: Cadence, after: date, number: int, weekend: frozenset[int] = SATURDAY_SUNDAY
) -> tuple[date, ...]:
    """Give the next dates after a day, that day not being one of them; fewer where it ends.

    >>> start = date(2027, 1, 5)
    >>> rule = Cadence(Repeats.WEEKS, start, time(9), days=7, every=2)
    >>> [day.isoformat() for day in occurrences(rule, start, 2)]
    ['2027-01-19', '2027-02-02']
    """
    return tuple(islice(_following(cadence, after, weekend), number))


def between(
    cadence: Cadence, after: date, until: date, weekend: frozenset[int] = SATURDAY_SUNDAY
) -> tuple[date, ...]:
    """Give all dates after one day and until another, the latter included."""
    return tuple(takewhile(lambda day: day <= until, _following(cadence, after, weekend)))


def _following(cadence: Cadence, after: date, weekend: frozenset[int]) -> Iterator[date]:
    """Give the occurrences after a day. No weekend is as long as the rule's shortest step."""
    last = min(cadence.ends_on or LAST_DAY, LAST_DAY)
    for named in takewhile(lambda day: day <= last, _named(cadence, after)):
        moved = off_weekend(named, weekend)
        if after < moved <= last:
            yield moved


def _named(cadence: Cadence, after: date) -> Iterator[date]:
    """Give the dates that the rule names, from a little before `after` on, without an end."""
    if cadence.repeats is Repeats.ONCE:
        yield cadence.starts_on
    elif cadence.repeats is Repeats.WEEKS:
        to_first = (cadence.falls_on - cadence.starts_on.weekday()) % _WEEK
        first, step = cadence.starts_on + timedelta(days=to_first), _WEEK * cadence.every
        skipped = max(0, (after - first).days // step - 1)
        yield from (first + timedelta(days=number * step) for number in count(skipped))
    else:
        month = _month(cadence.starts_on)
        first_month = month if _in_month(cadence, month) >= cadence.starts_on else month + 1
        skipped = max(0, (_month(after) - first_month) // cadence.every - 1)
        yield from (
            _in_month(cadence, first_month + number * cadence.every) for number in count(skipped)
        )


def _month(day: date) -> int:
    return day.year * _YEAR + day.month - 1


def _in_month(cadence: Cadence, month: int) -> date:
    """Give the date of the rule in a month, counted from the year 0."""
    year, place = divmod(month, _YEAR)
    length = monthrange(year, place + 1)[1]
    if cadence.repeats is Repeats.MONTH_DAY:
        return date(year, place + 1, min(cadence.day_of_month, length))
    first = 1 + (cadence.falls_on - date(year, place + 1, 1).weekday()) % _WEEK
    fitting = range(first, length + 1, _WEEK)
    return date(year, place + 1, fitting[min(cadence.week_of_month, len(fitting)) - 1])


def _check_rule(cadence: Cadence) -> None:
    weeks = cadence.repeats is Repeats.WEEKS
    most, what = (MOST_WEEKS, "weeks") if weeks else (MOST_MONTHS, "months")
    _check("every", cadence.every, range(1, most + 1), f"Choose from 1 to {most} {what}.")
    _check("weekday", cadence.weekday, range(_WEEK), "Choose a day of the week.")
    _check("day", cadence.day, range(1, 32), "Choose a day of the month, from 1 to 31.")
    _check("week", cadence.week, range(1, LAST + 1), "Choose the first to fourth, or the last.")


def _check_time(at: time) -> None:
    if at.tzinfo or at.second or at.microsecond:
        raise Invalid("Give hours and minutes; each person's own zone is added later.", "at")
    if _REFUSED[0] <= at < _REFUSED[1]:
        raise Invalid(
            "Between 02:00 and 03:00 clocks are changed: twice a year that hour is missing or "
            "comes twice. Choose another time.",
            "at",
        )


def _check_days(cadence: Cadence) -> None:
    lengths = range(1, MOST_DAYS + 1)
    _check("days", cadence.days, lengths, f"A wave is open for 1 to {MOST_DAYS} days.")
    if not FIRST_DAY <= cadence.starts_on <= LAST_DAY:
        raise Invalid(f"Choose a day from {FIRST_DAY.year} to {LAST_DAY.year}.", "starts_on")
    if cadence.ends_on and cadence.ends_on < cadence.starts_on:
        raise Invalid("The last day cannot come before the first.", "ends_on")


def _check(field: str, value: int | None, fitting: range, words: str) -> None:
    if value is not None and value not in fitting:
        raise Invalid(words, field)
