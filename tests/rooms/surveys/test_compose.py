from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask

from pulse.db import reading, transaction
from pulse.domain import sealing
from pulse.domain.dimension import ORGANISATION, Dimension, Node
from pulse.domain.errors import Invalid, NotFound
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.slots import slots
from pulse.surveys import bank, catalogue, compose
from pulse.surveys.audience import Audience
from pulse.surveys.compose import OwnQuestion, SurveyDraft

CORE = compose.chosen(bank.pack("core").codes)
DRAFT = SurveyDraft("Spring pulse", "", CORE, Audience())


def question(code: str = "own_1", text: str = "Is the canteen good?") -> Question:
    return Question(code, text, Scale.LIKERT5, bank.OWN_DRIVER)


def test_a_survey_is_kept_as_it_was_composed(app: Flask, now: datetime) -> None:
    audience = Audience((4, 9), {"site": ("Leeds", "York"), "sex": ("F",)})
    own = OwnQuestion("  Is the new roster fair? ", Scale.YES_NO, "workload")
    asked = compose.chosen(["tools_4", "enps"], [own])
    draft = SurveyDraft(" Spring pulse ", "Why we ask.\n", asked, audience, ("site", "sex"))
    with transaction() as session:
        survey_id = compose.create(session, draft, now)
    with reading() as session:
        survey = catalogue.get(session, survey_id)
    assert (survey.title, survey.introduction) == ("Spring pulse", "Why we ask.")
    assert survey.questions == (
        bank.question("tools_4").asked(),
        bank.question("enps").asked(),
        Question("own_1", "Is the new roster fair?", Scale.YES_NO, "workload"),
    )
    assert survey.questions[0].reverse
    assert (survey.audience, survey.dimensions) == (audience, ("site", "sex"))
    assert survey.created_at == now


def test_surveys_are_listed_newest_first(app: Flask, now: datetime) -> None:
    with transaction() as session:
        compose.create(session, DRAFT, now)
        compose.create(session, replace(DRAFT, title="Summer pulse"), now)
    with reading() as session:
        listed = catalogue.listing(session)
    assert [survey.title for survey in listed] == ["Summer pulse", "Spring pulse"]
    assert [survey.questions for survey in listed] == [CORE, CORE]


def test_a_survey_that_does_not_exist_is_not_found(app: Flask) -> None:
    with reading() as session, pytest.raises(NotFound, match="survey 7"):
        catalogue.get(session, 7)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"title": "  "}, "title", "give a title"),
        ({"title": "x" * 121}, "title", "121 characters"),
        ({"title": "a\x00b"}, "title", "cannot be printed"),
        ({"introduction": "x" * 1001}, "introduction", "at most 1000"),
        ({"questions": ()}, "questions", "at least one"),
        ({"questions": tuple(question(f"own_{i}") for i in range(11))}, "questions", "at most 10"),
        ({"questions": (question(), question())}, "questions", "twice"),
        ({"questions": (question("Own 1"),)}, "questions", "code"),
        ({"questions": (question(text=" "),)}, "questions", "text"),
        ({"questions": (question(text="x" * 201),)}, "questions", "at most 200"),
        ({"questions": (question(text="one\ntwo"),)}, "questions", "one line"),
        ({"questions": (replace(question(), driver="weather"),)}, "questions", "weather"),
        ({"dimensions": ("a", "b", "c", "d")}, "dimensions", "at most 3"),
        ({"dimensions": ("site", "site")}, "dimensions", "once"),
        ({"dimensions": ("organisation",)}, "dimensions", "once"),
        ({"dimensions": ("organisation*site",)}, "crossings", "“site” is not chosen"),
        ({"dimensions": ("site", "site*sex")}, "crossings", "“sex” is not chosen"),
        ({"dimensions": ("site", "site*organisation")}, "crossings", "“organisation” is not"),
        ({"dimensions": ("site", "site*site")}, "crossings", "two different ways"),
        ({"dimensions": ("site", "sex", "organisation*site*sex")}, "crossings", "two different"),
        ({"dimensions": ("a", "b", "a*b", "b*a")}, "crossings", "twice"),
        ({"dimensions": ("a", "b", "a*b", "*a", "b*")}, "crossings", "At most 2"),
        ({"dimensions": ("a", "organisation*")}, "crossings", "“” is not chosen"),
        ({"dimensions": ("a" * 52, "organisation*" + "a" * 52)}, "crossings", "too long"),
    ],
)
def test_a_wrong_draft_is_refused_by_field(
    changed: dict[str, object], field: str, words: str
) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        compose.check(replace(DRAFT, **changed))
    assert caught.value.field == field


def test_open_questions_come_last_and_are_never_reversed() -> None:
    own = [OwnQuestion("What now?", Scale.OPEN, reverse=True), OwnQuestion("Ok?", Scale.LIKERT5)]
    asked = compose.chosen(["needs_open", "tools_1"], own)
    assert [item.code for item in asked] == ["tools_1", "own_2", "needs_open", "own_1"]
    assert not any(item.reverse for item in asked)


def test_a_refused_draft_leaves_nothing_behind(app: Flask, now: datetime) -> None:
    with pytest.raises(Invalid), transaction() as session:
        compose.create(session, replace(DRAFT, questions=(question(), question())), now)
    with reading() as session:
        assert catalogue.listing(session) == ()


def test_the_longest_survey_fits_its_tables(app: Flask, now: datetime) -> None:
    asked = tuple(question(f"o{i}" + "x" * 30, "é" * 200) for i in range(10))
    draft = SurveyDraft("ü" * 120, "ß" * 1000, asked, Audience(), ("a" * 60, "b", "c"))
    with transaction() as session:
        survey_id = compose.create(session, draft, now)
    with reading() as session:
        assert catalogue.get(session, survey_id).questions == asked


def test_the_longest_ballot_of_a_wave_with_crossings_stays_small() -> None:
    """Three attributes and two crossings of them, ten questions, the longest codes there are."""
    key = "a" * 20
    long = Node("c-" + "語" * 40, "", None, 20)
    both = Node(f"u12345*{long.code}", "", None, 20)
    units = Node("u12345.own", "", None, 20)
    dimensions = [Dimension(ORGANISATION, "", (units,))]
    dimensions += [Dimension(f"{key}{at}", "", (long,)) for at in range(compose.MAX_DIMENSIONS)]
    dimensions += [
        Dimension(f"{ORGANISATION}*{key}{at}", "", (both,)) for at in range(compose.MAX_CROSSINGS)
    ]
    scored = [question(f"own_{at}") for at in range(1, 10)]
    asked = (*scored, replace(question("own_10"), scale=Scale.OPEN))
    found = slots(asked, dimensions)
    assert len(found) == 1 + 9 * 6 + 1 + 1
    assert sum(sealing.sealed_lengths(slot.length for slot in found)) < 20_480


def test_crossings_are_kept_beside_their_attributes(app: Flask, now: datetime) -> None:
    dimensions = ("site", "sex", "organisation*site", "site*sex")
    with transaction() as session:
        survey_id = compose.create(session, replace(DRAFT, dimensions=dimensions), now)
    with reading() as session:
        assert catalogue.get(session, survey_id).dimensions == dimensions


def test_an_audience_without_conditions_is_everyone() -> None:
    assert Audience().everyone
    assert Audience().matches({})
    leeds = Audience(attributes={"site": ("Leeds",), "sex": ("F", "X")})
    assert not leeds.everyone
    assert leeds.matches({"site": "Leeds", "sex": "X"})
    assert not leeds.matches({"site": "Leeds"})
    assert not leeds.matches({"site": "York", "sex": "F"})
