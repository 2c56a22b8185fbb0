from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.errors import Conflict
from pulse.domain.wave_state import NEXT, WaveState, due, is_over, missed, move, next_step

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
ORDER = [WaveState.PLANNED, WaveState.OPEN, WaveState.CLOSED, WaveState.RELEASED]
EXPECTED = {(current, to) for i, current in enumerate(ORDER) for to in ORDER[i : i + 2]}


@pytest.mark.parametrize("current", ORDER)
@pytest.mark.parametrize("to", ORDER)
def test_only_the_next_state_or_the_same_one_is_allowed(current: WaveState, to: WaveState) -> None:
    if (current, to) in EXPECTED:
        assert move(current, to) is to
        return
    with pytest.raises(Conflict, match=current.value):
        move(current, to)


def test_the_table_knows_every_state() -> None:
    assert set(NEXT) == set(WaveState)


@pytest.mark.parametrize(
    ("state", "to", "at"),
    [
        (WaveState.PLANNED, WaveState.OPEN, OPENS),
        (WaveState.OPEN, WaveState.CLOSED, CLOSES),
        (WaveState.CLOSED, WaveState.RELEASED, None),
    ],
)
def test_next_step_and_its_moment(state: WaveState, to: WaveState, at: datetime | None) -> None:
    step = next_step(state, OPENS, CLOSES)
    assert step is not None
    assert (step.to, step.at) == (to, at)


def test_nothing_follows_a_release() -> None:
    assert next_step(WaveState.RELEASED, OPENS, CLOSES) is None
    assert not due(WaveState.RELEASED, OPENS, CLOSES, CLOSES + timedelta(days=1))


def test_steps_are_due_from_their_moment_on() -> None:
    tick = timedelta(microseconds=1)
    assert not due(WaveState.PLANNED, OPENS, CLOSES, OPENS - tick)
    assert due(WaveState.PLANNED, OPENS, CLOSES, OPENS)
    assert not due(WaveState.OPEN, OPENS, CLOSES, CLOSES - tick)
    assert due(WaveState.OPEN, OPENS, CLOSES, CLOSES)


def test_a_closed_wave_is_released_at_once_even_when_closed_early() -> None:
    assert due(WaveState.CLOSED, OPENS, CLOSES, OPENS - timedelta(hours=1))


def test_a_wave_is_over_from_its_closing_time_on() -> None:
    assert not is_over(CLOSES, CLOSES - timedelta(microseconds=1))
    assert is_over(CLOSES, CLOSES)


def test_a_wave_that_slept_through_its_time_does_not_open() -> None:
    assert due(WaveState.PLANNED, OPENS, CLOSES, CLOSES - timedelta(seconds=1))
    assert missed(WaveState.PLANNED, CLOSES, CLOSES)
    assert not due(WaveState.PLANNED, OPENS, CLOSES, CLOSES)
    assert not missed(WaveState.OPEN, CLOSES, CLOSES)


@given(ticks=st.lists(st.integers(min_value=0, max_value=14 * 24), max_size=40))
def test_many_small_ticks_end_where_one_big_tick_ends(ticks: list[int]) -> None:
    """A tick makes every step that is due; missed and doubled ticks make no difference."""

    def run(hours: list[int]) -> WaveState:
        state = WaveState.PLANNED
        for hour in hours:
            now = OPENS + timedelta(hours=hour)
            while due(state, OPENS, CLOSES, now):
                step = next_step(state, OPENS, CLOSES)
                assert step is not None
                state = move(state, step.to)
        return state

    # One tick falls inside the open time, so that the wave is not missed altogether.
    first = [1, *sorted(ticks)]
    assert run(first) is run([1, max(first)])
    assert run(first) is run(sorted([*first, *first]))
