"""The mailbox to which bounces come: read over IMAP, or from a Maildir on this host.

Each mail is handed over once; it is marked as read after that, so a process that dies meanwhile
reads it again. Nothing is deleted: people may want to look into the mailbox as well.
"""

import imaplib
import mailbox
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pulse.domain.errors import Conflict

_TIMEOUT_SECONDS = 30
_MOST = 1_000
Handle = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Imap:
    """A mailbox on a server; `tls` is for a connection that is encrypted from its beginning."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: bool = True

    def each(self, handle: Handle) -> int:
        """Hand over each mail that nobody has read, and give their number. Raises Conflict."""
        kind = imaplib.IMAP4_SSL if self.tls else imaplib.IMAP4
        try:
            with kind(self.host, self.port, timeout=_TIMEOUT_SECONDS) as server:
                server.login(self.user, self.password)
                return _read(server, handle)
        except (imaplib.IMAP4.error, OSError) as error:
            raise Conflict(
                f"The mailbox of bounces on {self.host} cannot be read: {type(error).__name__}."
            ) from error


@dataclass(frozen=True, slots=True)
class Maildir:
    """A folder into which a mail server lays what comes."""

    path: Path

    def each(self, handle: Handle) -> int:
        """Hand over each new mail, and give their number."""
        if not (self.path / "new").is_dir():
            return 0
        box = mailbox.Maildir(self.path, create=False)
        new = [key for key in box.iterkeys() if box.get_message(key).get_subdir() == "new"]
        for key in new[:_MOST]:
            handle(box.get_bytes(key))
            message = box.get_message(key)
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
        return len(new[:_MOST])


def _read(server: imaplib.IMAP4, handle: Handle) -> int:
    server.select("INBOX")
    _, found = server.uid("SEARCH", "UNSEEN")
    numbers = (found[0] or b"").split()[:_MOST]
    for number in numbers:
        _, parts = server.uid("FETCH", number.decode(), "(BODY.PEEK[])")
        body = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        handle(body)
        server.uid("STORE", number.decode(), "+FLAGS.SILENT", r"(\Seen)")
    return len(numbers)
