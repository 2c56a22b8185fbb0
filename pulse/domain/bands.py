"""How many people stand behind a figure, in bands, and what those who were silent could change.

A band is for reading and protects nobody: the files of a release carry the exact number, because
every figure in them rests on it, and what may be published at all was decided before.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

# Each begins a band.
_STARTS = (0, 5, 10, 20, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
# How much less favourable the silent might have been, in points.
SUPPOSED = (10, 20)


def band(people: int) -> str:
    """Name the band that a number of people lies in.

    >>> band(5), band(9), band(10), band(249), band(1_200), band(260_000)
    ('5 to 9', '5 to 9', '10 to 19', '100 to 249', '1,000 to 2,499', '100,000 or more')
    >>> band(4)
    'fewer than 5'
    """
    at = bisect_right(_STARTS, people)
    if at == 1:
        return f"fewer than {_STARTS[1]}"
    if at == len(_STARTS):
        return f"{_STARTS[-1]:,} or more"
    return f"{_STARTS[at - 1]:,} to {_STARTS[at] - 1:,}"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a figure would be, had those who did not answer been `points` less favourable."""

    points: int
    value: float


def what_if(value: float, rate: float) -> Iterator[WhatIf]:
    """Give the line for those who did not answer: value - (1 - rate) * points, never below 0.

    `value` is in per cent and `rate` the part of those asked who took part, 0 to 1. It supposes a
    difference and does not estimate one. Nothing follows where everybody took part.

    >>> [(each.points, round(each.value, 1)) for each in what_if(65.0, 0.6)]
    [(10, 61.0), (20, 57.0)]
    >>> list(what_if(65.0, 1.0))
    []
    """
    if rate < 1:
        for points in SUPPOSED:
            yield WhatIf(points, max(0.0, value - (1 - rate) * points))
