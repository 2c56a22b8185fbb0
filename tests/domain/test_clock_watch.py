"""The watch over the clock: every jump of minutes is noticed, and no drift ever adds up to one."""

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import clock_watch
from pulse.domain.clock_watch import JUMP

STILL = 600.0
LIMIT = int(JUMP.total_seconds())
PAUSES = st.lists(st.floats(0.1, 120), min_size=1, max_size=60)
JUMPS = st.integers(LIMIT + 1, 10 * 86_400).flatmap(lambda size: st.sampled_from((size, -size)))


def walked(watch, pauses, wall=0.0, steady=0.0, drift=0.0):
    """Look again and again while both clocks run; `drift` is what one gains in each second."""
    for pause in pauses:
        steady += pause
        wall += pause * (1 + drift)
        watch = clock_watch.look(watch, wall, steady, STILL)
    return watch, wall, steady


@given(PAUSES, JUMPS, st.floats(0, 5))
def test_every_jump_is_noticed_at_the_next_look(pauses, jump, later):
    watch, wall, steady = walked(clock_watch.begin(0.0, 0.0), pauses)
    found = clock_watch.look(watch, wall + jump + later, steady + later, STILL)
    assert found.jump == jump


@given(PAUSES, JUMPS, PAUSES)
def test_it_is_held_until_the_clock_has_stood_still_and_no_longer(before, jump, after):
    watch, wall, steady = walked(clock_watch.begin(0.0, 0.0), before)
    watch = clock_watch.look(watch, wall + jump, steady, STILL)
    found, _, later = walked(watch, after, wall + jump, steady)
    if later - steady < STILL - 1:
        assert found.jump == jump
    found, _, _ = walked(watch, [*after, STILL + 1], wall + jump, steady)
    assert found.jump is None


@given(st.integers(1, 30), st.floats(-0.001, 0.001))
def test_clocks_that_drift_are_believed_for_ever(days, drift):
    found, _, _ = walked(clock_watch.begin(0.0, 0.0), [60.0] * 1_440 * days, drift=drift)
    assert found.jump is None


@given(JUMPS, st.integers(0, 599))
def test_a_second_jump_begins_the_waiting_anew(jump, later):
    watch = clock_watch.look(clock_watch.begin(0.0, 0.0), jump, 0.0, STILL)
    back = clock_watch.look(watch, float(later), float(later), STILL)
    assert back.jump == -jump
    assert clock_watch.look(back, later + STILL - 1, later + STILL - 1, STILL).jump == -jump
