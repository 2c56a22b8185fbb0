"""Local dates and times of a named time zone, turned into moments in UTC.

The two hours a year that do not exist, or exist twice, are decided here and nowhere else: the
first is refused where a person typed it, and moved on by what the clocks skip where a rule led to
it; of the second the earlier one is taken.
"""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from pulse.domain.errors import Invalid


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Give the time zone of this name. Raises Invalid for a name that is not in the database.

    >>> zone("Europe/Berlin").key
    'Europe/Berlin'
    """
    if name not in available_timezones():
        raise Invalid(f"There is no time zone called “{name}”.", "time_zone")
    return ZoneInfo(name)


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Say whether there is a time zone of this name.

    >>> is_zone("Europe/Berlin"), is_zone("Mars")
    (True, False)
    """
    return name in available_timezones()


def moment(local: datetime, zone_name: str, field: str) -> datetime:
    """Give the moment at which the clocks of a zone show `local`, a date and time without zone.

    Raises Invalid, naming `field`, for the hour that is skipped in spring.

    >>> moment(datetime(2026, 7, 1, 9, 0), "Europe/Berlin", "opens_at").isoformat()
    '2026-07-01T07:00:00+00:00'
    """
    there = local.replace(tzinfo=zone(zone_name), fold=0)
    found = there.astimezone(UTC)
    if found.astimezone(there.tzinfo).replace(tzinfo=None) != local.replace(fold=0):
        raise Invalid(
            f"{local:%d.%m.%Y %H:%M} does not exist in {zone_name}: the clocks skip that hour.",
            field,
        )
    return found


def moment_or_later(local: datetime, zone_name: str) -> datetime:
    """Give the moment of a local date and time; one that is skipped comes as much later.

    A rule that fits every zone meets the skipped time of some of them, and must not fail there.

    >>> moment_or_later(datetime(2027, 3, 28, 2, 30), "Europe/Berlin").isoformat()
    '2027-03-28T01:30:00+00:00'
    """
    return local.replace(tzinfo=zone(zone_name), fold=0).astimezone(UTC)


def shown(at: datetime, zone_name: str) -> str:
    """Write a moment as people in a zone read it.

    >>> shown(datetime(2026, 7, 1, 7, 0, tzinfo=UTC), "Europe/Berlin")
    'Wed 1 Jul 2026, 09:00'
    """
    there = at.astimezone(zone(zone_name))
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M}"
