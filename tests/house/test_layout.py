"""The house's plan: what lies where, and how large a file or a function may be."""

import re
from pathlib import Path

from tests.support import tree

TOP_LEVEL = {
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "docs",
    "migrations",
    "pulse",
    "pyproject.toml",
    "requirements.txt",
    "static",
    "templates",
    "tests",
    "wsgi.py",
}
CODE = (".py", ".css", ".js", ".html", ".txt", ".toml")
MOST_LINES = 400
MOST_LINES_IN_A_FUNCTION = 40
UNWANTED = re.compile(
    r"unittest\.mock|MagicMock|monkeypatch|pytest\.(skip|xfail|importorskip)|mark\.(skip|xfail)"
    r"|NotImplementedError|\b(TODO|FIXME|XXX)\b"
)


def is_written_by_hand(path: Path) -> bool:
    return "versions" not in path.parts and path.name != "requirements.txt"


def test_nothing_new_lies_at_the_top() -> None:
    assert {path.parts[0] for path in tree.files()} <= TOP_LEVEL


def test_no_file_is_longer_than_a_person_can_hold() -> None:
    code = tree.under("pulse", "static", "templates", "tests", "migrations", ending=CODE)
    long = {
        str(path): lines
        for path in code
        if is_written_by_hand(path) and (lines := tree.read(path).count("\n")) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path}:{function.name}": lines
        for path in tree.under("pulse", "tests", "migrations")
        if is_written_by_hand(path)
        for function in tree.functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_IN_A_FUNCTION
    }
    assert long == {}


def test_rooms_hold_files_and_no_further_rooms() -> None:
    deep = [
        str(path)
        for path in tree.under("pulse", ending=(".py", ".toml"))
        if len(path.parts) > 3 and path.parts[1:3] != ("web", "charts")
    ]
    assert deep == []


def test_every_package_file_is_empty() -> None:
    packages = [path for path in tree.files() if path.name == "__init__.py"]
    assert [str(path) for path in packages if tree.read(path)] == []
    with_code = {path.parent for path in tree.under("pulse")}
    assert with_code == {path.parent for path in packages if path.parts[0] == "pulse"}


def test_nothing_is_unfinished_skipped_or_mocked() -> None:
    found = [
        f"{path}:{number}: {line.strip()}"
        for path in tree.under("pulse", "tests", "migrations")
        if path != Path("tests/house/test_layout.py")
        for number, line in enumerate(tree.read(path).splitlines(), start=1)
        if UNWANTED.search(line)
    ]
    assert found == []
