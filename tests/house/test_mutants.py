"""The list of planted breaks fits the code: what it replaces and what must notice are there."""

import pytest

from tests.mutants.__main__ import TOO_LONG, is_noticed
from tests.mutants.breaks import Break, load
from tests.support import tree

BREAKS = load()


def test_the_list_is_long_enough_and_names_each_break_once() -> None:
    names = [one.name for one in BREAKS]
    assert len(names) >= 30
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.name)
def test_a_break_can_be_planted_and_is_one(one: Break) -> None:
    assert tree.read(tree.ROOT / one.file).count(one.old) == 1
    assert one.old != one.new
    assert one.why.endswith(".")


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.name)
def test_the_tests_that_must_notice_a_break_exist(one: Break) -> None:
    assert one.tests
    for test in one.tests:
        path, _, name = test.partition("::")
        functions = {function.name for function in tree.functions(tree.ROOT / path)}
        assert not name or name.partition("[")[0] in functions, test


@pytest.mark.parametrize(
    ("code", "said", "noticed"),
    [
        (1, "F\nFAILED tests/test_a.py::test_b - assert 1 == 2\n1 failed", True),
        (0, "1 passed", False),
        (1, "ERROR tests/test_a.py::test_b - ImportError\n1 error", False),
        (2, "ERROR tests/test_a.py - SyntaxError\nInterrupted", False),
        (3, "INTERNALERROR", False),
        (4, "ERROR: file or directory not found: FAILED", False),
        (5, "no tests ran", False),
        (TOO_LONG, "took too long", False),
    ],
)
def test_only_a_test_that_failed_has_noticed_a_break(code: int, said: str, noticed: bool) -> None:
    assert is_noticed(code, said) is noticed
