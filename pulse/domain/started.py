"""How many have started, told while a wave is open: in steps, and so that few people never show.

For each label a number is shown once a night that at least so many have started: a multiple of the
floor which never goes down. It first appears while at least the floor have started and at least
the floor have not, and never goes so high that it would say of fewer than the floor that they have
not. Otherwise nothing is told, and nothing says which of the two it is.

>>> [shown(0, started, 30, 5) for started in (4, 5, 9, 10, 24, 25, 26, 30)]
[0, 5, 5, 10, 20, 20, 0, 0]
>>> shown(15, 30, 30, 5), shown(15, 12, 30, 5)
(20, 15)

Why it is safe: **whatever any four people did, and on whatever day, the very same can have been
shown.** For let the others have started just as the numbers say, v of them by a night that shows
v. With up to four more the numbers stay the same, because each stands for five counts (v to v + 4).
It follows that no difference of two nights tells anything of four people, either. Labels share
nobody, and nothing is shown of what they add up to.
"""


def highest(invited: int, floor: int) -> int:
    """Give the highest number that a label may show; 0 for one too small to show any.

    Each of the counts that it stands for leaves at least the floor who have not started.

    >>> [highest(invited, 5) for invited in (8, 13, 14, 18, 19)]
    [0, 0, 5, 5, 10]
    """
    return max(0, invited - 2 * floor + 1) // floor * floor


def shown(before: int, started: int, invited: int, floor: int) -> int:
    """Give what is shown of a label after a night; 0 says that nothing is told.

    `before` is what was shown of it the night before.
    """
    if not before and not floor <= started <= invited - floor:
        return 0
    return max(before, min(started // floor * floor, highest(invited, floor)))
