"""How long to wait before a message is tried again: longer each time, and never all at once.

Chance is an argument. Without it everything that failed together would be tried together again,
and a mail server that has just come back would be knocked over once more.
"""

from datetime import timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=4)
_MOST_DOUBLINGS = 10


def pause(attempts: int, chance: float) -> timedelta:
    """Give the time to wait after so many attempts; `chance`, from 0 to 1, moves it by a half.

    >>> [str(pause(number, 0.5)) for number in (1, 2, 5, 30)]
    ['0:01:00', '0:02:00', '0:16:00', '4:00:00']
    >>> str(pause(1, 0.0)), str(pause(1, 1.0))
    ('0:00:30', '0:01:30')
    """
    doublings = min(max(attempts - 1, 0), _MOST_DOUBLINGS)
    return min(FIRST * (1 << doublings), LONGEST) * (0.5 + chance)
