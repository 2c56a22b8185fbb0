"""The only place that asks what time it is; called by doors and by fieldwork, never by rooms."""

import time
from datetime import UTC, datetime

# Linux has one that goes on counting in a machine that sleeps; elsewhere a sleep looks like a jump.
_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> datetime:
    """Give this moment, aware, in UTC."""
    return datetime.now(UTC)


def steady() -> float:
    """Give seconds on a clock that nobody sets, which runs on while the machine sleeps."""
    return time.clock_gettime(_STEADY)
