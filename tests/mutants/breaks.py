"""The list of planted breaks, read from `breaks.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).with_name("breaks.toml")


@dataclass(frozen=True, slots=True)
class Break:
    """One text in one file and what is put in its place; why that matters; who must notice.

    `select` is what pytest is told to run of the tests (`-k`), `builds` says that the browser's
    script is built anew.
    """

    name: str
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    select: str = "not postgres"
    builds: bool = False


def load() -> tuple[Break, ...]:
    """Read the list. Raises TypeError for a field that is missing or unknown."""
    listed = tomllib.loads(PLACE.read_text(encoding="utf-8"))["break"]
    return tuple(Break(**(item | {"tests": tuple(item["tests"])})) for item in listed)
