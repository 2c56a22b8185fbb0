"""A small IMAP server on loopback that speaks the few commands with which a mailbox is read."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.smtp import HOST

USER, PASSWORD = "bounces", "right"
_COMMAND = re.compile(rb"(\S+) (\w+) ?(.*)\r\n")


@dataclass
class Mailbox:
    """Its mails, by number from 1, and those that somebody has read."""

    mails: list[bytes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    port: int = 0


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say(b"* OK here")
        while found := _COMMAND.fullmatch(self.rfile.readline()):
            tag, name, rest = found[1], found[2].upper().decode(), found[3]
            answer = getattr(self, f"on_{name.lower()}", self.on_other)(rest)
            self.say(tag + b" " + answer)
            if name == "LOGOUT":
                return

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    @property
    def box(self) -> Mailbox:
        return self.server.box  # type: ignore[attr-defined]

    def on_capability(self, rest: bytes) -> bytes:
        self.say(b"* CAPABILITY IMAP4rev1")
        return b"OK done"

    def on_login(self, rest: bytes) -> bytes:
        return b"OK done" if rest == f'{USER} "{PASSWORD}"'.encode() else b"NO wrong"

    def on_select(self, rest: bytes) -> bytes:
        self.say(b"* %d EXISTS" % len(self.box.mails))
        return b"OK [READ-WRITE] done"

    def on_uid(self, rest: bytes) -> bytes:
        word, _, more = rest.partition(b" ")
        return getattr(self, f"on_uid_{word.decode().lower()}")(more)

    def on_uid_search(self, rest: bytes) -> bytes:
        left = [number for number, _ in enumerate(self.box.mails, 1) if number not in self.box.seen]
        self.say(b"* SEARCH " + b" ".join(b"%d" % number for number in left))
        return b"OK done"

    def on_uid_fetch(self, rest: bytes) -> bytes:
        number = int(rest.split()[0])
        body = self.box.mails[number - 1]
        self.say(b"* %d FETCH (UID %d BODY[] {%d}" % (number, number, len(body)))
        self.wfile.write(body)
        self.say(b")")
        return b"OK done"

    def on_uid_store(self, rest: bytes) -> bytes:
        assert rest.endswith(rb"+FLAGS.SILENT (\Seen)"), rest
        self.box.seen.add(int(rest.split()[0]))
        return b"OK done"

    def on_logout(self, rest: bytes) -> bytes:
        self.say(b"* BYE now")
        return b"OK done"

    def on_other(self, rest: bytes) -> bytes:
        return b"BAD what"


@contextmanager
def running(*mails: bytes) -> Iterator[Mailbox]:
    box = Mailbox(list(mails))
    with socketserver.ThreadingTCPServer((HOST, 0), _Talk) as server:
        server.daemon_threads = True
        server.box = box  # type: ignore[attr-defined]
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
