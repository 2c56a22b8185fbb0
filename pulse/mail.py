"""Messages and the ways they leave: SMTP, or a Maildir for the demo.

A mail to many people is built once by the standard library and then filled in for each of them
by replacing bytes, which is a hundred times faster. No mail counts who opens it.
"""

import mailbox
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "mail"
# Nobody who writes a text that is mailed can know these, or it could hold an address as well.
_TO = f"{token_hex(16)}@to.invalid"
_MESSAGE_ID = f"<{token_hex(16)}@id.invalid>"
_TIMEOUT_SECONDS = 30
_PERMANENT = 500
# Addresses that need quoting or another alphabet are rare and many servers refuse them.
_PLAIN_ADDRESS = re.compile(r"[!#-'*+\-./0-9=?A-Z^-~]+@[A-Za-z0-9.-]+")

_environment = Environment(
    loader=FileSystemLoader(_TEMPLATES),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Refused(Exception):
    """The server said no for good."""


class Deferred(Exception):
    """The server said not now."""


class Lost(Exception):
    """The connection broke; nobody can say whether the server took the message."""


class Unavailable(Exception):
    """There is no way to the server at all, or it does not let us in; nothing was sent."""


class Transport(Protocol):
    """Some way for a finished message to leave."""

    def send(self, to_address: str, mime: bytes) -> None:
        """Hand over one message. Raises Refused, Deferred, Lost or Unavailable."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is the same for everyone a mail goes to."""

    sender: str
    subject: str
    text: str
    html: str
    date: datetime


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
    """Render a template of the folder `mail`; one that ends in .html escapes what it shows."""
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
    return f"<{random}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"


def can_reach(address: str | None) -> bool:
    """Say whether a mail can be sent to what the staff file holds as an address.

    >>> can_reach("ann@acme.example"), can_reach("no address"), can_reach(None)
    (True, False, False)
    """
    return bool(address and _PLAIN_ADDRESS.fullmatch(address))


@dataclass(slots=True)
class SmtpTransport:
    """An SMTP server, over one connection that is kept open and opened anew when it breaks."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    _connection: smtplib.SMTP | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        """Use it for a batch; the connection is opened by the first message."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connection, politely where the server still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def send(self, to_address: str, mime: bytes) -> None:
        """Send one message. Raises Refused, Deferred, Lost or Unavailable."""
        connection = self._opened()
        options = ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else []
        try:
            connection.sendmail(_sender(mime), [to_address], mime, options)
        except smtplib.SMTPRecipientsRefused as error:
            _raise(*error.recipients[to_address])
        except smtplib.SMTPSenderRefused as error:
            # Our own address is not welcome: a matter for the operator, not for this message.
            raise Deferred(f"sender refused with {error.smtp_code}") from error
        except smtplib.SMTPResponseException as error:
            _raise(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self.__exit__()
            raise Lost(type(error).__name__) from error

    def _opened(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise Unavailable(f"{self.host}:{self.port}: {type(error).__name__}") from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        connection = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT_SECONDS)
        try:
            if self.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
            connection.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection


@dataclass(slots=True)
class MaildirTransport:
    """A Maildir in place of a server, so that a demo can show what was sent."""

    path: Path

    def __enter__(self) -> Self:
        """Use it like a connection."""
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is held open."""

    def send(self, to_address: str, mime: bytes) -> None:
        """Lay one message into the Maildir."""
        del to_address
        self.path.parent.mkdir(parents=True, exist_ok=True)
        mailbox.Maildir(self.path).add(mime)


def _encoding(text: str) -> str:
    return "7bit" if text.isascii() else "8bit"


def _sender(mime: bytes) -> str:
    head = BytesHeaderParser().parsebytes(mime.partition(b"\r\n\r\n")[0])
    return parseaddr(str(head["From"]))[1]


def _raise(code: int, words: bytes | str) -> None:
    said = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    if code >= _PERMANENT:
        raise Refused(f"{code} {said}")
    raise Deferred(f"{code} {said}")
