"""Fixtures of every test: the application on fresh databases of both kinds, a fixed moment, real
mail servers, a real web server, a real browser. What they are made of is in `tests/support`.
"""

import os
import shutil
import signal
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import FrameType

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, Page
from pydantic import SecretStr

from pulse.app import create_app
from pulse.config import Mode, Settings, load
from tests.support import browser as browsers
from tests.support import databases, needs, postgres, server, smtp, when
from tests.support import firefox as firefoxes

SECRET = "the secret of the tests, long enough for every check"
CLUSTER = "PULSE_TEST_CLUSTER"

hypothesis.settings.register_profile("pulse", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("pulse")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to start without what is required; name the cluster that all processes share."""
    if _is_worker(config):
        return
    lacking = [need for need in needs.missing() if need.marker in needs.required()]
    if lacking:
        raise pytest.UsageError("; ".join(need.sentence() for need in lacking))
    os.environ[CLUSTER] = str(postgres.new_folder())
    signal.signal(signal.SIGTERM, _end)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, also after Ctrl-C."""
    if not _is_worker(config) and CLUSTER in os.environ:
        postgres.Cluster(Path(os.environ.pop(CLUSTER))).stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs the browser; leave out what cannot run here: the end of the run says so."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        for marker in ("browser", "firefox"):
            if needs.FIXTURES[marker] & set(fixtures):
                item.add_marker(marker)
    lacking = {need.marker for need in needs.missing()}
    out = [item for item in items if any(item.get_closest_marker(name) for name in lacking)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for need in needs.missing():
        terminalreporter.write_line(need.sentence(), yellow=True)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _end(number: int, frame: FrameType | None) -> None:
    """Take SIGTERM for Ctrl-C, so that the cluster is stopped."""
    raise KeyboardInterrupt


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen: a Monday morning, before the clocks change."""
    return when.NOW


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> databases.Templates:
    """Migrated empty databases to copy, made once by each process for each kind."""
    cluster = postgres.Cluster(Path(os.environ[CLUSTER]))
    return databases.Templates(tmp_path_factory.mktemp("templates"), cluster)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """Both kinds of database, one after the other."""
    return str(request.param)


@pytest.fixture
def database_urls(
    engine_kind: str, templates: databases.Templates, tmp_path: Path
) -> Iterator[databases.Urls]:
    """Fresh migrated databases, main and box."""
    with templates.copy(engine_kind, tmp_path / "databases", uuid.uuid4().hex) as urls:
        yield urls


@pytest.fixture
def public_url(request: pytest.FixtureRequest) -> str:
    """The address in mails; a real one where the test has a server."""
    if "live_server" in request.fixturenames:
        return f"http://{smtp.HOST}:{smtp.free_port()}"
    return "http://pulse.test"


@pytest.fixture
def settings(database_urls: databases.Urls, public_url: str, tmp_path: Path) -> Settings:
    return load(
        _env_file=None,
        mode=Mode.TEST,
        secret_key=SecretStr(SECRET),
        instance=tmp_path / "instance",
        database_url=database_urls.main,
        box_database_url=database_urls.box,
        public_url=public_url,
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled pages, kept over the tests of a process: each test has an application of its own."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("jinja")))


@pytest.fixture
def app(settings: Settings, compiled_templates: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application with its context pushed, on SQLite and again on PostgreSQL."""
    made = create_app(settings)
    made.jinja_env.bytecode_cache = compiled_templates
    with made.app_context():
        yield made
        databases.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def smtp_sink() -> Iterator[smtp.Sink]:
    with smtp.running() as sink:
        yield sink


@pytest.fixture
def live_server(app: Flask, public_url: str) -> Iterator[str]:
    """The application on a real port; the address without a slash at its end."""
    host, _, port = public_url.removeprefix("http://").partition(":")
    with server.running(app, host, int(port)):
        yield public_url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browsers.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[firefoxes.Firefox]:
    """Give Firefox on a fresh profile: `firefox.person(url)` has cookies and storage apart."""
    with firefoxes.running(tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, live_server: str) -> Iterator[browsers.Visitor]:
    """Opens pages: `visit(width, scheme="dark", javascript=False)`; each in a private window.

    The test fails when a page broke its security policy, ran into a script error or asked
    another host for anything.
    """
    visitor = browsers.Visitor(chromium, live_server)
    yield visitor
    visitor.close()
    assert not visitor.problems


@pytest.fixture
def page(visit: browsers.Visitor) -> Page:
    """One page as wide as a phone."""
    return visit()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that axe-core finds nothing wrong with a page, and that nothing sticks out."""

    def check(page: Page) -> None:
        assert browsers.violations(page) == []
        assert browsers.overflow(page) == 0, f"{page.url} is wider than its window"

    return check


@pytest.fixture(scope="session", autouse=True)
def _tidy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Remove the databases of the tests at once; a thousand of them fill a disk."""
    yield
    shutil.rmtree(tmp_path_factory.getbasetemp(), ignore_errors=True)
