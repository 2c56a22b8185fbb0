"""Whether the driver of Firefox sees what it must: each of its silences would hide a mistake."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support import firefox as firefoxes
from tests.support.firefox import Firefox
from tests.support.firefox_person import Person
from tests.support.smtp import HOST

PAGE = b"""<!doctype html><html lang=en><meta charset=utf-8><title>A page</title>
<h1>A page</h1><input id=words><button id=go>Go on</button><p id=said></p>
<script src=page.js></script>
"""
SCRIPT = b"""
const words = document.getElementById("words");
words.value = localStorage.getItem("words") || "";
document.getElementById("go").addEventListener("click", (event) => {
  localStorage.setItem("words", words.value);
  document.getElementById("said").textContent = `${event.isTrusted}: ${words.value}`;
});
"""
POLICY = "default-src 'self'"
FREE = "/free"
ELSEWHERE = "http://elsewhere.example/"


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        script = self.path.endswith(".js")
        body = SCRIPT if script else PAGE
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        if self.path != FREE:
            self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: object) -> None:
        pass


class _Listener(socketserver.StreamRequestHandler):
    """Takes the place of a proxy: notes what it is asked for, and gives nothing."""

    def handle(self) -> None:
        self.server.heard.append(self.rfile.readline().decode(errors="replace"))


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pages() -> Iterator[str]:
    with serving(ThreadingHTTPServer((HOST, 0), _Pages)) as port:
        yield f"http://{HOST}:{port}"


@pytest.fixture
def person(firefox: Firefox, pages: str) -> Iterator[Person]:
    somebody = firefox.person(pages)
    yield somebody
    somebody.leave()


def alive(group: int) -> list[int]:
    """Give the processes of a group that have not ended."""
    living = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            living.append(int(entry.parent.name))
    return living


def test_keys_and_clicks_are_those_of_a_person(person: Person) -> None:
    window = person.window()
    window.goto("/")
    window.fill("#words", "Old")
    window.fill("#words", "Größe 5 — 日本")
    window.click(("button", "Go on"))
    assert window.text("#said") == "true: Größe 5 — 日本"
    assert person.problems == []


def test_a_window_is_as_wide_as_asked(person: Person) -> None:
    window = person.window(390)
    window.goto("/")
    assert window.evaluate("[innerWidth, innerHeight]") == [390, 844]
    window.resize(1280, 900)
    assert window.evaluate("[innerWidth, innerHeight]") == [1280, 900]


@pytest.mark.parametrize(
    ("path", "mistake", "told"),
    [
        ("/", "document.body.setAttribute('style', 'color: red')", "Content-Security-Policy"),
        ("/", "setTimeout(() => nowhere.at.all)", "nowhere is not defined"),
        ("/", "console.error('something')", "something"),
        ("/", f"fetch('{ELSEWHERE}').catch(() => 0)", "Content-Security-Policy"),
        (FREE, f"fetch('{ELSEWHERE}').catch(() => 0)", f"another host: {ELSEWHERE}"),
    ],
)
def test_mistakes_of_a_page_are_told(person: Person, path: str, mistake: str, told: str) -> None:
    window = person.window()
    window.goto(path)
    window.evaluate(f"void ({mistake})")
    window.pause(0.3)
    assert any(told in problem for problem in person.problems), person.problems


def test_what_is_covered_cannot_be_clicked(person: Person) -> None:
    window = person.window()
    window.goto("/")
    window.evaluate("void document.body.append(document.createElement('dialog'))")
    window.evaluate("document.querySelector('dialog').showModal()")
    with pytest.raises(AssertionError, match="covered"):
        window.click("#go")


def test_storage_is_of_one_person_and_outlives_the_window(firefox: Firefox, pages: str) -> None:
    one, other = firefox.person(pages), firefox.person(pages)
    window = one.window()
    window.goto("/")
    window.fill("#words", "mine")
    window.click("#go")
    window.close()
    again, elsewhere = one.window(), other.window()
    again.goto("/")
    elsewhere.goto("/")
    kept = "document.getElementById('words').value"
    assert [again.evaluate(kept), elsewhere.evaluate(kept)] == ["mine", ""]
    one.leave()
    other.leave()


@pytest.mark.slow
def test_storage_outlives_the_browser_and_no_other_host_is_asked(
    pages: str, tmp_path: Path
) -> None:
    server = socketserver.ThreadingTCPServer((HOST, 0), _Listener)
    server.heard = []
    with serving(server) as way_out:
        with firefoxes.running(tmp_path, way_out) as browser:
            window = browser.person(pages, firefoxes.OWNER).window()
            window.goto("/")
            window.fill("#words", "kept")
            window.click("#go")
        assert alive(browser.process) == []
        with firefoxes.running(tmp_path, way_out) as browser:
            window = browser.person(pages, firefoxes.OWNER).window()
            window.goto("/")
            assert window.evaluate("document.getElementById('words').value") == "kept"
            window.pause(5)
            quiet = list(server.heard)
            window.goto("about:blank")
            window.evaluate(f"void fetch('{ELSEWHERE}', {{mode: 'no-cors'}}).catch(() => 0)")
            window.pause(0.3)
    assert quiet == []
    assert {line.split()[1] for line in server.heard} == {ELSEWHERE}


@pytest.mark.slow
def test_nothing_is_left_running_after_a_failure(tmp_path: Path) -> None:
    groups = []

    def fail() -> None:
        with firefoxes.running(tmp_path) as browser:
            groups.append(browser.process)
            assert alive(browser.process)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert alive(groups[0]) == []
