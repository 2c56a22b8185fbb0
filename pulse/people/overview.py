"""What HR sees first: how many people work here today, and in which units."""

from collections import defaultdict
from dataclasses import dataclass, replace
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
class Division:
    """A unit at the top with everything below it, in the order a tree is read."""

    top: UnitLine
    below: tuple[UnitLine, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The staff file in a few figures."""

    people: int
    without_address: int
    units: tuple[UnitLine, ...]

    @property
    def divisions(self) -> tuple[Division, ...]:
        return divisions(self.units)


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


def divisions(units: tuple[UnitLine, ...]) -> tuple[Division, ...]:
    """Gather lines under the units at the top; one roof over everything is passed over.

    The roof of a company is no division: its own people, if any, stand as a unit of their own.
    """
    if len(units) > 1 and all(line.depth for line in units[1:]):
        roof, *rest = units
        units = tuple(replace(line, depth=line.depth - 1) for line in rest)
        if roof.own:
            units = (replace(roof, total=roof.own), *units)
    found: list[tuple[UnitLine, list[UnitLine]]] = []
    for line in units:
        if line.depth:
            found[-1][1].append(line)
        else:
            found.append((line, []))
    return tuple(Division(top, tuple(below)) for top, below in found)
