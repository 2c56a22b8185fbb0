from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.cells import Counts, total
from pulse.domain.counting import counts_by_group, label_counts, members_by_group
from pulse.domain.dimension import Dimension, Node
from pulse.domain.disclosure import Branch, subtree_totals
from pulse.domain.question import Question
from pulse.domain.scale import Favour, Scale, choices, favour, score

NODES = (
    Node("all", "All", None, 0),
    Node("a", "A", "all", 0),
    Node("a1", "A one", "a", 9, ("one",)),
    Node("a2", "A two", "a", 9, ("two", "three")),
    Node("b", "B", "all", 9, ("four",)),
)
DIMENSION = Dimension("organisation", "Organisation", NODES)
SCALES = st.sampled_from([Scale.LIKERT5, Scale.ZERO_TO_TEN, Scale.YES_NO])


@st.composite
def ballots(draw: st.DrawFn) -> tuple[Question, list[tuple[str, int | None]]]:
    question = Question("q", "Really?", draw(SCALES), "own", draw(st.booleans()))
    values = [None, *(choice.value for choice in choices(question.scale))]
    ballot = st.tuples(st.sampled_from(["a1", "a2", "b"]), st.sampled_from(values))
    return question, draw(st.lists(ballot, max_size=40))


@given(ballots())
def test_groups_count_what_counting_by_hand_counts(
    given_ballots: tuple[Question, list[tuple[str, int | None]]],
) -> None:
    question, cast = given_ballots
    turnout = Counter(label for label, _ in cast)
    answers = {
        label: Counter(value for where, value in cast if where == label) for label in turnout
    }
    found = counts_by_group(DIMENSION, question, turnout, answers)
    by_hand = {
        code: total(_one(question, value) for label, value in cast if label in labels)
        for code, labels in {"all": {"a1", "a2", "b"}, "a": {"a1", "a2"}, "b": {"b"}}.items()
    }
    assert {code: found[code] for code in by_hand} == by_hand
    tree = {node.code: Branch(node.parent, turnout[node.code]) for node in NODES}
    assert subtree_totals(tree) == {code: counts.n for code, counts in found.items()}


@given(
    st.integers(0, 20), st.dictionaries(st.sampled_from([None, 1, 2, 3, 4, 5]), st.integers(0, 9))
)
def test_a_question_never_outgrows_its_group(n: int, histogram: dict[int | None, int]) -> None:
    question = Question("q", "Really?", Scale.LIKERT5, "own")
    counts = label_counts(question, n, histogram)
    assert counts.n == n == counts.answered + counts.no_answer
    assert counts.no_answer >= 0


def test_a_group_is_made_of_everything_below_it() -> None:
    assert members_by_group(NODES)["a"] == ("one", "three", "two")
    assert members_by_group(NODES)["all"] == ("four", "one", "three", "two")


def _one(question: Question, value: int | None) -> Counts:
    """Count one ballot."""
    if value is None:
        return Counts(n=1, no_answer=1)
    kind = favour(question.scale, value, reverse=question.reverse)
    points = score(question.scale, value, reverse=question.reverse)
    return Counts(
        n=1,
        favourable=int(kind is Favour.FAVOURABLE),
        neutral=int(kind is Favour.NEUTRAL),
        unfavourable=int(kind is Favour.UNFAVOURABLE),
        score_sum=points,
        score_sumsq=points * points,
    )
