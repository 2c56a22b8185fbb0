"""Visitors: each opens a connection of its own to loopback and talks plain HTTP over it.

Written on sockets, because a whole HTTP library would take as much of the machine as the server.
"""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

HOST = "127.0.0.1"
TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, head as text, body as it came, so perhaps packed."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        for line in self.head.splitlines()[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name:
                return value.strip()
        return ""

    @property
    def size(self) -> int:
        return len(self.head.encode()) + len("\r\n\r\n") + len(self.body)


class Line:
    """One visitor's connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def another(self) -> "Line":
        """Open one more connection to the same place."""
        return Line(self._port)

    def get(self, path: str, *, packed: bool = True) -> Answer:
        accept = "Accept-Encoding: gzip\r\n" if packed else ""
        return self._ask(
            f"GET {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n{accept}\r\n".encode()
        )

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self.send(path, urlencode(form).encode(), "application/x-www-form-urlencoded")

    def send(self, path: str, body: bytes, kind: str) -> Answer:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return self._ask(head.encode() + body)

    def _ask(self, message: bytes) -> Answer:
        self._socket.sendall(message)
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        answer = Answer(int(head.split()[1]), head.decode("latin-1"), b"")
        length = int(answer.header("content-length") or 0)
        while len(self._rest) < length:
            self._more()
        body, self._rest = self._rest[:length], self._rest[length:]
        return Answer(answer.status, answer.head, body)

    def _more(self) -> None:
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionError("the server hung up")
        self._rest += received


Story = Callable[[Line], None]


def rate(port: int, stories: Sequence[Story], at_once: int = 8) -> float:
    """Play the stories, so many at once, each on a new connection; give them per second."""

    def play(story: Story) -> None:
        with Line(port) as line:
            story(line)

    with ThreadPoolExecutor(at_once) as pool:
        began = time.perf_counter()
        for _ in pool.map(play, stories):
            pass
        return len(stories) / (time.perf_counter() - began)
