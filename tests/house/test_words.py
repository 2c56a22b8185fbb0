"""Words that claim what no data of ours can show stand nowhere that a person may read."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import tree

# As nouns and verbs of a claim. "Driver" is the glossary's word for a theme, and "caused" stands
# in the sentence that denies it.
BANNED = re.compile(
    r"\b(predicts?|predicted|predicting|predictions?|predictors?|drives|causes|impacts?|impacted"
    r"|flight[ -]risks?)\b",
    re.IGNORECASE,
)
_MESSAGES = ("*.po", "*.pot", "*.json", "*.toml", "*.csv")


def pages() -> Iterator[Path]:
    yield from sorted((tree.ROOT / "templates").rglob("*.*"))
    yield from sorted((tree.ROOT / "static" / "js").glob("*.js"))
    for pattern in _MESSAGES:
        yield from sorted((tree.ROOT / "pulse").rglob(pattern))


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Give the texts of a module that are no docstring."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", list(pages()), ids=lambda path: path.name)
def test_no_page_says_them(path: Path) -> None:
    assert not BANNED.findall(path.read_text(encoding="utf-8"))


def test_no_text_of_the_program_says_them() -> None:
    found = [
        f"{path.relative_to(tree.ROOT)}:{line}: {text}"
        for path in sorted((tree.ROOT / "pulse").rglob("*.py"))
        for line, text in strings(path)
        if BANNED.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["It predicts who leaves.", "High flight risk", "Mood drives churn"]
)
def test_the_pattern_finds_them(text: str) -> None:
    assert BANNED.search(text)
