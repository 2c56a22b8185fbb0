"""What a plan says of one dimension: the blocks its labels fall into, and the groups shown.

A block is a set of labels with at least as many ballots as the floor. Every label lies in just one
block, and every group shown is a union of blocks, so that whatever is added or subtracted, the
people of one block stay together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pulse.domain.cells import Merged, Suppressed
from pulse.domain.joint import Joint

MANY = 3
# Stands in the code of a block between what it is made of; no code of a node holds it.
JOINT = "+"


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group that is shown. `place` is the node of the frozen tree that it stands for, if any."""

    code: str
    name: str
    parent: str | None
    labels: tuple[str, ...]
    ballots: int
    is_block: bool


@dataclass(frozen=True, slots=True)
class DimensionPlan:
    """The groups of a dimension that are shown, and what became of every other node.

    The blocks are those groups whose `is_block` is set; without any, nothing is shown.
    """

    groups: tuple[PlannedGroup, ...]
    hidden: Mapping[str, Merged | Suppressed]

    @property
    def blocks(self) -> tuple[PlannedGroup, ...]:
        """The blocks, in the order of the tree."""
        return tuple(group for group in self.groups if group.is_block)

    def block_of(self) -> dict[str, str]:
        """Give the code of the block in which each label lies."""
        return {label: block.code for block in self.blocks for label in block.labels}


# The plan of a whole wave, by dimension.
Plan: TypeAlias = Mapping[str, DimensionPlan]


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who was asked and who took part, by the labels they carry together."""

    invited: Joint
    ballots: Joint


@dataclass(frozen=True, slots=True)
class Decided:
    """The plan by dimension, and the bound that proves it safe as a whole."""

    plans: Plan
    bound: float


def joined(names: Sequence[str], within: str = "") -> str:
    """Name a block by what it is made of; a long list only by how much of what it is.

    >>> joined(["Team North", "Regional office"]), joined(["A", "B", "C"])
    ('Team North and Regional office', 'A, B and C')
    >>> joined(["A", "B", "C", "D"], "Sales"), joined(["A", "B", "C", "D"])
    ('Sales: A and 3 more', 'A and 3 more')
    """
    if len(names) > MANY:
        named = f"{names[0]} and {len(names) - 1} more"
        return f"{within}: {named}" if within else named
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
