from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.counting import added, class_counts
from pulse.domain.question import Question
from pulse.domain.scale import Favour, Scale, choices, favour, score

SCALES = st.sampled_from([Scale.LIKERT5, Scale.ZERO_TO_TEN, Scale.YES_NO])


@st.composite
def cast(draw: st.DrawFn) -> tuple[Question, list[tuple[str, int | None]]]:
    question = Question("q", "Really?", draw(SCALES), "own", draw(st.booleans()))
    values = [None, *(choice.value for choice in choices(question.scale))]
    ballot = st.tuples(st.sampled_from(["a1", "a2", "b"]), st.sampled_from(values))
    return question, draw(st.lists(ballot, max_size=40))


@given(cast())
def test_a_block_counts_what_counting_by_hand_counts(
    given_ballots: tuple[Question, list[tuple[str, int | None]]],
) -> None:
    question, ballots = given_ballots
    by_label = {
        label: Counter(value for where, value in ballots if where == label)
        for label in ("a1", "a2", "b")
    }
    found = class_counts(question, len(ballots), added(by_label.values()))
    classes = Counter(
        favour(question.scale, value, reverse=question.reverse)
        for _, value in ballots
        if value is not None
    )
    assert found.favourable == classes[Favour.FAVOURABLE]
    assert found.unfavourable == classes[Favour.UNFAVOURABLE]
    points = [
        3 if value is None else score(Scale.LIKERT5, value, reverse=question.reverse)
        for _, value in ballots
        if question.scale is Scale.LIKERT5
    ]
    assert found.score_sum == (sum(points) if question.scale is Scale.LIKERT5 else None)


@given(
    st.integers(0, 20), st.dictionaries(st.sampled_from([None, 1, 2, 3, 4, 5]), st.integers(0, 9))
)
def test_a_question_never_outgrows_its_block(n: int, histogram: dict[int | None, int]) -> None:
    found = class_counts(Question("q", "Really?", Scale.LIKERT5, "own"), n, histogram)
    assert found.ballots == n >= found.favourable + found.unfavourable
    assert n <= (found.score_sum or 0) <= 5 * n
