"""The ways in which everybody invited is divided into groups, and the labels that follow."""

from dataclasses import dataclass

ORGANISATION = "organisation"
ROOT = "all"
CROSS = "*"


@dataclass(frozen=True, slots=True)
class Node:
    """A group of a dimension. One with `invited` above 0 is a label that a ballot can carry.

    `invited` counts the people whose own label this is, not those of the nodes below.
    `members` names the units or classes that make the label up.
    """

    code: str
    name: str
    parent: str | None
    invited: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way of dividing everybody invited; `nodes[0]` is its root, parents before children."""

    key: str
    name: str
    nodes: tuple[Node, ...]

    @property
    def labels(self) -> tuple[Node, ...]:
        """The nodes that a ballot can carry."""
        return tuple(node for node in self.nodes if node.invited > 0)

    @property
    def is_crossing(self) -> bool:
        """Whether it divides by an attribute within each part of the organisation."""
        return CROSS in self.key


def unit_code(unit_id: int) -> str:
    """Give the code that a unit has as a group of the organisation, unless it is the only root.

    >>> unit_code(17)
    'u17'
    """
    return f"u{unit_id}"
