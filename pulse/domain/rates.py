"""Separation rates and their time windows; the formulas, with no statistics library.

Two rates of the same separations have different meanings, so each has its own name here and on
the page: per 100 person-years (a rate of time) and per 100 of the average headcount (as most
published figures are). Intervals of rates need a library and live in `pulse.churn.intervals`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from statistics import NormalDist

from pulse.domain.exposure import Window

DAYS_PER_YEAR = 365.25
PERIOD = timedelta(weeks=4)
PERIODS_PER_YEAR = 13
# Fewer leavers than this never stand beside sentiment.
LEAVER_FLOOR = 5
# A rate of a single unit rests on at least this much time.
SMALLEST_EXPOSURE = 10.0
# Fewer units make no funnel.
FEWEST_UNITS = 5
# Any Monday will do; a fixed one gives every run the same periods.
_GRID = date(2001, 1, 1)
_WIDTHS = (1, 2, 3, 6, PERIODS_PER_YEAR)
# The share of windows that a width has to fill, so that one quiet month widens nothing.
MOST_WINDOWS = 0.8
# One gap alone in a known total is no gap.
_FEWEST_GAPS = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """A range that holds the true value 95 times in 100 such ranges."""

    low: float
    high: float


def person_years(person_days: int) -> float:
    """Give exposure in years of 365.25 days.

    >>> person_years(1461)
    4.0
    """
    return person_days / DAYS_PER_YEAR


def per_100_person_years(separations: int, person_days: int) -> float:
    """Give the rate of time. Being per year, it is annual for a window of any length.

    >>> round(per_100_person_years(3, 7305), 3)
    15.0
    """
    return 100 * separations / person_years(person_days)


def average_headcount(person_days: int, window: Window) -> float:
    """Give the mean number of people employed on a day of the window.

    >>> average_headcount(280, Window(date(2024, 1, 1), date(2024, 1, 29)))
    10.0
    """
    return person_days / (window.ends_on - window.starts_on).days


def per_100_headcount(separations: int, person_days: int, window: Window) -> float:
    """Give the rate as most published figures are: for the window itself, not for a year.

    >>> per_100_headcount(1, 280, Window(date(2024, 1, 1), date(2024, 1, 29)))
    10.0
    """
    return 100 * separations / average_headcount(person_days, window)


def period_end(day: date) -> date:
    """Give the last boundary between four-week periods that is not after `day`.

    >>> period_end(date(2001, 1, 28)), period_end(date(2001, 1, 29))
    (datetime.date(2001, 1, 1), datetime.date(2001, 1, 29))
    """
    return day - (day - _GRID) % PERIOD


def periods(first: date, last: date) -> tuple[Window, ...]:
    """Give the whole four-week periods from the one that holds `first` up to `last`."""
    start, end = period_end(first), period_end(last)
    count = max(0, (end - start) // PERIOD)
    return tuple(Window(start + PERIOD * at, start + PERIOD * (at + 1)) for at in range(count))


def periods_per_window(leavers: Sequence[int], since: int = 0) -> int:
    """Choose how many periods make a window: the fewest so that most have leavers to the floor.

    Only windows that reach the period `since` count, the one of the first wave. Those below the
    floor stay empty, and where even a year is too short, a year it is. One width for the whole
    line, since a width for each window would hide the quiet ones.

    >>> periods_per_window([6, 5, 9, 5, 0]), periods_per_window([6, 4, 9, 1])
    (1, 2)
    >>> periods_per_window([0, 0, 0, 6, 6], since=3), periods_per_window([0] * 9)
    (1, 13)
    """
    for width in _WIDTHS:
        groups = window_groups(len(leavers), width)
        sums = [sum(leavers[at] for at in group) for group in groups if group[-1] >= since]
        reached = sum(total >= LEAVER_FLOOR for total in sums)
        if sums and reached >= MOST_WINDOWS * len(sums):
            return width
    return PERIODS_PER_YEAR


def kept_back(leavers: Sequence[int], totalled: Sequence[int | None], floor: int) -> frozenset[int]:
    """Name the windows whose count is not shown: those below the floor, and some to cover them.

    `totalled` gives for each window how many of its leavers are part of a total known from
    elsewhere, or None. A gap in there could be had by subtraction, so the smallest further
    windows go too, until the gaps are two or more and hold leavers to the floor together.

    >>> sorted(kept_back([9, 2, 7, 6], [9, 2, 7, 6], 5)), sorted(kept_back([9, 2, 3], [9, 2, 3], 5))
    ([1, 3], [1, 2])
    >>> sorted(kept_back([9, 2, 7, 6], [None, None, 7, 6], 5))
    [1]
    """
    hidden = {at for at, count in enumerate(leavers) if count < floor}
    known = {at: count for at, count in enumerate(totalled) if count is not None}
    gaps = hidden & known.keys()
    for at in sorted(known.keys() - hidden, key=lambda at: (known[at], at)):
        enough = len(gaps) >= _FEWEST_GAPS and sum(known[gap] for gap in gaps) >= floor
        if not gaps or enough:
            break
        gaps.add(at)
    return frozenset(hidden | gaps)


def window_groups(count: int, width: int) -> tuple[range, ...]:
    """Cut `count` periods into whole windows of `width`, counted back from the latest.

    >>> window_groups(7, 3)
    (range(1, 4), range(4, 7))
    """
    return tuple(range(at, at + width) for at in range(count % width, count, width))


def wilson(successes: float, n: int, confidence: float = 0.95) -> Interval:
    """Give Wilson's interval of a share (0 to 1); Newcombe 1998, method 3.

    >>> found = wilson(81, 263)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))
