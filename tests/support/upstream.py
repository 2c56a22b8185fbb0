"""An application that only writes down what reaches it, to see what a proxy lets through."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.smtp import HOST


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    length: int


@dataclass(slots=True)
class Upstream:
    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)


@contextmanager
def running() -> Iterator[Upstream]:
    known = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.arrived.append(Arrived(self.command, self.path, headers, length))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.send_header("Set-Cookie", "session=planted")
            self.end_headers()
            self.wfile.write(b"ok")

        do_POST = do_GET  # noqa: N815  (the server's names)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    known.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
