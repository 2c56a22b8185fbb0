"""The moments of a wave against numpy, and what keeps them from saying more than they should."""

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.moments import APART, FEWEST, Moments, apart_of, moments
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.vectors import TRAYS, Driver, Sums, Trays, drivers_of

QUESTIONS = (
    Question("workload_1", "?", Scale.LIKERT5, "workload", reverse=True),
    Question("enps", "?", Scale.ZERO_TO_TEN, "enps"),
    Question("engagement_1", "?", Scale.LIKERT5, "engagement"),
    Question("engagement_4", "?", Scale.LIKERT5, "engagement"),
    Question("own_1", "?", Scale.ZERO_TO_TEN, "own"),
    Question("own_2", "?", Scale.YES_NO, "own"),
    Question("words", "?", Scale.OPEN, "own"),
)
CODES = [question.code for question in QUESTIONS if not question.is_open]
DRIVERS = drivers_of(QUESTIONS)


def vectors(count: int, seed: int = 1) -> list[dict[str, int | None]]:
    random = Random(seed)
    ends = {"enps": (0, 10), "own_1": (0, 10), "own_2": (0, 1)}
    return [{code: random.randint(*ends.get(code, (1, 5))) for code in CODES} for _ in range(count)]


def summed(given: list[dict[str, int | None]], drivers: tuple[Driver, ...] = DRIVERS) -> Sums:
    sums = Sums()
    for vector in given:
        sums.count(drivers, vector)
    return sums


def found(given: list[dict[str, int | None]]) -> Moments:
    made = moments(DRIVERS, summed(given), CODES)
    assert made is not None
    return made


def scaled(vector: Mapping[str, int]) -> list[float]:
    """Bring each driver to 0..1 by hand."""
    return [
        (vector["engagement_1"] - 1 + vector["engagement_4"] - 1) / 8,
        (5 - vector["workload_1"]) / 4,
        (vector["own_1"] / 10 + vector["own_2"]) / 2,
    ]


def test_the_moments_are_those_of_numpy_rounded() -> None:
    answers = vectors(157)
    made = found(answers)
    table = np.array([scaled(vector) for vector in answers])
    assert list(made.deviations) == ["engagement", "workload", "own"]
    assert list(made.deviations.values()) == [round(float(x), 2) for x in table.std(0, ddof=1)]
    square = np.corrcoef(table.T)
    expected = [round(float(square[pair]), 2) for pair in ((0, 1), (0, 2), (1, 2))]
    assert list(made.correlations.values()) == expected
    share = [(v["engagement_1"] > 3) / 2 + (v["engagement_4"] > 3) / 2 for v in answers]
    assert made.favourable_spread == round(float(np.std(share, ddof=1)), 3)
    assert made.people == 150
    last = made.matrix()[-1]
    assert last == [made.correlations["engagement", "workload"], expected[1], 1.0]


def test_a_ballot_that_misses_anything_is_left_out_and_enps_is_no_part_of_it() -> None:
    whole = vectors(FEWEST)
    holes = [{**vector, code: None} for vector in vectors(40, 2) for code in CODES[2:4]]
    skipped = [{**vector, "enps": None} for vector in whole]
    assert found(whole + holes) == found(whole) == found(skipped)


def test_fewer_than_a_hundred_complete_ballots_say_nothing() -> None:
    few = summed(vectors(FEWEST - 1))
    assert moments(DRIVERS, few, CODES) is None
    enough = summed(vectors(FEWEST))
    assert moments(DRIVERS, enough, CODES) is not None
    assert moments(DRIVERS, enough, CODES, floor=FEWEST + 1) is None


def test_a_driver_of_one_mind_is_left_out_and_without_engagement_there_is_nothing() -> None:
    sums = summed(vectors(200))
    without = [code for code in CODES if code != "own_2"]
    made = moments(DRIVERS, sums, without)
    assert made is not None
    assert made.drivers == ("workload",)
    assert len(made.matrix()) == 2
    assert moments(DRIVERS, sums, [code for code in CODES if code != "engagement_1"]) is None
    alike = summed([{**vector, "workload_1": 2} for vector in vectors(200)])
    same = moments(DRIVERS, alike, CODES)
    assert same is not None
    assert same.drivers == ("own",)


@pytest.mark.parametrize(("count", "is_apart"), [(9, False), (10, True), (110, True), (111, False)])
def test_ten_must_be_favourable_and_ten_not(count: int, is_apart: bool) -> None:
    assert (apart_of({"q": count}, 120) == {"q"}) is is_apart
    assert APART == 10
    assert apart_of({"q": count}, 120, floor=60) == frozenset()


def test_without_a_question_about_engagement_nothing_is_summed() -> None:
    drivers = drivers_of([item for item in QUESTIONS if item.driver != "engagement"])
    assert drivers == ()
    assert summed(vectors(5), drivers).people == 0


def test_at_most_ten_drivers_stand_beside_engagement() -> None:
    many = [Question(f"q{at}", "?", Scale.LIKERT5, f"d{at}") for at in range(12)]
    keys = [driver.key for driver in drivers_of([*many, *QUESTIONS])]
    assert keys == ["engagement", *(f"d{at}" for at in range(10))]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_however_it_is_split_the_sums_are_the_same_and_trays_even(sizes: list[int]) -> None:
    answers = vectors(sum(sizes))
    total, rest = Trays(), iter(answers)
    for size in sizes:
        part = Trays()
        for _ in range(size):
            part.deal(DRIVERS, next(rest))
        total.add(part)
    assert [tray.people for tray in total.sums] == [len(answers[at::TRAYS]) for at in range(TRAYS)]
    for left_out in range(TRAYS):
        kept = [vector for at, vector in enumerate(answers) if at % TRAYS != left_out]
        assert total.without(left_out) == summed(kept)
