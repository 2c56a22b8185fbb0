"""Turns the choice of groups shown in a tree into blocks, each with a name that people know.

The rest of a group, after all groups shown inside it, is a block of its own: small teams are not
left without a number, they read the one of "Team North and Regional office".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pulse.domain import tree_plan
from pulse.domain.blocks import JOINT, DimensionPlan, PlannedGroup, joined
from pulse.domain.cells import Merged, Reason, Suppressed
from pulse.domain.dimension import Dimension, Node
from pulse.domain.tree_plan import Branch

REST = f"{JOINT}rest"


def plan(
    dimension: Dimension,
    ballots: Mapping[str, int],
    floor: int,
    never: frozenset[str] = frozenset(),
) -> DimensionPlan:
    """Plan a tree from the ballots of each label; the groups of `never` are not shown by name."""
    branches = {
        node.code: Branch(node.parent, ballots.get(node.code, 0), node.invited > 0)
        for node in dimension.nodes
    }
    among = frozenset(branches) - never
    return _planned(
        _Tree.of(dimension, ballots), tree_plan.shown_groups(branches, floor, among), floor
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """The frozen tree, looked at from above and from below."""

    nodes: Mapping[str, Node]
    ballots: Mapping[str, int]
    children: Mapping[str, Sequence[Node]]

    @classmethod
    def of(cls, dimension: Dimension, ballots: Mapping[str, int]) -> "_Tree":
        children: defaultdict[str, list[Node]] = defaultdict(list)
        for node in dimension.nodes:
            if node.parent is not None:
                children[node.parent].append(node)
        return cls({node.code: node for node in dimension.nodes}, ballots, children)

    def path(self, code: str) -> Iterable[str]:
        """List a group and those above it, from below."""
        at: str | None = code
        while at is not None:
            yield at
            at = self.nodes[at].parent


def _planned(tree: _Tree, shown: frozenset[str], floor: int) -> DimensionPlan:
    home = _homes(tree, shown)
    rest: defaultdict[str, list[str]] = defaultdict(list)
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for node in tree.nodes.values():
        if node.invited and home[node.code] is not None:
            rest[str(home[node.code])].append(node.code)
            for above in tree.path(node.code):
                inside[above].append(node.code)
    groups: list[PlannedGroup] = []
    for node in tree.nodes.values():
        if node.code in shown:
            groups += _of_node(tree, node, (home, rest[node.code], inside[node.code]))
    blocks = {label: group.code for group in groups if group.is_block for label in group.labels}
    hidden = {
        node.code: _fate(blocks, inside[node.code], rest[str(home[node.code])], floor)
        for node in tree.nodes.values()
        if node.code not in shown
    }
    return DimensionPlan(tuple(groups), hidden)


def _homes(tree: _Tree, shown: frozenset[str]) -> dict[str, str | None]:
    """Give for each node the nearest group shown that holds it; parents come first."""
    home: dict[str, str | None] = {}
    for node in tree.nodes.values():
        above = None if node.parent is None else home[node.parent]
        home[node.code] = node.code if node.code in shown else above
    return home


def _of_node(
    tree: _Tree, node: Node, parts: tuple[Mapping[str, str | None], list[str], list[str]]
) -> list[PlannedGroup]:
    """Give a group that is shown, and the block that its rest makes where it has one."""
    home, rest, inside = parts
    is_block = len(rest) == len(inside)
    above = None if node.parent is None else home[node.parent]
    groups = [_group(tree, (node.code, node.name, above), inside, is_block=is_block)]
    if rest and not is_block:
        name = joined(_names(tree, node, frozenset(rest)), node.name)
        groups.append(_group(tree, (node.code + REST, name, node.code), rest, is_block=True))
    return groups


def _group(
    tree: _Tree, named: tuple[str, str, str | None], labels: Sequence[str], *, is_block: bool
) -> PlannedGroup:
    ballots = sum(tree.ballots.get(label, 0) for label in labels)
    return PlannedGroup(*named, tuple(labels), ballots, is_block)


def _names(tree: _Tree, node: Node, rest: frozenset[str]) -> list[str]:
    """Name the rest of a group by the topmost groups that lie in it wholly."""
    names: list[str] = [node.name] if node.code in rest else []
    waiting = list(reversed(tree.children.get(node.code, ())))
    while waiting:
        child = waiting.pop()
        labels = set(_labels(tree, child))
        if labels and labels <= rest:
            names.append(child.name)
        elif labels & rest:
            names += [child.name] if child.code in rest else []
            waiting.extend(reversed(tree.children.get(child.code, ())))
    return names


def _labels(tree: _Tree, node: Node) -> Iterable[str]:
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at.invited:
            yield at.code
        waiting.extend(tree.children.get(at.code, ()))


def _fate(
    blocks: Mapping[str, str], inside: Sequence[str], rest: Sequence[str], floor: int
) -> Merged | Suppressed:
    """Say where the people of a group that is not shown can be found."""
    own = set(inside) & set(rest)
    into = next((blocks[label] for label in inside if label in own and label in blocks), None)
    return Suppressed(Reason.BELOW_FLOOR, floor) if into is None else Merged(into)
