"""A real receiver of webhooks on loopback, that keeps what it is sent and answers as it is told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext

from tests.support import smtp


@dataclass(frozen=True)
class Taken:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """The receiver's port and what came. `status`, `location`, `drip` say how it answers."""

    port: int
    host: str = smtp.HOST
    requests: list[Taken] = field(default_factory=list)
    status: int = 204
    location: str | None = None
    drip: float = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/in"

    @property
    def authority(self) -> str:
        return f"{self.host}:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    """Keeps what comes; the receiver hangs on the server."""

    def do_POST(self) -> None:
        found: Receiver = self.server.receiver  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        found.requests.append(Taken(self.path, headers, self.rfile.read(length)))
        if found.drip:
            self._drip(found.drip)
            return
        self.send_response(found.status)
        if found.location:
            self.send_header("Location", found.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815  (the library gives the name)

    def _drip(self, seconds: float) -> None:
        """Answer a letter at a time, so that no single wait is long."""
        try:
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(seconds)
        except OSError:
            self.close_connection = True

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@contextmanager
def running(tls: SSLContext | None = None) -> Iterator[Receiver]:
    found = Receiver(smtp.free_port(), scheme="https" if tls else "http")
    server = ThreadingHTTPServer((found.host, found.port), _Handler)
    server.receiver = found  # type: ignore[attr-defined]
    server.daemon_threads = True
    server.block_on_close = False
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
