"""Whatever a block answered, what is published of it leaves every class open for everybody."""

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.cells import Counts
from pulse.domain.counting import ClassCounts, class_counts
from pulse.domain.edge_coding import code, coded
from pulse.domain.question import Question
from pulse.domain.scale import Scale

QUESTION = Question("q", "Really?", Scale.LIKERT5, "own")


def published(answers: tuple[int | None, ...], width: int) -> Counts:
    histogram = {value: answers.count(value) for value in set(answers)}
    return coded(class_counts(QUESTION, len(answers), histogram), width)


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("size", [5, 6, 7, 9])
def test_no_published_block_fits_only_people_of_one_mind(size: int, width: int) -> None:
    """Every block of a size is listed, and what fits the same figures is put together."""
    fitting: dict[Counts, set[int]] = {}
    others: dict[Counts, set[int]] = {}
    for answers in combinations_with_replacement((1, 2, 3, 4, 5), size):
        counts = published(answers, width)
        exact = class_counts(QUESTION, size, {value: answers.count(value) for value in answers})
        fitting.setdefault(counts, set()).add(exact.favourable)
        others.setdefault(counts, set()).add(exact.unfavourable)
    # With the figures before them, nobody can say that all of a block chose a class.
    assert all(min(found) < size for found in fitting.values())
    assert all(min(found) < size for found in others.values())


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize("size", [5, 7])
def test_a_block_of_one_mind_has_company_with_as_many_dissenters(size: int, width: int) -> None:
    states = {}
    for answers in combinations_with_replacement((1, 2, 3, 4, 5), size):
        histogram = {value: answers.count(value) for value in answers}
        exact = class_counts(QUESTION, size, histogram)
        states.setdefault(published(answers, width), []).append(exact)
    for alike in states.values():
        if any(state.favourable == size for state in alike):
            assert any(state.favourable == size - width for state in alike)
        if any(state.unfavourable == size for state in alike):
            assert any(state.unfavourable == size - width for state in alike)
        # Nor does the sum of scores say that a class is empty whose count leaves that open.
        if any(state.unfavourable == 0 for state in alike):
            assert any(state.unfavourable == width for state in alike)
        if any(state.favourable == 0 for state in alike):
            assert any(state.favourable == width for state in alike)


@given(st.integers(5, 200), st.integers(1, 2), st.data())
def test_an_interval_holds_its_count_and_never_an_end_alone(
    n: int, width: int, data: st.DataObject
) -> None:
    count = data.draw(st.integers(0, n))
    span = code(count, n, width)
    assert span.low <= count <= span.high
    assert span.high > 0
    assert span.low < n
    assert span.is_exact == (width < count < n - width)


@given(st.integers(5, 60), st.integers(1, 2), st.data())
def test_what_stands_for_the_classes_fits_into_the_block(
    n: int, width: int, data: st.DataObject
) -> None:
    good = data.draw(st.integers(0, n))
    bad = data.draw(st.integers(0, n - good))
    counts = coded(ClassCounts(n, good, bad, None), width)
    assert counts.neutral_middle >= 0
    assert 0 <= counts.neutral.low <= n - good - bad <= counts.neutral.high <= n


@given(st.lists(st.tuples(st.integers(5, 30), st.integers(0, 5)), min_size=1, max_size=6))
def test_a_sum_of_blocks_is_made_of_what_stands_for_them(blocks: list[tuple[int, int]]) -> None:
    coded_blocks = [coded(ClassCounts(n, good, 0, 3 * n), 1) for n, good in blocks]
    total = coded_blocks[0]
    for block in coded_blocks[1:]:
        total = total + block
    assert total.favourable.middle == sum(block.favourable.middle for block in coded_blocks)
    assert len(blocks) == 1 or total.favourable.is_exact
