"""Asking a part of everybody each time: who belongs to which part, drawn by chance.

The parts are drawn once for a survey and kept, so whoever takes every so-manieth wave is asked at
exactly that distance, and any run of as many waves asks everybody once. Within each unit the
parts differ by at most one person, and so they do as a whole, as long as nobody comes or goes.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pulse.domain.blind_rsa import Randomness
from pulse.domain.errors import Invalid

MOST_PARTS = 13
_WORD_BYTES = 8


def check(parts: int) -> None:
    """Raise Invalid unless everybody can be divided into so many parts."""
    if not 1 <= parts <= MOST_PARTS:
        raise Invalid(f"Everybody can be divided into 1 to {MOST_PARTS} parts.", "parts")


def next_part(last: int | None, parts: int) -> int:
    """Give the part that is asked after `last`, counted from 0.

    >>> next_part(None, 4), next_part(2, 4), next_part(3, 4), next_part(3, 2)
    (0, 3, 0, 0)
    """
    return 0 if last is None or last + 1 >= parts else last + 1


def deal(
    units: Mapping[int, int], dealt: Mapping[int, int], parts: int, randomness: Randomness
) -> dict[int, int]:
    """Give a part to everybody who has none.

    `units` is the unit of each person who is asked, `dealt` the part of each who has one already.
    A newcomer goes to the smallest part of the unit; among equal ones to the smallest of all, and
    then to any of them by chance.
    """
    check(parts)
    in_unit: dict[int, Counter[int]] = defaultdict(Counter)
    overall: Counter[int] = Counter()
    for person, unit in units.items():
        if person in dealt:
            in_unit[unit][dealt[person]] += 1
            overall[dealt[person]] += 1
    found: dict[int, int] = {}
    newcomers = _shuffled(sorted(units.keys() - dealt.keys()), randomness)
    # Unit by unit: what is left over in one then always goes to the smallest parts of all.
    for person in sorted(newcomers, key=units.__getitem__):
        own = in_unit[units[person]]
        part = min(_shuffled(range(parts), randomness), key=lambda item: (own[item], overall[item]))
        own[part] += 1
        overall[part] += 1
        found[person] = part
    return found


def _shuffled(items: Sequence[int], randomness: Randomness) -> list[int]:
    """Lay items in an order that nobody can foresee, by random keys."""
    keys = {item: randomness(_WORD_BYTES) for item in items}
    return sorted(items, key=keys.__getitem__)
