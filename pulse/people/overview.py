"""What HR sees first: how many people work here today, and in which units."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from pulse.people import roster, units
from pulse.people.units import UnitNode


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the order a tree is read, with the people of a day in it and below it."""

    name: str
    depth: int
    own: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The staff file in a few figures."""

    people: int
    without_address: int
    units: tuple[UnitLine, ...]


def overview(session: Session, day: date) -> Overview:
    """Sum up who is employed on a day."""
    own = roster.headcount(session, day)
    return Overview(
        people=sum(own.values()),
        without_address=roster.without_address(session, day),
        units=lines(units.tree(session), own),
    )


def lines(tree: tuple[UnitNode, ...], own: dict[int, int]) -> tuple[UnitLine, ...]:
    """Lay a tree out as lines, each unit directly below the one above it."""
    below: defaultdict[int | None, list[UnitNode]] = defaultdict(list)
    totals: defaultdict[int, int] = defaultdict(int, own)
    for node in reversed(tree):
        below[node.parent_id].append(node)
        if node.parent_id is not None:
            totals[node.parent_id] += totals[node.id]
    found: list[UnitLine] = []
    waiting = [(node, 0) for node in below[None]]
    while waiting:
        node, depth = waiting.pop()
        found.append(UnitLine(node.name, depth, own.get(node.id, 0), totals[node.id]))
        waiting += [(child, depth + 1) for child in below[node.id]]
    return tuple(found)
