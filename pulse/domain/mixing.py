"""When a box is mixed: after so many ballots, and at night.

>>> is_due(19, 0, 20, nightly=False), is_due(20, 0, 20, nightly=False)
(False, True)
>>> is_due(1, 0, 20, nightly=True), is_due(0, 0, 20, nightly=True)
(True, False)

Mixing writes the whole box anew. A box of many thousands waits for a fiftieth of what has been
mixed, or the work would grow with the square of the ballots.

>>> is_due(100_020, 100_000, 20, nightly=False), is_due(102_000, 100_000, 20, nightly=False)
(False, True)

At night every box with a fresh ballot is mixed at each tick. That holds for a few minutes only:
a whole hour of it would tell ballots apart by ticks, and write the box hundreds of times over.

>>> from datetime import UTC
>>> moments = [(2, 59), (3, 0), (3, 4), (3, 5), (15, 0)]
>>> [is_night(datetime(2037, 3, 2, hour, minute, 59, tzinfo=UTC)) for hour, minute in moments]
[False, True, True, False, False]
"""

from datetime import datetime

NIGHTLY_HOUR = 3
# Enough for a worker that ticks every ten seconds, and for one that starts up slowly.
_NIGHTLY_MINUTES = 5
_SHARE = 50


def is_due(ballots: int, mixed: int, every: int, *, nightly: bool) -> bool:
    """Say whether a box with so many ballots, of which some have been mixed, is to be mixed."""
    fresh = ballots - mixed
    return fresh >= (1 if nightly else max(every, mixed // _SHARE))


def is_night(now: datetime) -> bool:
    """Say whether it is one of the minutes (UTC) in which every box is mixed."""
    return now.hour == NIGHTLY_HOUR and now.minute < _NIGHTLY_MINUTES
