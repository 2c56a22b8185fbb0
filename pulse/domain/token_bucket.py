"""How many messages a domain may get now: a bucket that fills steadily and holds little.

It holds ten seconds' worth, so that a quiet hour is not followed by a flood.
"""

from dataclasses import dataclass
from datetime import datetime

_SECONDS_HELD = 10
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was left at some moment; a whole one lets one message through."""

    left: float
    at: datetime


def full(per_minute: int, now: datetime) -> Bucket:
    """Give the bucket of a domain that has had nothing lately."""
    return Bucket(capacity(per_minute), now)


def capacity(per_minute: int) -> float:
    """Give the most that a bucket holds: at least one message.

    >>> capacity(600), capacity(1)
    (100.0, 1.0)
    """
    return max(per_minute * _SECONDS_HELD / _MINUTE, 1.0)


def filled(bucket: Bucket, per_minute: int, now: datetime) -> Bucket:
    """Give the bucket as it stands now; a clock that was set back takes nothing out.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> filled(Bucket(0.0, noon), 60, noon + timedelta(seconds=3)).left
    3.0
    """
    seconds = max((now - bucket.at).total_seconds(), 0.0)
    left = min(bucket.left + seconds * per_minute / _MINUTE, capacity(per_minute))
    return Bucket(left, now)


def taken(bucket: Bucket, wanted: int) -> tuple[int, Bucket]:
    """Take as many as there are, up to `wanted`, and give their number and what is left.

    >>> from datetime import UTC
    >>> taken(Bucket(2.5, datetime(2026, 3, 2, tzinfo=UTC)), 4)[0]
    2
    """
    given = min(wanted, int(bucket.left))
    return given, Bucket(bucket.left - given, bucket.at)
