"""WebDriver BiDi, the W3C's protocol for driving browsers, spoken straight to the browser."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from websockets.sync.client import ClientConnection, connect

# Long enough for a page of several megabytes on a busy machine, short enough to end a test.
PATIENCE = 60.0

Handler = Callable[[str, dict[str, Any]], None]


class Refused(Exception):
    """The browser answered a command with an error."""


@dataclass
class Connection:
    """Sends one command at a time; what the browser tells in between goes to the handlers.

    Nothing is read but while a command waits for its answer, so handlers run in the thread of the
    test, and everything that happened before the answer has been handled when it is there.
    """

    socket: ClientConnection
    handlers: list[Handler] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Carry out a command and give its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        answer = self._answer(number)
        if answer["type"] == "error":
            raise Refused(f"{method}: {answer['error']}: {answer['message']}")
        return dict(answer["result"])

    def _answer(self, number: int) -> dict[str, Any]:
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE))
            if message.get("id") == number:
                return dict(message)
            if message["type"] == "event":
                self._tell(message["method"], message["params"])

    def _tell(self, event: str, parameters: dict[str, Any]) -> None:
        for handler in list(self.handlers):
            handler(event, parameters)


@contextmanager
def session(address: str, *events: str) -> Iterator[Connection]:
    """Open a session with a browser and ask it to tell of these events."""
    options = {"proxy": None, "compression": None, "max_size": None, "ping_interval": None}
    with connect(address, **options) as socket:
        connection = Connection(socket)
        connection.send("session.new", capabilities={})
        connection.send("session.subscribe", events=list(events))
        yield connection
