"""Who leads, and until when: one holder at a time, numbered by an epoch that only grows.

All moments here are those of the database's clock, which all workers share. Where that clock has
been set back, a lease seems to have been renewed in the future; nobody then knows for how long it
holds, so it is free, instead of holding for an hour or a day.

>>> from dataclasses import replace
>>> from datetime import UTC
>>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
>>> lease = Lease("a", 3, noon, noon + timedelta(seconds=30))
>>> [is_free(lease, noon + timedelta(seconds=late)) for late in (0, 29, 30, -1, -3600)]
[False, False, True, False, True]
>>> is_free(replace(lease, holder=""), noon)
True
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Two readings of one clock may be out of step by that much, and no more.
SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Lease:
    """The lease as it stands: its holder (empty for none), number, and the time it is good for."""

    holder: str
    epoch: int
    renewed_at: datetime
    expires_at: datetime


def is_free(lease: Lease, now: datetime) -> bool:
    """Say whether anybody may take the lease."""
    in_time = lease.renewed_at - SLACK <= now < lease.expires_at
    return not (lease.holder and in_time)


def bid(lease: Lease, holder: str, now: datetime, term: timedelta) -> Lease:
    """Give the lease after somebody has asked for it: renewed, taken, or left as it is.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> lease = Lease("a", 3, noon, noon + timedelta(seconds=30))
    >>> later = noon + timedelta(seconds=40)
    >>> [bid(lease, who, later, timedelta(seconds=30)).epoch for who in ("a", "b")]
    [3, 4]
    >>> bid(lease, "b", noon, timedelta(seconds=30)) is lease
    True
    """
    if lease.holder == holder:
        return Lease(holder, lease.epoch, now, now + term)
    if is_free(lease, now):
        return Lease(holder, lease.epoch + 1, now, now + term)
    return lease


def still_holds(lease: Lease, held: Lease, now: datetime) -> bool:
    """Say whether what somebody holds is what stands, and has not run out.

    >>> from dataclasses import replace
    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> lease = Lease("a", 3, noon, noon + timedelta(seconds=30))
    >>> still_holds(lease, lease, noon), still_holds(lease, lease, noon + timedelta(seconds=30))
    (True, False)
    >>> still_holds(replace(lease, epoch=4), lease, noon)
    False
    """
    same = (lease.holder, lease.epoch) == (held.holder, held.epoch)
    return same and now < lease.expires_at
