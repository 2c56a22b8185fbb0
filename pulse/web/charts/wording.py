"""How figures are worded: one decimal, an interval with its value, days in full."""

from collections.abc import Sequence
from datetime import date, timedelta

from pulse.churn.estimate import Estimate

CONFIDENCE = "95 % interval"


def percent(share: float) -> str:
    """Word a share of 0 to 1 in per cent.

    >>> percent(0.6449)
    '64'
    """
    return f"{100 * share:.0f}"


def number(value: float) -> str:
    """Word a number with one decimal.

    >>> number(12.349)
    '12.3'
    """
    return f"{value:.1f}"


def day(value: date) -> str:
    """Word a day.

    >>> day(date(2026, 3, 2))
    '2 March 2026'
    """
    return f"{value.day} {value:%B %Y}"


def last_day(end: date) -> str:
    """Word the last day of a window whose end is the first day after it.

    >>> last_day(date(2026, 3, 1))
    '28 February 2026'
    """
    return day(end - timedelta(days=1))


def share_range(estimate: Estimate) -> str:
    """Word a favourable share with its interval."""
    return (
        f"{percent(estimate.value)} % ({CONFIDENCE} {percent(estimate.low)} to"
        f" {percent(estimate.high)} %)"
    )


def rate_range(estimate: Estimate) -> str:
    """Word a rate with its interval."""
    return (
        f"{number(estimate.value)} ({CONFIDENCE} {number(estimate.low)} to {number(estimate.high)})"
    )


def counted(count: int, noun: str) -> str:
    """Word a count with its noun.

    >>> counted(1, "unit"), counted(3, "unit")
    ('1 unit', '3 units')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Word several things as one list.

    >>> listed(["one"]), listed(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
