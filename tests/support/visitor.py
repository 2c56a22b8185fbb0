"""A visitor whose every trace is easily found again, over one connection to nginx."""

from http.client import HTTPConnection, HTTPResponse
from typing import Self

from tests.support.nginx import NAME, Running

ADDRESS = "127.45.67.89"
# What a browser tells about itself, and what a visitor or a proxy of the house might add.
TRACES = {
    "User-Agent": "TraceAgent/61.7",
    "Accept-Language": "trace-language, en;q=0.5",
    "Sec-CH-UA": '"TraceBrand";v="61"',
    "Referer": "https://trace-referer.example/page",
    "Cookie": "session=trace-cookie; tracking=trace-cookie",
    "Authorization": "Bearer trace-authorization",
    "X-Forwarded-For": "203.0.113.61",
    "X-Real-IP": "203.0.113.62",
    "Forwarded": "for=203.0.113.63",
    "X-Request-Id": "trace-request-id",
    "X-Not-Invented-Yet": "trace-of-the-future",
}
MARKERS = (
    ADDRESS,
    "TraceAgent",
    "trace-language",
    "TraceBrand",
    "trace-referer",
    "trace-cookie",
    "trace-authorization",
    "203.0.113.6",
    "trace-request-id",
    "trace-of-the-future",
)


class Visitor:
    """Sends requests with all traces from one address; keeps its connection as browsers do."""

    def __init__(self, nginx: Running) -> None:
        self._nginx = nginx
        self._connection = HTTPConnection(NAME)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    @property
    def connected(self) -> bool:
        """Whether the server has left the connection open."""
        return self._connection.sock is not None

    def send(
        self, method: str, path: str, body: bytes = b"", kind: str = ""
    ) -> tuple[HTTPResponse, bytes]:
        """Send one request and read all of its answer, over a new connection where none is open."""
        if not self.connected:
            self._connection.sock = self._nginx.connect(ADDRESS)
        headers = TRACES | {"Accept-Encoding": "gzip"} | ({"Content-Type": kind} if kind else {})
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        return answer, answer.read()
