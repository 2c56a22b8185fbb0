"""The application on a port of loopback, by a server that keeps connections open.

A browser that may use a connection again does so. The small server of the other tests closes every
connection, and no test on it could say which requests a browser would have sent over the same.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from io import BytesIO
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler

from flask import Flask


@dataclass(frozen=True)
class Request:
    """What reached the server; headers have their names of WSGI, `port` is the browser's."""

    path: str
    query: str
    port: str
    length: str
    headers: dict[str, str]


@dataclass
class Server:
    """A running server and every request that reached it, in their order."""

    url: str
    requests: list[Request] = field(default_factory=list)

    def to(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]


class _Once(ServerHandler):
    """Answers one request."""

    http_version = "1.1"
    os_environ: dict[str, str] = {}  # noqa: RUF012 - As the class above has it.

    def start_response(self, status: str, headers: list, exc_info: Any = None) -> Any:
        """Take a wish to close the connection, which the base class forbids applications."""
        kept = [(name, value) for name, value in headers if name.lower() != "connection"]
        write = super().start_response(status, kept, exc_info)
        if len(kept) < len(headers):
            self.headers["Connection"] = "close"
            self.request_handler.close_connection = True
        return write


class _Keeping(WSGIRequestHandler):
    """Answers on one connection until either side closes it."""

    protocol_version = "HTTP/1.1"
    # Longer than anybody in a test takes to answer.
    timeout = 60

    def handle(self) -> None:
        self.close_connection = False
        while not self.close_connection:
            self.handle_one_request()

    def do_GET(self) -> None:  # noqa: N802 - The base class asks for this name.
        body = BytesIO(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        environ = self.get_environ() | {"REMOTE_PORT": str(self.client_address[1])}
        self.server.seen.append(_request(environ))
        once = _Once(body, self.wfile, sys.stderr, environ, multithread=True)
        once.request_handler = self
        once.run(self.server.app)

    do_POST = do_GET  # noqa: N815 - As above.

    def log_message(self, *given: object) -> None:
        """Say nothing, as the server of the other tests."""


@contextmanager
def running(app: Flask, host: str) -> Iterator[Server]:
    """Serve the application until the end of the block."""
    server: Any = ThreadingHTTPServer((host, 0), _Keeping)
    port = str(server.server_port)
    told = Server(f"http://{host}:{port}")
    server.app, server.seen = app, told.requests
    server.base_environ = {"SCRIPT_NAME": "", "SERVER_NAME": host, "SERVER_PORT": port}
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _request(environ: dict[str, str]) -> Request:
    headers = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    length = environ.get("CONTENT_LENGTH", "")
    return Request(
        environ["PATH_INFO"], environ["QUERY_STRING"], environ["REMOTE_PORT"], length, headers
    )
