import re
from collections import Counter

import pytest

from pulse.domain.errors import NotFound
from pulse.domain.scale import Scale
from pulse.surveys import bank
from pulse.surveys.compose import MAX_QUESTIONS

WORKING_CONDITIONS = {
    "empowerment": "Empowerment to act",
    "tools": "Tools that work",
    "clarity": "Clarity of decisions",
    "workload": "Workload and time",
    "training": "Training and development",
    "career": "Career progression",
    "recognition": "Recognition",
    "leadership": "Leadership that listens and acts",
    "bureaucracy": "Rigid policy and bureaucracy",
    "contacts": "Fatigue from difficult contacts",
    "metrics": "Fairness of handling metrics",
    "caring": "Caring and pride",
}
OUTCOMES = {"engagement", "enps", "follow_up", "needs"}
AMERICAN = re.compile(
    r"\w*(?:ization|izing|ize[sd]?)\b|\b(?:color|behavior|center|labor|favor|honor)\w*|\bprogram\b",
    re.IGNORECASE,
)


def test_drivers_are_those_of_the_literature_and_four_outcomes() -> None:
    named = {driver.key: driver.name for driver in bank.drivers()}
    assert named.items() >= WORKING_CONDITIONS.items()
    assert set(named) == {*WORKING_CONDITIONS, *OUTCOMES, bank.OWN_DRIVER}


def test_each_driver_has_enough_questions_to_rotate() -> None:
    asked = Counter(item.driver for item in bank.questions())
    assert len(bank.questions()) >= 48
    assert all(asked[key] >= 4 for key in WORKING_CONDITIONS)
    assert asked["engagement"] in {4, 5}
    assert (asked["enps"], asked["needs"], asked[bank.OWN_DRIVER]) == (1, 1, 0)


def test_codes_and_texts_are_unique_and_well_formed() -> None:
    codes = [item.code for item in bank.questions()]
    texts = [item.text.lower() for item in bank.questions()]
    assert len(set(codes)) == len(codes)
    assert len(set(texts)) == len(texts)
    for code in codes:
        assert re.fullmatch(r"[a-z][a-z_]*(_[1-9][0-9]?)?", code), code
        assert len(code) <= 32


def test_texts_are_short_sentences_in_british_spelling() -> None:
    for item in bank.questions():
        assert len(item.text) <= 140, item.code
        assert item.text == item.text.strip()
        assert item.text[-1] in ".?", item.code
        assert not AMERICAN.search(item.text), item.code


def test_the_american_detector_detects() -> None:
    assert AMERICAN.search("Our organization")
    assert AMERICAN.search("a contact center")


def test_every_question_names_where_its_construct_is_from() -> None:
    for item in bank.questions():
        assert item.source.endswith("."), item.code
        assert re.search(r"\b(19|20)\d\d\b", item.source) or item.driver == "needs", item.code


def test_each_driver_has_a_reverse_scored_question_and_all_a_straight_one() -> None:
    turned = {item.driver for item in bank.questions() if item.reverse}
    straight = {item.driver for item in bank.questions() if not item.reverse}
    assert turned == set(WORKING_CONDITIONS)
    assert straight == set(WORKING_CONDITIONS) | OUTCOMES


def test_scales_fit_the_special_questions() -> None:
    assert bank.question("enps").scale is Scale.ZERO_TO_TEN
    assert bank.question("follow_up_1").text == "Effective action followed the last pulse."
    needs = bank.question("needs_open")
    assert needs.text == "Anything you need that we should know about?"
    assert needs.scale is Scale.OPEN
    assert not any(item.reverse for item in bank.questions() if item.scale is not Scale.LIKERT5)


def test_packs_serve_the_trades_and_refer_to_existing_questions() -> None:
    keys = [pack.key for pack in bank.packs()]
    trades = ["contact_centre", "retail", "hospitality", "healthcare", "technology"]
    assert keys == ["core", "core_10", *trades]
    for pack in bank.packs():
        asked = [bank.question(code) for code in pack.codes]
        assert len(set(pack.codes)) == len(asked) <= MAX_QUESTIONS, pack.key
        assert asked[-1].scale is Scale.OPEN, pack.key
        assert "follow_up_1" in pack.codes, pack.key
    assert len(bank.pack("core").codes) == 5
    assert len(bank.pack("core_10").codes) == 10


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFound, match="core_10"):
        bank.pack("banking")
    with pytest.raises(NotFound, match="empowerment_99"):
        bank.question("empowerment_99")
