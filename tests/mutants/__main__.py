"""Plants each break of `breaks/` in a copy of the tree and demands that its tests notice.

    python -m tests.mutants               every break; before that, the same tests without any
    python -m tests.mutants rowid spent   those whose names have one of the words

It ends with 1 when a break survives, when a text to be replaced is not there exactly once, or
when the tests fail without any break, since they would then prove nothing. A break is noticed when
a test fails, and in no other way: tests that cannot be run, or never end, have noticed nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.breaks import Break, load
from tests.support import tree

PYTHON = tree.ROOT / ".venv" / "bin" / "python"
BUILT = Path("static", "built", "ballot.js")
OPTIONS = ("-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:randomly")
LONGEST_SECONDS = 900
TESTS_FAILED, TOO_LONG = 1, -1


def main(words: Sequence[str]) -> int:
    chosen = [one for one in load() if not words or any(word in one.name for word in words)]
    with tempfile.TemporaryDirectory(prefix="pulse-mutants-") as folder:
        copy = Path(folder, "tree")
        _copy(copy)
        if not _passes_unbroken(copy, chosen):
            return 1
        survivors = [one.name for one in chosen if not _is_killed(copy, one)]
    print(f"\n{len(chosen) - len(survivors)} of {len(chosen)} breaks were noticed.")
    for name in survivors:
        print(f"SURVIVED: {name}")
    return 1 if survivors else 0


def _copy(target: Path) -> None:
    """Copy the project's own files and the built script; the packages are the same ones."""
    for name in (*tree.files(), BUILT):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree.ROOT / name, target / name)
    (target / ".venv").symlink_to(tree.ROOT / ".venv")
    # Some tests ask git which files are the project's own.
    for command in (["init", "-q"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=target, check=True, capture_output=True)


def _passes_unbroken(copy: Path, chosen: Sequence[Break]) -> bool:
    for select in sorted({one.select for one in chosen}):
        names = sorted({test for one in chosen if one.select == select for test in one.tests})
        code, said = _run(copy, names, select)
        if code != 0:
            print(f"the tests fail without any break, so they prove nothing:\n{said}")
            return False
    return True


def _is_killed(copy: Path, one: Break) -> bool:
    began = time.monotonic()
    place = copy / one.file
    whole = place.read_text(encoding="utf-8")
    if whole.count(one.old) != 1:
        print(f"  BROKEN LIST  {one.name}: the text is not in {one.file} exactly once")
        return False
    place.write_text(whole.replace(one.old, one.new), encoding="utf-8")
    try:
        if one.builds:
            _build(copy)
        code, said = _run(copy, one.tests, one.select)
    finally:
        place.write_text(whole, encoding="utf-8")
        if one.builds:
            shutil.copy2(tree.ROOT / BUILT, copy / BUILT)
    killed = is_noticed(code, said)
    seconds = time.monotonic() - began
    print(f"  {'noticed ' if killed else 'SURVIVED'} {seconds:5.1f} s  {one.name}: {_last(said)}")
    return killed


def is_noticed(code: int, said: str) -> bool:
    """Say whether a test has failed: not by an error on the way to it, nor by a broken run."""
    return code == TESTS_FAILED and any(line.startswith("FAILED ") for line in said.splitlines())


def _build(copy: Path) -> None:
    """Build the browser's script of the copy, as set-up does."""
    into = copy.parent / "build"
    subprocess.run([copy / ".ci" / "build", "--into", into], cwd=copy, check=True)
    shutil.copy2(into / "ballot.js", copy / BUILT)


def _run(copy: Path, tests: Sequence[str], select: str) -> tuple[int, str]:
    try:
        done = subprocess.run(
            [PYTHON, "-m", "pytest", *OPTIONS, "-k", select, *tests],
            cwd=copy,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TOO_LONG, "took too long"
    return done.returncode, done.stdout.decode(errors="replace")


def _last(said: str) -> str:
    """Give the first test that failed, or what pytest said last."""
    lines = [line for line in said.splitlines() if line.strip()]
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return (failed or lines or ["nothing"])[0 if failed else -1].partition(" - ")[0]


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    raise SystemExit(main(sys.argv[1:]))
