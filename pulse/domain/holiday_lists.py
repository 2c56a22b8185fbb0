"""Weekends and public holidays of the country that a time zone lies in, from the two libraries.

The country follows from the zone (CLDR), so nobody has to be asked where they live. Lists are of
whole countries: a zone does not say in which of its regions somebody works.
"""

from collections.abc import Container
from datetime import date
from functools import lru_cache

from babel.core import get_global
from holidays import country_holidays, list_supported_countries

from pulse.domain.working_days import SATURDAY_SUNDAY

_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class _Kept:
    """The holidays of a country, each year of which is worked out when it is first asked for."""

    def __init__(self, country: str) -> None:
        self.country = country

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _of_year(self.country, day.year)


def country(zone_name: str) -> str | None:
    """Give the country of a zone, or None where it has none, or none with a list.

    >>> country("Europe/Berlin"), country("Asia/Calcutta"), country("UTC")
    ('DE', 'IN', None)
    """
    known = get_global("zone_territories")
    aliases = get_global("zone_aliases")
    found = known.get(zone_name) or known.get(aliases.get(zone_name, ""))
    return found if found in _supported() else None


def weekend(zone_name: str) -> frozenset[int]:
    """Give the days of the weekend, Monday being 0; where no country is known, the usual two.

    >>> sorted(weekend("Asia/Riyadh")), sorted(weekend("UTC"))
    ([4, 5], [5, 6])
    """
    found = country(zone_name)
    return frozenset(country_holidays(found).weekend) if found else SATURDAY_SUNDAY


def holidays(zone_name: str) -> Container[date]:
    """Give the public holidays of a zone's country.

    >>> date(2027, 10, 3) in holidays("Europe/Berlin"), date(2027, 10, 3) in holidays("UTC")
    (True, False)
    """
    found = country(zone_name)
    return _Kept(found) if found else frozenset()


@lru_cache(maxsize=1)
def _supported() -> frozenset[str]:
    return frozenset(list_supported_countries())


@lru_cache(maxsize=4096)
def _of_year(code: str, year: int) -> frozenset[date]:
    # A list of its own for each year: the library fills its lists when they are asked, which two
    # threads must not do to one list at once.
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return frozenset()
    return frozenset(day for day in country_holidays(code, years=year) if day.year == year)
