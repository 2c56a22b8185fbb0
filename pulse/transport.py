"""The ways in which finished messages leave: SMTP, or a Maildir for the demo.

MAIL, RCPT, DATA      nothing has been handed over: whatever breaks here may be tried again
the message, a dot    from here on until the answer nobody can say who has it
"""

import mailbox
import smtplib
import ssl
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import NoReturn, Protocol, Self

from pulse.domain import bounce

TIMEOUT_SECONDS = 30.0
_PERMANENT = 500
_OK, _START_MAIL, _CLOSING = 250, 354, 421
_BROKEN = (smtplib.SMTPException, OSError)


class Refused(Exception):
    """The server said no for good. `status` is there where it is the address that is wrong."""

    def __init__(self, message: str, status: str | None = None) -> None:
        super().__init__(message)
        self.status = status


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


@dataclass(slots=True)
class SmtpTransport:
    """An SMTP server, over one connection that is kept open and opened anew when it breaks."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    # Where bounces go; without it to the address that the message is from.
    returns_to: str = ""
    timeout: float = TIMEOUT_SECONDS
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
            except _BROKEN:
                connection.close()

    def send(self, to_address: str, mime: bytes) -> None:
        """Send one message. Raises Refused, Deferred, Lost or Unavailable."""
        try:
            connection = self._announced(to_address, mime)
        except _BROKEN as error:
            self._drop()
            raise Unavailable(f"{self.host}:{self.port}: {type(error).__name__}") from error
        self._hand_over(connection, mime)

    def _announced(self, to_address: str, mime: bytes) -> smtplib.SMTP:
        """Bring the server to the point where it wants the message.

        A server may have ended a connection that stood idle; then it is tried on a new one, once.
        """
        if self._connection is not None:
            try:
                return self._announce(self._connection, to_address, mime)
            except _BROKEN:
                self._drop()
        self._connection = self._connect()
        return self._announce(self._connection, to_address, mime)

    def _announce(self, connection: smtplib.SMTP, to_address: str, mime: bytes) -> smtplib.SMTP:
        options = ["BODY=8BITMIME"] if connection.has_extn("8bitmime") else []
        sender = self.returns_to or _sender(mime)
        code, said = connection.mail(sender, options)
        if code != _OK:
            # Our own address is not welcome: a matter for the operator, not for this message.
            self._refuse(connection, code, None, f"sender refused with {code} {_text(said)}")
        code, said = connection.rcpt(to_address)
        if code not in {_OK, _OK + 1}:
            status = bounce.fault_of_address(code, _text(said))
            self._refuse(connection, code, status, f"recipient refused with {code}", final=True)
        code, said = connection.docmd("DATA")
        if code != _START_MAIL:
            self._refuse(connection, code, None, f"message refused with {code}", final=True)
        return connection

    def _refuse(
        self,
        connection: smtplib.SMTP,
        code: int,
        status: str | None,
        words: str,
        *,
        final: bool = False,
    ) -> NoReturn:
        """Say no as the server did, and leave the connection ready for the next message."""
        if code in {_CLOSING, -1}:
            raise smtplib.SMTPServerDisconnected(words)
        connection.rset()
        if final and code >= _PERMANENT:
            raise Refused(words, status)
        raise Deferred(words)

    def _hand_over(self, connection: smtplib.SMTP, mime: bytes) -> None:
        try:
            connection.send(_quoted(mime))
            code, _ = connection.getreply()
        except _BROKEN as error:
            self._drop()
            raise Lost(type(error).__name__) from error
        if code == _OK:
            return
        if code == -1:
            self._drop()
            raise Lost("the server went without an answer")
        if code == _CLOSING:
            self._drop()
        if code >= _PERMANENT:
            raise Refused(f"message refused with {code}")
        raise Deferred(f"message put off with {code}")

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
            connection.ehlo_or_helo_if_needed()
        except _BROKEN:
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


def _sender(mime: bytes) -> str:
    head = BytesHeaderParser().parsebytes(mime.partition(b"\r\n\r\n")[0])
    return parseaddr(str(head["From"]))[1]


def _quoted(mime: bytes) -> bytes:
    """End the message as SMTP wants it: lines end in CRLF, a dot at their beginning is doubled."""
    lines = b"\r\n".join(mime.splitlines())
    doubled = lines.replace(b"\r\n.", b"\r\n..")
    return (b"." if doubled.startswith(b".") else b"") + doubled + b"\r\n.\r\n"


def _text(said: bytes | str) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else said
