"""The lists of planted breaks in `breaks/`.

Each takes one promise away, and the tests named beside it must notice. A house test keeps the lists
fitting the code: a text must stand in its file exactly once.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

PLACE = Path(__file__).with_name("breaks")


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
    """Read the lists. Raises TypeError for a field that is missing or unknown."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(PLACE.glob("*.toml")))
    listed = [item for text in texts for item in tomllib.loads(text)["break"]]
    return tuple(Break(**(item | {"tests": tuple(item["tests"])})) for item in listed)
