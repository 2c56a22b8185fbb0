"""Questions that take turns: which of them a wave asks beside those that every wave asks.

Everybody in a wave is asked the same, or the sealed answers would tell who is who. Where each
wave asks only a part of the staff, turns are taken within each part, so that a question comes to
everybody and not always to the same ones.
"""

from collections.abc import Sequence

from pulse.domain.errors import Invalid


def turns(pool: int, per_wave: int) -> int:
    """Give after how many waves of the same people every question of the pool has come once.

    >>> turns(12, 3), turns(13, 3), turns(0, 0)
    (4, 5, 0)
    """
    return -(-pool // per_wave) if pool else 0


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
