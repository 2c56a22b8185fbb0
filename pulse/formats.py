"""Dates, times and numbers as the language that is spoken now writes them; never for files."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment

from pulse.domain.effort import Effort
from pulse.languages import current, gettext, ngettext


def day(value: date) -> str:
    """Write a date in full.

    >>> day(date(2026, 11, 2))
    '2 November 2026'
    """
    return format_date(value, "long", locale=current().locale)


def day_and_time(moment: datetime) -> str:
    """Write a moment for people, in UTC because the page is the same for everyone.

    >>> day_and_time(datetime(2026, 11, 2, 17, 0, tzinfo=UTC))
    '2 November 2026, 17:00 UTC'
    """
    there = moment.astimezone(UTC)
    return _joined(day(there.date()), f"{there:%H:%M} UTC")


def weekday_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as the clocks of a zone show it, with the zone's name.

    >>> weekday_and_time(datetime(2026, 7, 1, 7, 0, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    'Wed, 1 Jul 2026, 09:00 (Europe/Berlin)'
    """
    there = moment.astimezone(zone)
    on = format_skeleton("yMMMEd", there, locale=current().locale)
    return _joined(on, f"{there:%H:%M} ({zone.key})")


def number(value: float, decimals: int = 0) -> str:
    """Write a number with so many decimals.

    >>> number(1234), number(2.25, 1)
    ('1,234', '2.2')
    """
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(value, pattern, locale=current().locale, numbering_system="latn")


def signed(value: float) -> str:
    r"""Write a whole number with its sign.

    >>> signed(12.4), signed(-3) == "\u22123"
    ('+12', True)
    """
    pattern = "+#,##0;\u2212#,##0"
    return format_decimal(value, pattern, locale=current().locale, numbering_system="latn")


def percent(value: float) -> str:
    """Write a share of a hundred.

    >>> percent(71.4)
    '71 %'
    """
    if current().code == "en":  # The house writes a space there, as in the other languages.
        return f"{number(value)} %"
    return format_percent(value / 100, locale=current().locale, numbering_system="latn")


def listed(values: list[str]) -> str:
    """Write a few names one after the other, with no word between them that could be in a name.

    >>> listed(["Organisation", "Site", "Organisation and Site together"])
    'Organisation, Site, Organisation and Site together'
    """
    return format_list(values, style="unit", locale=current().locale)


def effort(wanted: Effort) -> str:
    """Say how many questions there are and how long they take.

    >>> effort(Effort(questions=5, minutes=1))
    '5 questions, about 1 minute'
    """
    questions = ngettext("%(num)s question", "%(num)s questions", wanted.questions)
    minutes = ngettext("about %(num)s minute", "about %(num)s minutes", wanted.minutes)
    return gettext("%(questions)s, %(minutes)s", questions=questions, minutes=minutes)


def install(environment: Environment) -> None:
    """Give templates these ways of writing."""
    for write in (day, day_and_time, number, percent, signed, listed):
        environment.filters[write.__name__] = write


def _joined(on: str, at: str) -> str:
    # A time with its zone runs from left to right, also within a text that does not.
    time = f"\N{LEFT-TO-RIGHT ISOLATE}{at}\N{POP DIRECTIONAL ISOLATE}" if _is_rtl() else at
    return gettext("%(day)s, %(time)s", day=on, time=time)


def _is_rtl() -> bool:
    return current().direction == "rtl"
