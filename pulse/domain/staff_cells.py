"""The rules for single cells of a staff file: spaces, lengths, formulas, addresses, zones.

Each rule gives the cleaned value or raises `BadCell` with a reason a person understands.
"""

import re
from functools import lru_cache
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

NUMBER_LENGTH = 64
NAME_LENGTH = 200
VALUE_LENGTH = 200

# Spreadsheets run such cells as programs when a list of people is opened in them.
_FORMULA = re.compile(r"[=]|[+\-@]\s*[A-Za-z(=]")
_PLAIN = re.compile(r"[\w(\"'][^\x00-\x1f\x7f]*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Most cells need nothing done to them, and this says so faster than doing it.
_TIDY = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LOCAL_PART = 64


class BadCell(ValueError):
    """A cell that cannot be used; its text says why."""


def tidy(text: str) -> str:
    """Drop outer spaces and collapse inner ones, line breaks included.

    >>> tidy("  Adinolfi, Wilson  K ")
    'Adinolfi, Wilson K'
    """
    return text if _TIDY.fullmatch(text) else " ".join(text.split())


def plain(text: str, longest: int) -> str:
    """Check a tidied text: not too long, no formula, nothing unprintable."""
    if len(text) <= longest and _PLAIN.fullmatch(text):
        return text
    if len(text) > longest:
        raise BadCell(f"has {len(text):,} characters; at most {longest} are allowed")
    if _FORMULA.match(text):
        raise BadCell("looks like a spreadsheet formula")
    if _CONTROL.search(text):
        raise BadCell("holds characters that cannot be printed")
    return text


def email(text: str) -> str:
    """Check an address without asking its mail server; give it in lower case.

    >>> email("Ada.Lovelace@Example.COM")
    'ada.lovelace@example.com'
    """
    local, at, domain = text.rpartition("@")
    if at and len(local) <= _LOCAL_PART and _PLAIN_LOCAL.fullmatch(local):
        domain = _domain(domain)
        return f"{local}@{domain}".lower()
    return _whole_address(text)


@lru_cache(maxsize=4096)
def _domain(domain: str) -> str:
    return _whole_address(f"x@{domain}").partition("@")[2]


def _whole_address(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadCell("is not an e-mail address") from error
    return found.normalized.lower()


@lru_cache(maxsize=1024)
def time_zone(text: str) -> str:
    """Check the name of a time zone.

    >>> time_zone("Europe/Berlin")
    'Europe/Berlin'
    """
    if text not in available_timezones():
        raise BadCell("is not a time zone such as Europe/Berlin")
    return text


@lru_cache(maxsize=1024)
def locale(text: str) -> str:
    """Check a language tag and bring it to its usual form.

    >>> locale("en_gb"), locale("DE")
    ('en-GB', 'de')
    """
    if not _LOCALE.fullmatch(text):
        raise BadCell("is not a language such as en or pt-BR")
    language, *rest = re.split("[-_]", text)
    two = 2
    return "-".join(
        [language.lower(), *(part.upper() if len(part) == two else part for part in rest)]
    )
