"""The shipped nginx.conf in front of an application that writes down what reaches it."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from tests.support import nginx, upstream
from tests.support.smtp import HOST, free_port
from tests.support.visitor import MARKERS, TRACES, Visitor

pytestmark = pytest.mark.nginx

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BYTES = "application/octet-stream"
EMPLOYEE = (
    ("GET", "/s/7", ""),
    ("POST", "/s/7", FORM),
    ("GET", "/s/7/thanks", ""),
    ("GET", "/s/7/manifest.json", ""),
    ("POST", "/issue", JSON),
    ("POST", "/ballot", BYTES),
    ("POST", "/receipt", JSON),
    ("POST", "/code", FORM),
    ("GET", "/kiosk", ""),
    ("POST", "/kiosk", FORM),
    ("POST", "/kiosk/7", FORM),
    ("GET", "/kiosk/thanks", ""),
    ("GET", "/ballot.js?v=0123", ""),
    ("GET", "/static/css/tokens.css", ""),
)
NEEDED = {"host", "content-type", "content-length", "accept-encoding"}
NONSENSE = (b"\x16\x03nonsense", b"GET / HTTP/9.9\r\n\r\n", b"POST /issue HTTP/1.1\r\n")
LARGEST = 256 * 1024


@contextmanager
def behind(
    changes: Mapping[str, str] | None = None,
) -> Iterator[tuple[upstream.Upstream, nginx.Running]]:
    with upstream.running() as known, nginx.running(known.port, changes) as server:
        yield known, server


def asked(method: str, path: str, kind: str, changes=None) -> tuple[upstream.Arrived, dict]:
    """Send one request through nginx; give what arrived, and the headers that came back."""
    with behind(changes) as (known, server):
        with Visitor(server) as visitor:
            answer, _ = visitor.send(method, path, b"body" if kind else b"", kind)
        assert answer.status == 200
        return known.arrived[0], {name.lower(): value for name, value in answer.getheaders()}


@pytest.mark.parametrize(("method", "path", "kind"), EMPLOYEE)
def test_nothing_about_the_visitor_reaches_the_application(
    method: str, path: str, kind: str
) -> None:
    arrived, returned = asked(method, path, kind)
    assert set(arrived.headers) <= NEEDED, arrived.headers
    assert arrived.headers["host"] == nginx.NAME
    assert arrived.headers.get("content-type", "") == kind
    assert arrived.length == (4 if kind else 0)
    assert "set-cookie" not in returned


def test_a_list_of_what_is_dropped_would_miss_what_is_not_on_it() -> None:
    """The planted fault: headers pass unless they are named."""
    planted = {"proxy_pass_request_headers off;": 'proxy_set_header User-Agent "";'}
    arrived, _ = asked("POST", "/ballot", BYTES, planted)
    assert TRACES["X-Not-Invented-Yet"] in arrived.headers.values()
    assert not set(arrived.headers) <= NEEDED


def test_signed_in_pages_get_their_cookie_and_no_address() -> None:
    arrived, returned = asked("POST", "/sign-in", FORM)
    assert arrived.headers["cookie"] == TRACES["Cookie"]
    assert "set-cookie" in returned
    whole = " ".join(arrived.headers.values())
    assert not [mark for mark in ("203.0.113.6", "TraceAgent", "trace-referer") if mark in whole]


def test_the_first_page_is_as_silent_as_a_page_that_may_greet_somebody_can_be() -> None:
    arrived, _ = asked("GET", "/", "")
    assert "x-forwarded-for" not in arrived.headers
    assert "user-agent" not in arrived.headers


@pytest.mark.parametrize("path", ["/s/7/manifest.json", "/ballot", "/receipt"])
def test_a_connection_of_the_ballot_serves_for_one_request(path: str) -> None:
    with behind() as (_, server), Visitor(server) as visitor:
        visitor.send("GET", "/s/7")
        visitor.send("POST", "/issue", b"{}", JSON)
        assert visitor.connected
        answer, _ = visitor.send("POST", path, b"x", BYTES)
        assert answer.getheader("connection") == "close"
        assert not visitor.connected


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_no_connection_can_be_matched_with_an_earlier_one(version: ssl.TLSVersion) -> None:
    with behind() as (_, server):
        assert resumed(server, version) is False
    planted = {"ssl_session_cache off;": "", "ssl_session_tickets off;": ""}
    with behind(planted) as (_, server):
        assert resumed(server, version) is True


def resumed(server: nginx.Running, version: ssl.TLSVersion) -> bool | None:
    """Connect twice as one browser, offering the session of the first; say whether it was taken."""
    context = ssl.create_default_context(cafile=server.folder / "fullchain.pem")
    context.minimum_version = context.maximum_version = version
    session = None
    for _ in range(2):
        raw = socket.create_connection((HOST, server.secure), 30)
        with context.wrap_socket(raw, server_hostname=nginx.NAME, session=session) as line:
            line.sendall(f"GET /s/7 HTTP/1.1\r\nHost: {nginx.NAME}\r\n\r\n".encode())
            assert line.recv(4096)
            session, taken = line.session, line.session_reused
    return taken


def test_requests_do_not_share_a_connection_by_http_2() -> None:
    with behind() as (_, server), server.connect(protocols=("h2", "http/1.1")) as line:
        assert line.selected_alpn_protocol() == "http/1.1"


def spilled(size: int, changes: dict[str, str]) -> tuple[int, str]:
    """Post a body with nginx's warnings switched on; give the status and the warnings."""
    loud = {"error_log /dev/null crit;": "error_log FOLDER/loud.log warn;"}
    with behind(loud | changes) as (_, server):
        with Visitor(server) as visitor:
            answer, _ = visitor.send("POST", "/ballot", b"x" * size, BYTES)
        return answer.status, (server.folder / "loud.log").read_text()


def test_no_body_is_laid_down_in_a_file() -> None:
    status, warnings = spilled(LARGEST, {})
    assert status == 200
    assert "temporary file" not in warnings
    small = {"client_body_buffer_size 256k;": "client_body_buffer_size 1k;"}
    assert "temporary file" in spilled(LARGEST, small)[1]


def test_a_body_that_is_too_large_is_refused() -> None:
    assert spilled(LARGEST + 1, {})[0] == 413


def misused(changes=None) -> dict[str, str]:
    """Do everything that makes a web server complain; give all that nginx wrote, by file."""
    with nginx.running(free_port(), changes) as server:
        with Visitor(server) as visitor:
            assert visitor.send("POST", "/ballot", b"x", BYTES)[0].status == 502
        for nonsense in (
            b"\x16\x03nonsense",
            b"GET / HTTP/9.9\r\n\r\n",
            b"POST /issue HTTP/1.1\r\n",
        ):
            for port in (server.secure, server.plain):
                with socket.create_connection((HOST, port), 5) as line:
                    line.sendall(nonsense)
        with server.connect() as line:
            line.sendall(b"GET /s/7 HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 70_000 + b"\r\n\r\n")
            line.recv(100)
        with Visitor(server) as visitor:
            assert visitor.send("GET", "/s/7?planted=query")[0].status == 502
        files = [path for path in server.folder.rglob("*") if path.is_file()]
        own = {"nginx.conf", "fullchain.pem", "privkey.pem", "nginx.pid"}
        return {path.name: path.read_text() for path in files if path.name not in own}


def test_nginx_writes_nothing_about_anybody_whatever_goes_wrong() -> None:
    written = misused()
    assert {name: text for name, text in written.items() if text} == {}


@pytest.mark.parametrize(
    "fault",
    [
        {"    access_log off;": "    access_log FOLDER/access.log combined;"},
        {"    error_log /dev/null crit;": "    error_log FOLDER/errors.log error;"},
    ],
)
def test_a_log_that_somebody_switches_on_is_noticed(fault: dict[str, str]) -> None:
    written = "".join(misused(fault).values())
    assert MARKERS[0] in written
