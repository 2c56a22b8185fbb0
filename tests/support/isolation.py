"""The oracle for small companies: exact rational algebra finds any combination that isolates few.

It shares no code with the planner, the certificate or the auditor.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations


def isolated(groups: Sequence[frozenset[int]], people: int, floor: int) -> frozenset[int] | None:
    """Give fewer than `floor` people whom some combination of group sums touches alone, if any.

    It exists for the people of a set just if the groups lose rank when those people are struck
    out: then a combination is nothing everywhere else. So the people outside are tried.
    """
    full = rank([_indicator(group, range(people)) for group in groups])
    for size in range(1, floor):
        for few in combinations(range(people), size):
            rest = [person for person in range(people) if person not in few]
            if rank([_indicator(group, rest) for group in groups]) < full:
                return frozenset(few)
    return None


def rank(rows: Sequence[list[Fraction]]) -> int:
    """Give the rank of a matrix of fractions, without rounding."""
    left, found = [row[:] for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        at = left.index(pivot, found)
        left[found], left[at] = left[at], left[found]
        for index in range(found + 1, len(left)):
            if left[index][column]:
                factor = left[index][column] / pivot[column]
                left[index] = [
                    mine - factor * its for mine, its in zip(left[index], pivot, strict=True)
                ]
        found += 1
    return found


def _indicator(group: frozenset[int], people: Sequence[int] | range) -> list[Fraction]:
    return [Fraction(person in group) for person in people]
