"""How much is asked of one person: mails a month, and the busiest 28 days.

People are not looked at one by one: whoever is in the same surveys has the same load.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pulse.domain.cadence_words import short

# What anybody gets at most in any so many days before HR is warned. A weekly pulse with both
# reminders is twelve mails in four weeks, and is just not too much.
WINDOW_DAYS = 28
MOST_SURVEYS = 2
MOST_MAILS = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ask:
    """One wave as its people see it: invited on a day, and reminded twice at most."""

    survey: int
    on: date
    days: int

    @property
    def mail_days(self) -> tuple[date, ...]:
        """The days of the mails: at once, at half time, and on the last day.

        >>> [day.day for day in Ask(1, date(2027, 1, 5), 7).mail_days]
        [5, 8, 11]
        """
        return (self.on, self.on + self.days // 2 * _DAY, self.on + (self.days - 1) * _DAY)


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody in certain surveys gets: mails by month, and the most in any 28 days."""

    months: Mapping[tuple[int, int], int]
    most_mails: int
    most_surveys: int
    busiest_from: date | None

    @property
    def too_many_surveys(self) -> bool:
        """Whether more surveys meet in 28 days than anybody should be asked."""
        return self.most_surveys > MOST_SURVEYS

    @property
    def too_many_mails(self) -> bool:
        """Whether more mails meet in 28 days than anybody should get."""
        return self.most_mails > MOST_MAILS

    @property
    def too_much(self) -> bool:
        """Whether HR should ask less of these people."""
        return self.too_many_surveys or self.too_many_mails

    @property
    def words(self) -> str:
        """The busiest days as a clause."""
        mails = f"{self.most_mails} mail{'s' if self.most_mails != 1 else ''}"
        surveys = f"{self.most_surveys} survey{'s' if self.most_surveys != 1 else ''}"
        begins = f" from {short(self.busiest_from)}" if self.busiest_from else ""
        return f"up to {mails} of {surveys} in the {WINDOW_DAYS} days{begins}"


def load(asks: Iterable[Ask]) -> Load:
    """Work out the load of somebody who is in all of these waves."""
    mails = sorted((day, ask.survey) for ask in asks for day in ask.mail_days)
    months = Counter((day.year, day.month) for day, _ in mails)
    windows = [_window(mails, first) for first in range(len(mails))]
    if not windows:
        return Load({}, 0, 0, None)
    # What is said of the busiest days is true of one stretch of them: too many surveys come first.
    mails_there, surveys_there, begins = max(
        windows, key=lambda found: (found[1] > MOST_SURVEYS, found[0], found[1])
    )
    return Load(dict(sorted(months.items())), mails_there, surveys_there, begins)


def _window(mails: list[tuple[date, int]], first: int) -> tuple[int, int, date]:
    """Count the mails and surveys of the days that begin with a mail, and say which day that is."""
    begins = mails[first][0]
    end = bisect_left(mails, (begins + WINDOW_DAYS * _DAY, 0), first)
    inside = [survey for _, survey in mails[first:end]]
    return len(inside), len(set(inside)), begins
