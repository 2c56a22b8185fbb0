"""Merges classes that are too small with their neighbour, until each block reaches the floor.

The classes of an attribute stand in an order (of age, of length of service, of the alphabet). A
crossing is planned the same way within each division, or leaves a division out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pulse.domain.blocks import JOINT, MANY, DimensionPlan, PlannedGroup, joined
from pulse.domain.cells import Merged, Reason, Suppressed
from pulse.domain.dimension import EVERYBODY, WITHIN, Dimension, Node


@dataclass(frozen=True, slots=True)
class _Part:
    nodes: tuple[Node, ...]
    ballots: int

    @property
    def code(self) -> str:
        return JOINT.join(node.code for node in self.nodes)

    def with_(self, other: "_Part") -> "_Part":
        return _Part(self.nodes + other.nodes, self.ballots + other.ballots)


def plan(
    dimension: Dimension,
    ballots: Mapping[str, int],
    floor: int,
    never: frozenset[str] = frozenset(),
) -> DimensionPlan:
    """Plan the classes of a dimension; a block whose code is in `never` is merged further.

    Where everything ends in one block there is nothing to compare, and nothing is shown.
    """
    parts = _merged(dimension.labels, ballots, floor, never)
    if len(parts) == 1:
        return _hidden(dimension.labels, Suppressed(Reason.BELOW_FLOOR, floor))
    return _planned(dimension, parts)


def crossed(
    dimension: Dimension, ballots: Mapping[str, int], floors: Mapping[str, int], floor: int
) -> DimensionPlan:
    """Plan a crossing: the classes within each division, by the least that `floors` asks of it.

    A division that `floors` does not name is left out. One that ends in a single block has nothing
    to compare, and its total is the organisation's to show.
    """
    plans = []
    for division, nodes in divided(dimension).items():
        parts = _merged(nodes, ballots, floors.get(division, floor))
        if division not in floors or (len(parts) == 1 and floors[division] > floor):
            plans.append(_hidden(nodes, Suppressed(Reason.OUTSIDE, floor)))
        elif len(parts) == 1:
            plans.append(_alone(nodes, ballots, floor))
        else:
            plans.append(_planned(dimension, parts))
    return DimensionPlan(
        tuple(group for part in plans for group in part.groups),
        {code: fate for part in plans for code, fate in part.hidden.items()},
    )


def nothing(dimension: Dimension, floor: int) -> DimensionPlan:
    """Give the plan of a dimension that is left out, so that nobody is in danger by it."""
    return _hidden(dimension.labels, Suppressed(Reason.OUTSIDE, floor))


def divided(dimension: Dimension) -> dict[str, tuple[Node, ...]]:
    """Give the labels of a crossing by the division that they lie in."""
    found: dict[str, list[Node]] = {}
    for node in dimension.labels:
        found.setdefault(node.parent or "", []).append(node)
    return {division: tuple(nodes) for division, nodes in found.items()}


def _merged(
    nodes: Sequence[Node],
    ballots: Mapping[str, int],
    floor: int,
    never: frozenset[str] = frozenset(),
) -> list[_Part]:
    """Join whoever is smallest with the class after it, until every part reaches the floor."""
    parts = [_Part((node,), ballots.get(node.code, 0)) for node in nodes]
    while len(parts) > 1:
        small = [part for part in parts if part.ballots < floor or part.code in never]
        if not small:
            break
        at = parts.index(min(small, key=lambda part: part.ballots))
        left = min(at, len(parts) - 2)
        parts[left : left + 2] = [parts[left].with_(parts[left + 1])]
    return parts


def _alone(nodes: Sequence[Node], ballots: Mapping[str, int], floor: int) -> DimensionPlan:
    """Hide the classes of a division that has only one block: its total less one tells the rest."""
    return DimensionPlan(
        (),
        {
            node.code: Suppressed(
                Reason.BELOW_FLOOR if ballots.get(node.code, 0) < floor else Reason.COMPLEMENTARY,
                floor,
            )
            for node in nodes
        },
    )


def _hidden(nodes: Sequence[Node], reason: Suppressed) -> DimensionPlan:
    return DimensionPlan((), {node.code: reason for node in nodes})


def _planned(dimension: Dimension, parts: list[_Part]) -> DimensionPlan:
    groups: list[PlannedGroup] = []
    hidden: dict[str, Merged | Suppressed] = {}
    for part in parts:
        codes = tuple(node.code for node in part.nodes)
        name = _name(dimension, part.nodes)
        groups.append(PlannedGroup(part.code, name, None, codes, part.ballots, is_block=True))
        if len(codes) > 1:
            hidden |= dict.fromkeys(codes, Merged(part.code))
    return DimensionPlan(tuple(groups), hidden)


def _name(dimension: Dimension, nodes: tuple[Node, ...]) -> str:
    """Name a block by its classes; the part of a crossing that they lie in is said once."""
    if not dimension.is_crossing:
        return joined([node.name for node in nodes])
    runs = groupby(nodes, key=lambda node: node.parent)
    names = [_within(dimension, parent, tuple(run)) for parent, run in runs]
    return f"{names[0]}; {len(names) - 1} parts more" if len(names) > MANY else "; ".join(names)


def _within(dimension: Dimension, parent: str | None, nodes: tuple[Node, ...]) -> str:
    """Name the classes of one part of a crossing; all of them together are everybody there."""
    roof = next((node.name for node in dimension.nodes if node.code == parent), "")
    within = f"{roof}{WITHIN}"
    if len(nodes) == 1:
        return nodes[0].name
    if len(nodes) == sum(node.parent == parent for node in dimension.labels):
        return f"{within}{EVERYBODY}"
    return within + joined([node.name.removeprefix(within) for node in nodes])
