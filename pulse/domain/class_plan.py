"""Merges classes that are too small with their neighbour, until each block reaches the floor.

The classes of an attribute stand in an order (of age, of length of service, of the alphabet). A
crossing is planned the same way within each division, or leaves a division out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulse.domain.blocks import JOINT, DimensionPlan, PlannedGroup, joined
from pulse.domain.cells import Merged, Reason, Suppressed
from pulse.domain.dimension import Dimension, Node


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
    return _planned(parts)


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
        if division not in floors:
            plans.append(_hidden(nodes, Suppressed(Reason.OUTSIDE, floor)))
        elif len(parts) == 1:
            plans.append(_hidden(nodes, Suppressed(Reason.BELOW_FLOOR, floor)))
        else:
            plans.append(_planned(parts))
    return DimensionPlan(
        tuple(group for part in plans for group in part.groups),
        {code: fate for part in plans for code, fate in part.hidden.items()},
    )


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


def _hidden(nodes: Sequence[Node], reason: Suppressed) -> DimensionPlan:
    return DimensionPlan((), {node.code: reason for node in nodes})


def _planned(parts: list[_Part]) -> DimensionPlan:
    groups: list[PlannedGroup] = []
    hidden: dict[str, Merged | Suppressed] = {}
    for part in parts:
        codes = tuple(node.code for node in part.nodes)
        name = joined([node.name for node in part.nodes])
        groups.append(PlannedGroup(part.code, name, None, codes, part.ballots, is_block=True))
        if len(codes) > 1:
            hidden |= dict.fromkeys(codes, Merged(part.code))
    return DimensionPlan(tuple(groups), hidden)
