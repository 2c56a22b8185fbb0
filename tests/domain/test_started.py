"""What HR sees of who has started, attacked: no view excludes anything about fewer than the floor.

The attacker has every number of every night, for every label, knows exactly who is in which, and
what everybody was invited to. For small numbers all courses that there can be are gone through.
"""

from itertools import accumulate, combinations_with_replacement, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import started

FLOORS = st.integers(5, 12)
# How many more have started by each night.
NIGHTS = st.lists(st.integers(0, 30), min_size=1, max_size=20)


def course(more, invited):
    """Give how many have started by each night, at most everybody."""
    return [min(count, invited) for count in accumulate(more)]


def view(counts, invited, floor):
    """Give what is shown night after night."""

    def night(before, count):
        return started.shown(before, count, invited, floor)

    return tuple(accumulate(counts, night, initial=0))[1:]


def rising(most, nights):
    """Give every course of so many people at most, over so many nights."""
    return combinations_with_replacement(range(most + 1), nights)


@given(NIGHTS, st.integers(1, 200), FLOORS)
def test_a_number_goes_up_in_steps_of_the_floor_and_is_never_too_high(more, invited, floor):
    counts = course(more, invited)
    seen = view(counts, invited, floor)
    assert all(later >= earlier for earlier, later in pairwise(seen))
    assert all(number % floor == 0 for number in seen)
    assert all(number <= count for number, count in zip(seen, counts, strict=True))
    assert all(number <= max(0, invited - 2 * floor + 1) for number in seen)


@given(NIGHTS, st.integers(1, 200), FLOORS)
def test_it_is_first_told_with_enough_people_on_both_sides(more, invited, floor):
    counts = course(more, invited)
    seen = view(counts, invited, floor)
    told = next((place for place, number in enumerate(seen) if number), None)
    if told is not None:
        assert floor <= counts[told] <= invited - floor


@given(NIGHTS, st.integers(1, 200), FLOORS, st.data())
def test_whatever_fewer_than_the_floor_did_the_same_can_have_been_shown(more, invited, floor, data):
    """The others then started just as the numbers say, which is the proof in `domain.started`."""
    seen = view(course(more, invited), invited, floor)
    few = data.draw(st.lists(st.integers(0, 1), min_size=len(seen), max_size=len(seen)))
    theirs = [min(count, floor - 1, invited) for count in accumulate(few)]
    assert max(seen) <= max(0, invited - (floor - 1))
    counts = [mine + others for mine, others in zip(theirs, seen, strict=True)]
    assert view(counts, invited, floor) == seen


@pytest.mark.parametrize(("floor", "invited"), list(product((2, 3), range(1, 11))))
def test_by_going_through_every_course_nothing_is_excluded_about_few(floor, invited):
    """Small floors, so that all courses can be tried: three nights, everybody, every few people."""
    nights, few = 3, min(floor - 1, invited)
    possible = {view(counts, invited, floor) for counts in rising(invited, nights)}
    for seen in possible:
        for theirs in rising(few, nights):
            assert any(
                view([a + b for a, b in zip(theirs, others, strict=True)], invited, floor) == seen
                for others in rising(invited - few, nights)
            ), (seen, theirs)


def test_the_attack_finds_something_where_numbers_are_told_as_they_are():
    """Exact numbers, night after night: that one of two people started on the first is excluded."""
    seen, theirs = (0, 2), (1, 1)
    assert not any(
        tuple(a + b for a, b in zip(theirs, others, strict=True)) == seen for others in rising(8, 2)
    )
