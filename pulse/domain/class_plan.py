"""Merges classes that are too small with their neighbour, until each block reaches the floor.

The classes of an attribute stand in an order (of age, of length of service, of the alphabet). A
crossing is planned the same way, class by class within each division.
"""

from collections.abc import Mapping
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
    parts = [_Part((node,), ballots.get(node.code, 0)) for node in dimension.labels]
    while len(parts) > 1:
        small = [part for part in parts if part.ballots < floor or part.code in never]
        if not small:
            break
        at = parts.index(min(small, key=lambda part: part.ballots))
        left = _left_of_the_joint(parts, at)
        parts[left : left + 2] = [parts[left].with_(parts[left + 1])]
    if len(parts) == 1:
        reason = Suppressed(Reason.BELOW_FLOOR, floor)
        return DimensionPlan((), {node.code: reason for node in dimension.labels})
    return _planned(parts)


def nothing(dimension: Dimension, floor: int) -> DimensionPlan:
    """Give the plan of a dimension that would endanger somebody together with the others."""
    reason = Suppressed(Reason.OUTSIDE, floor)
    return DimensionPlan((), {node.code: reason for node in dimension.labels})


def _left_of_the_joint(parts: list[_Part], at: int) -> int:
    """Say between which part and the next one to join: the next of its own parent, if it can be."""
    if at + 1 == len(parts):
        return at - 1
    inside = parts[at].nodes[-1].parent
    if at and parts[at + 1].nodes[0].parent != inside and parts[at - 1].nodes[0].parent == inside:
        return at - 1
    return at


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
