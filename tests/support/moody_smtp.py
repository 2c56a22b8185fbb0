"""A real SMTP server on loopback in a bad mood: it hangs, puts off, refuses, or hangs up.

It speaks the few words that sending takes, over real sockets, and remembers what it has accepted.
"""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from tests.support.smtp import HOST


class Mood(StrEnum):
    GOOD = "good"
    # It takes the connection and says nothing.
    SILENT = "silent"
    # It says nothing after the message.
    SILENT_AFTER_DATA = "silent after DATA"
    # Greylisting: each recipient is put off the first time.
    GREYLISTING = "greylisting"
    REFUSING = "refusing"
    # It does not like where the mail comes from.
    BLOCKING = "blocking"
    # It has the message and hangs up before it has said so.
    CUTTING_AFTER_DATA = "cutting after DATA"
    CUTTING_BEFORE_DATA = "cutting before DATA"


@dataclass
class Moody:
    """The server's address, its mood, and whom it has accepted a message for."""

    port: int = 0
    mood: Mood = Mood.GOOD
    accepted: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    host: str = HOST


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        moody: Moody = self.server.moody  # type: ignore[attr-defined]
        moody.connections += 1
        if moody.mood is Mood.SILENT:
            moody.over.wait(30)
            return
        self.say("220 here")
        recipient = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                self.say(_about(moody, recipient))
            elif word == b"DATA":
                if moody.mood is Mood.CUTTING_BEFORE_DATA or not self.take(moody, recipient):
                    return
            elif word == b"QUIT":
                return
            else:
                self.say("250 OK")

    def take(self, moody: Moody, recipient: str) -> bool:
        self.say("354 go on")
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            pass
        moody.accepted.append(recipient)
        if moody.mood is Mood.SILENT_AFTER_DATA:
            moody.over.wait(30)
            return False
        if moody.mood is Mood.CUTTING_AFTER_DATA:
            return False
        self.say("250 taken")
        return bool(line)

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


def _about(moody: Moody, recipient: str) -> str:
    if moody.mood is Mood.REFUSING:
        return "550 5.1.1 no such user"
    if moody.mood is Mood.BLOCKING:
        return "550 5.7.1 your network is blocked"
    if moody.mood is Mood.GREYLISTING and recipient not in moody.seen:
        moody.seen.add(recipient)
        return "451 4.7.1 greylisted, try again"
    return "250 OK"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, *about: object) -> None:
        """Somebody hung up first, as tests do."""


@contextmanager
def running(mood: Mood = Mood.GOOD) -> Iterator[Moody]:
    moody = Moody(mood=mood)
    with _Server((HOST, 0), _Talk) as server:
        server.moody = moody  # type: ignore[attr-defined]
        moody.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield moody
        finally:
            moody.over.set()
            server.shutdown()
            thread.join()
