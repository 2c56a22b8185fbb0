"""Messages: building them. The ways in which they leave are in `transport`.

A mail to many people is built once by the standard library and then filled in for each of them
by replacing bytes, which is a hundred times faster. No mail counts who opens it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from secrets import token_hex
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pulse import languages

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
# Nobody who writes a text that is mailed can know these, or it could hold an address as well.
_TO = f"{token_hex(16)}@to.invalid"
_MESSAGE_ID = f"<{token_hex(16)}@id.invalid>"
# Stands where a person's own address for opting out will be. It is short, so that its header is
# not folded: an address in angle brackets that is cut in two leads nowhere.
UNSUBSCRIBE = f"opt-out-{token_hex(16)}"
_ONE_CLICK = "List-Unsubscribe=One-Click"
# Addresses that need quoting or another alphabet are rare and many servers refuse them.
_PLAIN_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9.-]+")

_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

languages.install(_environment)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is the same for everyone a mail goes to."""

    sender: str
    subject: str
    text: str
    html: str
    date: datetime
    # Whether mail programs offer to opt out by one click (RFC 8058); `fill` is then given where,
    # as the word for UNSUBSCRIBE.
    can_opt_out: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message that lacks only what differs from person to person."""

    mime: bytes

    def fill(self, to_address: str, message_id: str, words: Mapping[str, str]) -> bytes:
        """Give the message for one person; each key of `words` is replaced by its value.

        Raises ValueError for anything that would break out of its place.
        """
        whole = self.mime
        for place, value in {_TO: to_address, _MESSAGE_ID: message_id, **words}.items():
            if not value.isascii() or not value.isprintable():
                raise ValueError("only printable ASCII can be filled in")
            whole = whole.replace(place.encode(), value.encode())
        return whole


def render(template: str, **values: Any) -> str:  # noqa: ANN401  (whatever the template shows)
    """Render a template of the folder `mail` in the language that is spoken now.

    One that ends in .html escapes what it shows.
    """
    return _environment.get_template(template).render(**values)


def prepare(letter: Letter) -> Prepared:
    """Build the message that `fill` completes.

    Its text goes as it is and not as base64, so that what is replaced can be found in it.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = letter.sender
    message["To"] = _TO
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = _MESSAGE_ID
    message["Auto-Submitted"] = "auto-generated"
    if letter.can_opt_out:
        message["List-Unsubscribe"] = f"<{UNSUBSCRIBE}>"
        message["List-Unsubscribe-Post"] = _ONE_CLICK
    message.set_content(letter.text, cte=_encoding(letter.text))
    message.add_alternative(letter.html, subtype="html", cte=_encoding(letter.html))
    return Prepared(message.as_bytes())


def build(letter: Letter, to_address: str, message_id: str) -> bytes:
    """Build the message for one person only."""
    return prepare(letter).fill(to_address, message_id, {})


def message_id(random: str, sender: str) -> str:
    """Make a Message-ID from something random, in the domain of the sender.

    >>> message_id("2f", "Pulse <pulse@acme.example>")
    '<2f@acme.example>'
    """
    return f"<{random}@{_host(sender)}>"


def can_reach(address: str | None) -> bool:
    """Say whether a mail can be sent to what the staff file holds as an address.

    >>> can_reach("ann@acme.example"), can_reach("no address"), can_reach(None)
    (True, False, False)
    """
    return bool(address and _PLAIN_ADDRESS.fullmatch(address))


def _encoding(text: str) -> str:
    return "7bit" if text.isascii() else "8bit"


def domain(address: str) -> str:
    """Give the domain of an address in small letters.

    >>> domain("Ann@ACME.example")
    'acme.example'
    """
    return address.rpartition("@")[2].lower()


@lru_cache(maxsize=8)
def _host(sender: str) -> str:
    """Give the host of a sender; reading it costs more than the rest of an invitation."""
    return domain(parseaddr(sender)[1]) or "localhost"
