"""Nobody can be found again in what a wave leaves behind, beside the answers themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import make_url

from pulse.config import Settings
from pulse.db import db
from tests.support import databases, mailed_wave, nginx, serving, silent_wave, traces
from tests.support.mailed_wave import Mailed
from tests.support.postgres import Cluster
from tests.support.silent_wave import Story

pytestmark = pytest.mark.nginx

POSTGRES = nginx.ROOT / "docs" / "deploy" / "postgresql.conf"
STATUSES = {
    "first page": 200,
    "promise": 200,
    "page": 200,
    "script": 200,
    "manifest": 200,
    "link": 303,
    "link again": 200,
    "thanks": 200,
    "code": 200,
    "typed": 303,
    "shared device": 200,
    "code on it": 200,
    "form on it": 303,
    "thanks on it": 200,
    "wrong code": 422,
    "wrong code on it": 422,
    "wrong code with answers": 422,
    "wrong answer": 422,
    "large form": 413,
    "larger than nginx takes": 413,
    "no multipart": 422,
    "no JSON": 422,
    "no receipt": 422,
    "no ballot": 422,
    "unknown": 404,
    "bad blinded": 422,
    "no page": 404,
    "no wave": 404,
    "issue": 200,
    "ballot": 204,
    "receipt": 200,
    "form while broken": 500,
    "started before it broke": 200,
    "ballot while broken": 500,
    "ballot again": 409,
}
STATUSES_OF_FAULTS = 2


@contextmanager
def broken_box() -> Iterator[None]:
    """Let the box refuse every shard, in the way that quotes the row which is refused."""
    engine = db.engines["box"]
    if engine.dialect.name == "sqlite":
        broken = (
            "CREATE TRIGGER planted BEFORE INSERT ON shard "
            "BEGIN SELECT RAISE(ABORT, 'planted'); END"
        )
        mended = "DROP TRIGGER planted"
    else:
        broken = "ALTER TABLE shard ADD CONSTRAINT planted CHECK (slot < 0) NOT VALID"
        mended = "ALTER TABLE shard DROP CONSTRAINT planted"
    with engine.begin() as connection:
        connection.exec_driver_sql(broken)
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql(mended)


class Place:
    """An installation, and where everything around it writes."""

    def __init__(self, settings: Settings, folder: Path, cluster: Cluster) -> None:
        self.settings = settings
        self.folder = folder
        self.cluster = cluster
        self.postgres = not settings.database_url.startswith("sqlite")
        self._logged = self._log_size()

    def as_shipped(self) -> None:
        """Set what the shipped lines for PostgreSQL set, for these two databases."""
        lines = [line for line in POSTGRES.read_text().splitlines() if line.startswith("log_")]
        whole = ("log_line_prefix", "log_hostname", "log_connections", "log_disconnections")
        address = f"host={self.cluster.folder} user=pulse dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            for url in (self.settings.database_url, self.settings.box_database_url):
                name = make_url(url).database
                for line in lines:
                    if not line.startswith(whole):
                        connection.execute(f'ALTER DATABASE "{name}" SET {line}')
        databases.dispose()

    def written(self, web: serving.Web, server: nginx.Running) -> list[Path]:
        """List everything that was written but letters and databases."""
        ours = {"nginx.conf", "fullchain.pem", "privkey.pem", "nginx.pid"}
        found = [path for path in traces.files(server.folder) if path.name not in ours]
        instance = traces.files(self.settings.instance)
        found += [path for path in instance if self.settings.maildir not in path.parents]
        return [*found, web.log, *self._postgres_log()]

    def stored(self) -> list[Path]:
        """List the files of the databases, where they are files of ours."""
        return [] if self.postgres else traces.files(self.folder / "databases")

    def _postgres_log(self) -> list[Path]:
        if not self.postgres:
            return []
        log = self.folder / "postgres.log"
        log.write_bytes((self.cluster.folder / "log").read_bytes()[self._logged :])
        return [log]

    def _log_size(self) -> int:
        log = self.cluster.folder / "log"
        return log.stat().st_size if self.postgres and log.exists() else 0


@pytest.fixture
def place(app: Flask, settings: Settings, tmp_path: Path, templates) -> Place:
    return Place(settings, tmp_path, templates.cluster)


@dataclass(frozen=True, slots=True)
class Lived:
    """A wave that was lived: its letters and story, what was found where, what was printed."""

    mailed: Mailed
    story: Story
    found: dict[str, set[str]]
    printed: str


def live(
    place: Place, now: datetime, wanted: serving.Wanted, changes=None, *, as_shipped: bool = True
) -> Lived:
    if place.postgres and as_shipped:
        place.as_shipped()
    mailed = mailed_wave.opened(now)
    with (
        serving.running(place.folder / "web", place.settings, wanted) as web,
        nginx.running(web.port, changes) as server,
    ):
        story = silent_wave.tell(server, mailed, broken_box)
        found = everything(story).found(place.written(web, server))
        return Lived(mailed, story, found, web.log.read_text())


def everything(story: Story) -> traces.Traces:
    return traces.Traces(story.traces.forms | story.secrets.forms)


# Gunicorn has a line for each request at its level `debug`; the shipped file sets another.
LOUD = (serving.Wanted("granian"), serving.Wanted("gunicorn", level="error"))


@pytest.mark.parametrize("wanted", LOUD, ids=lambda wanted: wanted.server)
def test_no_file_holds_a_trace_of_anybody(place: Place, now: datetime, wanted) -> None:
    """With every logger at DEBUG, and with Flask's debugging switched on."""
    lived = live(place, now, wanted)
    assert lived.story.statuses == STATUSES
    assert lived.found == {}
    assert "Something failed." in lived.printed
    _only_their_own(lived)
    _where_they_belong(place, lived.story)


def _only_their_own(lived: "Lived") -> None:
    """A letter is where a secret and a code must stand: those of its reader, and nothing else."""
    for letter in lived.mailed.letters:
        others = traces.Traces(dict(lived.story.traces.forms))
        for other in lived.mailed.letters:
            if other is not letter:
                others.add("secret", other.secret)
                others.add("code", other.code)
        assert others.found([letter.path]) == {}
        own = letter.path.read_text()
        assert letter.secret in own
        assert letter.code in own


def _where_they_belong(place: Place, story: Story) -> None:
    """Receipts and sealed shards stand in the box; no database has a trace of a visit."""
    for path in place.stored():
        assert story.traces.inside(path.read_bytes()) == set(), path.name
        kept = story.secrets.inside(path.read_bytes())
        box = path.name.startswith("box")
        assert kept <= ({"receipt", "sealed shard"} if box else {"secret", "code"}), path.name


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_what_is_printed_as_shipped_is_the_kind_and_place_of_faults(
    place: Place, now: datetime
) -> None:
    printed = live(place, now, serving.Wanted("granian", "shipped", "error")).printed.splitlines()
    faults = [line for line in printed if line == "ERROR pulse: Something failed."]
    assert len(faults) == STATUSES_OF_FAULTS
    for line in printed:
        assert line in faults or re.fullmatch(r"\w+ \([\w./ >:-]+\)", line), line


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_logs_of_requests_are_caught_in_the_application_and_in_the_proxy(
    place: Place, now: datetime
) -> None:
    planted = {"    access_log off;": "    access_log FOLDER/access.log combined;"}
    found = live(place, now, serving.Wanted(factory="planted"), planted).found
    assert found["web.log"] >= {"secret", "code", "words", "token", "blinded", "sealed shard"}
    assert found["access.log"] >= {"127.45.67.89", "TraceAgent", "trace-referer"}


@pytest.mark.parametrize("engine_kind", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_postgresql_writes_of_its_own_accord_is_caught(place: Place, now: datetime) -> None:
    """Without the shipped lines it quotes the row that it refuses."""
    found = live(place, now, serving.Wanted(), as_shipped=False).found
    assert "sealed shard" in found["postgres.log"]
