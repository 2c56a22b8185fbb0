"""Whether the clock can be believed: the time of day is compared with one that nobody sets.

    trusted ──jump──► held ──stood still for long enough──► trusted
                        └── or somebody says that the clock is right ──► trusted

While it is held, nothing is done that cannot be taken back. `wall` is the time of day and `steady`
a clock that only runs on, both in seconds; what they differ by stays the same unless the time of
day was set.

>>> watch = begin(1_000.0, 5.0)
>>> watch = look(watch, 1_060.0, 65.0, 600.0)
>>> watch.jump is None
True
>>> watch = look(watch, 4_670.0, 75.0, 600.0)
>>> watch.jump
3600
>>> look(watch, 5_269.0, 674.0, 600.0).jump, look(watch, 5_271.0, 676.0, 600.0).jump
(3600, None)
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# Clocks are put right by seconds all the time; by minutes somebody has set them.
JUMP = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class ClockWatch:
    """What the clocks differ by, since when they have, and the jump for which steps are held."""

    difference: float
    since: float
    jump: int | None = None


def begin(wall: float, steady: float) -> ClockWatch:
    """Begin to watch; what the clocks say now is believed."""
    return ClockWatch(wall - steady, steady)


def look(watch: ClockWatch, wall: float, steady: float, still: float) -> ClockWatch:
    """Compare the clocks once more.

    After a jump the time of day has to stand still against the steady clock for `still` seconds.
    Clocks that drift apart slowly are followed, and never add up to a jump.
    """
    moved = wall - steady - watch.difference
    if abs(moved) > JUMP.total_seconds():
        return ClockWatch(wall - steady, steady, round(moved))
    if steady - watch.since >= still:
        return begin(wall, steady)
    return watch


def doubted(watch: ClockWatch, jump: int, steady: float) -> ClockWatch:
    """Hold steps for a jump that was learnt of otherwise, such as from before a restart."""
    return replace(watch, since=steady, jump=jump)


def trusted(watch: ClockWatch) -> ClockWatch:
    """Go on at once: somebody has looked at the clock."""
    return replace(watch, jump=None)


def set_back(wall: datetime, last_seen: datetime) -> int | None:
    """Give by how many seconds the clock is earlier than it has been seen before, if by a jump.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> set_back(noon, noon + timedelta(hours=1)), set_back(noon, noon + timedelta(minutes=2))
    (-3600, None)
    >>> set_back(noon, noon - timedelta(days=7)) is None
    True
    """
    behind = wall - last_seen
    return round(behind.total_seconds()) if -behind > JUMP else None
