"""Properties of dealing staff into parts, and of questions that take turns."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import rotation, sampling
from pulse.domain.chance import seeded
from pulse.domain.errors import Invalid

UNITS = st.dictionaries(st.integers(0, 400), st.integers(1, 6), max_size=120)
PARTS = st.integers(1, sampling.MOST_PARTS)
SEEDS = st.binary(min_size=1, max_size=8)


def spread(counts: Counter[int], parts: int) -> int:
    sizes = [counts[part] for part in range(parts)]
    return max(sizes) - min(sizes)


@given(UNITS, PARTS, SEEDS)
def test_everybody_gets_one_part_and_units_are_balanced(units, parts, seed) -> None:
    dealt = sampling.deal(units, {}, parts, seeded(seed))
    assert dealt.keys() == units.keys()
    assert set(dealt.values()) <= set(range(parts))
    for unit in set(units.values()):
        own = Counter(part for person, part in dealt.items() if units[person] == unit)
        assert spread(own, parts) <= 1
    assert spread(Counter(dealt.values()), parts) <= 1


@given(UNITS, PARTS, SEEDS, st.data())
def test_newcomers_move_nobody(units, parts, seed, data) -> None:
    known = data.draw(st.sets(st.sampled_from(sorted(units)))) if units else set()
    first = {person: unit for person, unit in units.items() if person in known}
    dealt = sampling.deal(first, {}, parts, seeded(seed))
    later = sampling.deal(units, dealt, parts, seeded(seed + b"later"))
    assert later.keys() == units.keys() - dealt.keys()
    whole = dealt | later
    for unit in set(units.values()):
        own = Counter(part for person, part in whole.items() if units[person] == unit)
        assert spread(own, parts) <= 1


def test_chance_decides_who_is_in_which_part() -> None:
    units = dict.fromkeys(range(40), 1)
    drawn = {tuple(sampling.deal(units, {}, 4, seeded(bytes([n, 7]))).values()) for n in range(20)}
    assert len(drawn) == 20
    first = Counter(sampling.deal(units, {}, 4, seeded(bytes([n, 9])))[0] for n in range(200))
    assert all(20 < first[part] < 90 for part in range(4))


@pytest.mark.parametrize("parts", [0, -1, 14])
def test_a_number_of_parts_that_makes_no_sense_is_refused(parts) -> None:
    with pytest.raises(Invalid) as caught:
        sampling.deal({1: 1}, {}, parts, seeded(b"x"))
    assert caught.value.field == "parts"


@given(st.integers(1, 40), st.integers(1, 40))
def test_each_question_comes_with_every_so_manieth_wave(pool, number) -> None:
    codes = [f"q{place}" for place in range(pool)]
    turns = rotation.turns(pool, number)
    asked: list[tuple[str, ...]] = []
    for _ in range(3 * turns):
        asked.append(rotation.turn(codes, asked, number))
    for code in codes:
        places = [place for place, found in enumerate(asked) if code in found]
        assert places[0] < turns
        assert all(later - one <= turns for one, later in pairwise(places))
        assert len(asked) - places[-1] <= turns


def test_turns_are_taken_within_each_part() -> None:
    """If all waves counted, a part would be asked the same for ever."""
    pool = ["a", "b", "c", "d"]
    history: dict[int, list[tuple[str, ...]]] = {part: [] for part in range(4)}
    for wave in range(16):
        own = history[wave % 4]
        own.append(rotation.turn(pool, own, 1))
    assert all({code for codes in own for code in codes} == set(pool) for own in history.values())


def test_a_new_question_of_the_pool_comes_next() -> None:
    assert rotation.turn(["a", "b", "new"], [["a"], ["b"]], 1) == ("new",)


def test_the_same_question_twice_in_a_pool_is_refused() -> None:
    with pytest.raises(Invalid):
        rotation.turn(["a", "a"], [], 1)
