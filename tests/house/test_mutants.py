"""The list of planted breaks fits the code: what it replaces and what must notice are there."""

import pytest

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
