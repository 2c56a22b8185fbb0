"""What a respondent's form says, question by question."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.answers import Reading, parse
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.slots import COMMENT_LENGTH

QUESTIONS = (
    Question("decide", "I can decide.", Scale.LIKERT5, "empowerment"),
    Question("recommend", "Would you recommend us?", Scale.ZERO_TO_TEN, "enps"),
    Question("action", "Did something happen?", Scale.YES_NO, "action"),
    Question("words", "Anything else?", Scale.OPEN, "open"),
)
MANIFEST = Manifest(1, "Pulse", "", QUESTIONS, (), 5, 10, "r", datetime(2026, 3, 9, tzinfo=UTC))


def read(**changes: str) -> Reading:
    return parse(MANIFEST, {"q1": "4", "q2": "0", "q3": "0", "q4": ""} | changes)


def test_a_complete_form_gives_answers_by_question_code() -> None:
    reading = read(q4=" More\r\nlight. ")
    assert reading.problems == ()
    assert reading.answers == {
        "decide": 4,
        "recommend": 0,
        "action": 0,
        "words": "More\nlight.",
    }


def test_preferring_not_to_answer_is_an_answer_and_words_may_be_left_out() -> None:
    reading = read(q1="none", q4="   ")
    assert reading.problems == ()
    assert reading.answers["decide"] is None
    assert reading.answers["words"] is None


def test_a_question_left_open_is_asked_about_by_its_number() -> None:
    (problem,) = read(q3="").problems
    assert problem.field == "q3"
    assert problem.message == (
        "You left question 3 open: choose an answer or “Prefer not to answer”."
    )


@pytest.mark.parametrize(
    "value", ["6", "0", "-1", "04", " 4", "4.0", "\N{ARABIC-INDIC DIGIT FOUR}", "NONE"]
)
def test_only_the_very_values_of_the_scale_are_taken(value: str) -> None:
    assert [problem.field for problem in read(q1=value).problems] == ["q1"]


def test_words_are_counted_as_a_browser_counts_them() -> None:
    assert read(q4="x" * COMMENT_LENGTH).problems == ()
    assert read(q4="\N{GRINNING FACE}" * (COMMENT_LENGTH // 2)).problems == ()
    (problem,) = read(q4="x" * (COMMENT_LENGTH + 1)).problems
    assert problem.message == "Your words to question 4 are 2,001 characters long; 2,000 fit."


@given(st.dictionaries(st.sampled_from(["q1", "q2", "q3", "q4", "q5", "code"]), st.text()))
def test_any_form_at_all_is_read(form: dict[str, str]) -> None:
    reading = parse(MANIFEST, form)
    assert len(reading.answers) + len(reading.problems) == len(QUESTIONS)
