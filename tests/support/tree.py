"""The project's own files, as git sees them: neither ignored ones nor what tools leave behind."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[Path, ...]:
    """List every file, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return tuple(sorted(Path(name) for name in listed if (ROOT / name).exists()))


def under(*folders: str, ending: tuple[str, ...] = (".py",)) -> tuple[Path, ...]:
    """List the files in these folders that end so."""
    return tuple(path for path in files() if path.parts[0] in folders and path.suffix in ending)


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
