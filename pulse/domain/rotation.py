"""Questions that take turns: which of them a wave asks beside those that every wave asks.

Everybody in a wave is asked the same, or the sealed answers would tell who is who. Where each
wave asks only a part of the staff, turns are taken within each part, so that a question comes to
everybody and not always to the same ones.
"""

from collections.abc import Sequence
from datetime import timedelta

from pulse.domain.errors import Invalid


def per_wave(pool: int, every: timedelta, within: timedelta) -> int:
    """Give how many of `pool` questions each wave must ask for all to come within a time.

    `every` is the longest time from one wave of the same people to their next one.

    >>> week = timedelta(weeks=1)
    >>> per_wave(12, week, 4 * week), per_wave(13, week, 4 * week), per_wave(3, 4 * week, week)
    (3, 4, 3)
    """
    if pool == 0:
        return 0
    turns = max(1, within // every)
    return -(-pool // turns)


def turn(pool: Sequence[str], asked: Sequence[Sequence[str]], number: int) -> tuple[str, ...]:
    """Give the `number` questions of the pool that have waited longest, in the pool's order.

    `asked` are the questions of former waves of the same people, the newest last. Raises Invalid
    for a question that is in the pool twice.

    >>> turn(["a", "b", "c"], [["trend", "a", "b"]], 2)
    ('a', 'c')
    """
    if len(set(pool)) < len(pool):
        raise Invalid("The same question is in it twice.", "rotating")
    newest = {code: place for place, codes in enumerate(asked) for code in codes}
    place = {code: index for index, code in enumerate(pool)}
    waited = sorted(pool, key=lambda code: (newest.get(code, -1), place[code]))
    return tuple(sorted(waited[:number], key=place.__getitem__))
