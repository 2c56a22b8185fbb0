"""The question bank and its packs: read once from the TOML files beside this module.

The data are part of the program; a wrong file stops the import of this module, not a wave.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pulse.domain.errors import NotFound
from pulse.domain.question import Question
from pulse.domain.scale import Scale

FOLDER = Path(__file__).resolve().parent
OWN_DRIVER = "own"
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Driver:
    """What a group of questions is about; `source` is the literature its construct is from."""

    key: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One question of the bank; `source` names the construct that it was written from."""

    code: str
    text: str
    driver: str
    scale: Scale
    reverse: bool
    source: str

    def asked(self, language: str = _ENGLISH) -> Question:
        """Give the question as a survey copies it, in English where there is no other text."""
        words = text(self.code, language) or self.text
        return Question(self.code, words, self.scale, self.driver, self.reverse)


@dataclass(frozen=True, slots=True)
class Pack:
    """A ready-made selection of questions, in the order they are asked."""

    key: str
    name: str
    description: str
    codes: tuple[str, ...]


@cache
def drivers() -> tuple[Driver, ...]:
    """List the drivers in the order in which they are shown."""
    return tuple(Driver(item["key"], item["name"], item["source"]) for item in _drivers())


@cache
def questions() -> tuple[BankQuestion, ...]:
    """List all questions, driver by driver."""
    return tuple(_question(driver, item) for driver in _drivers() for item in driver["questions"])


@cache
def packs() -> tuple[Pack, ...]:
    """List the packs."""
    found = _read("packs.toml")["pack"]
    return tuple(Pack(**(item | {"codes": tuple(item["codes"])})) for item in found)


def question(code: str) -> BankQuestion:
    """Give the question of this code. Raises NotFound."""
    for item in questions():
        if item.code == code:
            return item
    raise NotFound(f"The question bank has no question “{code}”.")


def pack(key: str) -> Pack:
    """Give the pack of this key. Raises NotFound and lists the keys there are."""
    for item in packs():
        if item.key == key:
            return item
    known = ", ".join(item.key for item in packs())
    raise NotFound(f"There is no pack “{key}”. There are: {known}.")


def text(code: str, language: str) -> str:
    """Give a question's text in a language; nothing where the bank has none.

    >>> text("workload_1", "es"), text("own_1", "es")
    ('Tengo tiempo suficiente para hacer bien mi trabajo.', '')
    """
    if language == _ENGLISH:
        return next((item.text for item in questions() if item.code == code), "")
    return _translated(language)["questions"].get(code, "")


def driver_name(key: str, language: str = _ENGLISH) -> str:
    """Give the name of a driver for people; a key that is not known stands for itself.

    >>> driver_name("tools"), driver_name("tools", "de")
    ('Tools that work', 'Werkzeuge, die funktionieren')
    """
    english = next((item.name for item in drivers() if item.key == key), key)
    return _translated(language)["drivers"].get(key, english)


def _question(driver: dict[str, Any], item: dict[str, Any]) -> BankQuestion:
    return BankQuestion(
        code=item["code"],
        text=item["text"],
        driver=driver["key"],
        scale=Scale(item.get("scale", Scale.LIKERT5)),
        reverse=item.get("reverse", False),
        source=item.get("source", driver["source"]),
    )


@cache
def _translated(language: str) -> dict[str, dict[str, str]]:
    path = FOLDER / f"bank.{language}.toml"
    found = _read(path.name) if path.exists() else {}
    return {"drivers": {}, "questions": {}} | found


@cache
def _drivers() -> tuple[dict[str, Any], ...]:
    return tuple(_read("bank.toml")["driver"])


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
