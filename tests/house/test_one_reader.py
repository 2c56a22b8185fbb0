"""Every count that anybody sees leaves the database through one function.

Two checks from two sides: by reading the source, and by watching every statement of every page
that anybody may open.
"""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from pulse import clock
from pulse.db import db
from pulse.domain.permission import Role
from pulse.release import downloads
from tests.support import databases, demo_mode, journey_company, signed_in, tree
from tests.support.journey_company import Installation
from tests.support.journey_places import FILLED

# Where published figures are read, and by which functions; where they are written and described.
READERS = {
    ("pulse/release/rows.py", "cells"),
    ("pulse/release/rows.py", "cell_count"),
    ("pulse/release/precision.py", "of_groups"),
    ("pulse/release/precision.py", "spreads"),
    ("pulse/release/moments.py", "of_release"),
    ("pulse/release/moments.py", "newest"),
    ("pulse/release/moments.py", "spreads"),
    ("pulse/release/moments.py", "write"),
}
WRITERS = {
    "pulse/release/figures.py",
    "pulse/release/changes.py",
    "pulse/release/spread.py",
}
MODELS = {
    "pulse/release/model.py",
    "pulse/release/score_model.py",
    "pulse/release/moment_model.py",
}
NAMES = {"ReleaseCell", "ReleaseScore", "ReleaseSpread"} | {
    "ReleaseMoments",
    "ReleaseDeviation",
    "ReleaseCorrelation",
}
TABLES = re.compile(r"\brelease_(cell|score|spread|moments|deviation|correlation)\b")
OF_THE_BOX = re.compile(r"\b(shard|spent)\b")
# What a template could count with, if it were handed a row or the way to one.
BY_ITSELF = re.compile(
    r"\b(session|execute|query|select|tally|histogram|score_sum|favourable_low|unfavourable_low"
    r"|favourable_high|unfavourable_high|counts\.value)\b"
)
EXPRESSION = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
FILES = tuple(
    [f"/results/{{release}}/files/{name}" for name in downloads.FOR_ALL]
    + [f"/hr/results/{{release}}/files/{name}" for name in downloads.FOR_HR]
)
# What can be read by GET and is no page of `journey_places`.
MORE = (
    *FILES,
    "/hr/results/{release}?sort=enps&level=all",
    "/hr/results/{release}?trend={hidden}&measure=workload",
    "/healthz",
    "/api/v1/releases",
    "/api/v1/releases/{release}",
    "/api/v1/releases/{release}/groups",
    "/api/v1/releases/{release}/cells",
    "/hr/churn/timeline.csv",
    "/hr/churn/teams.csv",
    "/hr/churn/consented/survival.csv",
    "/s/{open}/manifest.json",
    "/mailbox/{letter}/html",
    "/hr/people/import/{checked}/problems.csv",
)


def test_only_one_file_reads_cells_and_only_the_count_writes_them() -> None:
    allowed = {file for file, _ in READERS} | WRITERS | MODELS
    found = {
        f"{path}:{node.lineno}"
        for path in tree.under("pulse")
        if str(path) not in allowed
        for node in ast.walk(ast.parse(tree.read(path)))
        if _names_cells(node)
    }
    assert found == set()


def test_in_that_file_only_the_functions_named_do() -> None:
    for file, wanted in {
        file: {name for at, name in READERS if at == file} for file, _ in READERS
    }.items():
        using = {
            function.name
            for function in tree.functions(Path(file))
            if any(_names_cells(node) for node in ast.walk(function))
        }
        assert using <= wanted


def test_no_template_counts() -> None:
    found = [
        f"{path}: {match[0]}"
        for path in tree.under("templates", ending=(".html", ".txt"))
        for expression in EXPRESSION.findall(tree.read(path))
        for match in [BY_ITSELF.search(QUOTED.sub("", "".join(expression)))]
        if match
    ]
    assert found == []


def _names_cells(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(TABLES.search(node.value))
    if isinstance(node, ast.alias):
        return node.name.rpartition(".")[2] in NAMES
    name = getattr(node, "id", None) or getattr(node, "attr", None)
    return name in NAMES


@pytest.fixture(scope="module")
def filled(
    templates: databases.Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Installation]]:
    """A company that has lived a year with Pulse, and somebody signed in of every role."""
    folder = tmp_path_factory.mktemp("reader")
    with demo_mode.installed(templates, folder) as app:
        yield app, journey_company.filled(app, clock.now())


@pytest.mark.slow
def test_whoever_opens_whatever_page_reads_cells_through_one_function(
    filled: tuple[Flask, Installation],
) -> None:
    app, installation = filled
    paths = [place.path for place in FILLED] + list(MORE)
    wanted = dict.fromkeys(path.partition("#")[0].format_map(installation.names) for path in paths)
    answered: set[str] = set()
    with app.app_context(), watched() as seen:
        for client in _visitors(app, installation):
            answered |= _walk(app, client, [*wanted, *_of_somebody(app, installation)])
    assert seen.elsewhere == []
    assert seen.of_the_box == []
    assert seen.through_one > 20
    assert answered >= _readable(app)


class Seen:
    """Statements that read counts: how many by the one way, and those by any other."""

    def __init__(self) -> None:
        self.through_one = 0
        self.elsewhere: list[str] = []
        self.of_the_box: list[str] = []

    def main(self, *given: object) -> None:
        """Look who asks for published figures."""
        if TABLES.search(str(given[2])):
            reader = _reader(sys._getframe(1))
            self.through_one += reader is not None
            if reader is None:
                self.elsewhere.append(str(given[2]))

    def box(self, *given: object) -> None:
        """A page that is read asks the box for nothing."""
        if OF_THE_BOX.search(str(given[2])):
            self.of_the_box.append(str(given[2]))


@contextmanager
def watched() -> Iterator[Seen]:
    seen = Seen()
    event.listen(db.engine, "before_cursor_execute", seen.main)
    event.listen(db.engines["box"], "before_cursor_execute", seen.box)
    yield seen
    event.remove(db.engine, "before_cursor_execute", seen.main)
    event.remove(db.engines["box"], "before_cursor_execute", seen.box)


def _reader(frame: FrameType | None) -> tuple[str, str] | None:
    """Find the one function among those that called, by its file and name."""
    while frame is not None:
        place = Path(frame.f_code.co_filename)
        if place.is_relative_to(tree.ROOT):
            at = (str(place.relative_to(tree.ROOT)), frame.f_code.co_name)
            if at in READERS:
                return at
        frame = frame.f_back
    return None


def _visitors(app: Flask, installation: Installation) -> Iterator[FlaskClient]:
    yield app.test_client()
    for role in Role:
        yield signed_in.client(app, installation.tokens[role])


def _of_somebody(app: Flask, installation: Installation) -> list[str]:
    """Give the page that makes a new slip for somebody, as the search links to it."""
    client = signed_in.client(app, installation.tokens[Role.HR])
    page = client.get("/hr/waves/{open}/slips/new?q=a+e".format_map(installation.names)).text
    return re.findall(r'href="([^"]+/slips/new/\d+)"', page)[:1]


def _walk(app: Flask, client: FlaskClient, paths: list[str]) -> set[str]:
    """Open every page; give the endpoints of those that were answered."""
    answered = set()
    for path in paths:
        answer = client.get(path, buffered=True)
        assert answer.status_code < 500, path
        if answer.status_code == 200:
            endpoint, _ = app.url_map.bind("localhost").match(path.partition("?")[0])
            answered.add(endpoint)
    return answered


def _readable(app: Flask) -> set[str]:
    """Give every endpoint that can be read, but for files that are the same for everyone.

    Nor is it asked what watchers ask, for which a worker has to lead, or a token to be set.
    """
    fixed = {"static", "script.ballot", "chart_files.script", "chart_files.style"}
    fixed |= {"health.ready", "health.metrics"}
    return {
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
    } - fixed
