"""The life of a wave, as a table: planned, open, closed, released, in that order only.

A step may be repeated safely: moving to the state a wave already has changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pulse.domain.errors import Conflict


class WaveState(StrEnum):
    """Where a wave is in its life."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"


NEXT: dict[WaveState, WaveState | None] = {
    WaveState.PLANNED: WaveState.OPEN,
    WaveState.OPEN: WaveState.CLOSED,
    WaveState.CLOSED: WaveState.RELEASED,
    WaveState.RELEASED: None,
}


@dataclass(frozen=True, slots=True)
class Step:
    """The next move of a wave; the worker makes it by itself from `at` on, None being at once."""

    to: WaveState
    at: datetime | None


def move(current: WaveState, to: WaveState) -> WaveState:
    """Give the state after the move. Raises Conflict unless `to` is next, or is there already.

    >>> move(WaveState.PLANNED, WaveState.OPEN).value
    'open'
    >>> move(WaveState.OPEN, WaveState.OPEN).value
    'open'
    """
    if to not in {current, NEXT[current]}:
        raise Conflict(f"A wave that is {current.value} cannot become {to.value}.")
    return to


def next_step(state: WaveState, opens_at: datetime, closes_at: datetime) -> Step | None:
    """Give the step that comes next, or None for a released wave.

    A closed wave is released at once, also when it was closed before its time.
    """
    to = NEXT[state]
    if to is None:
        return None
    moments = {WaveState.OPEN: opens_at, WaveState.CLOSED: closes_at}
    return Step(to, moments.get(to))


def is_over(closes_at: datetime, now: datetime) -> bool:
    """Tell whether the closing time has come: nothing is taken from then on, whatever the state.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    >>> is_over(noon, noon), is_over(noon, noon.replace(hour=11))
    (True, False)
    """
    return closes_at <= now


def missed(state: WaveState, closes_at: datetime, now: datetime) -> bool:
    """Tell whether a planned wave slept through its whole time and must not open any more."""
    return state is WaveState.PLANNED and is_over(closes_at, now)


def due(state: WaveState, opens_at: datetime, closes_at: datetime, now: datetime) -> bool:
    """Tell whether the next step should be made now; a missed wave waits for a new date."""
    step = next_step(state, opens_at, closes_at)
    if step is None or missed(state, closes_at, now):
        return False
    return step.at is None or step.at <= now
