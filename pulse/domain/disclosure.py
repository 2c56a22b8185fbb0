"""The plan of a wave: which groups are shown, decided from turnout alone.

    joint turnout ──► blocks of each dimension ──► certificate ──► crossings while it holds

No answer is among its arguments, so the plan, and whatever it leaves out, tells nothing of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pulse.domain import certificate, class_plan, tree_blocks
from pulse.domain.blocks import Decided, DimensionPlan, Turnout
from pulse.domain.certificate import Bound
from pulse.domain.dimension import ORGANISATION, Dimension

# Proofs need a sum below 1; the rest is for rounding in the linear algebra.
LIMIT = 0.98
# A crossing that is not safe is tried again with blocks of so many floors.
COARSER = (1, 2, 3)


class _Planner(Protocol):
    def __call__(
        self,
        dimension: Dimension,
        ballots: Mapping[str, int],
        floor: int,
        never: frozenset[str] = frozenset(),
    ) -> DimensionPlan: ...


@dataclass(slots=True)
class _Drafting:
    """A plan in the making: the dimensions by key, and the groups that must not be shown."""

    dimensions: Mapping[str, Dimension]
    turnout: Turnout
    floor: int
    plans: dict[str, DimensionPlan] = field(default_factory=dict)
    never: dict[str, frozenset[str]] = field(default_factory=dict)

    def draft(self, key: str, floor: int) -> None:
        planner: _Planner = tree_blocks.plan if key == ORGANISATION else class_plan.plan
        ballots = self.turnout.ballots.by_label(key)
        never = self.never.get(key, frozenset())
        self.plans[key] = planner(self.dimensions[key], ballots, floor, never)

    def bound(self) -> Bound:
        """Give the larger bound of answers, which ballots hold, and of turnout, over all asked."""
        block_of = {key: plan.block_of() for key, plan in self.plans.items() if plan.blocks}
        joints = (self.turnout.ballots, self.turnout.invited)
        bounds = [certificate.bound(joint, block_of, self.floor) for joint in joints]
        return max(bounds, key=lambda found: found.value)


def decide(dimensions: Sequence[Dimension], turnout: Turnout, floor: int) -> Decided:
    """Plan all dimensions so that no combination of their groups isolates fewer than `floor`.

    The organisation and the attributes come first; they are coarsened until they are safe
    together. Then the crossings, the largest table first, are added as long as all stays safe.
    """
    drafting = _Drafting({item.key: item for item in dimensions}, turnout, floor)
    for item in dimensions:
        if not item.is_crossing:
            drafting.draft(item.key, floor)
    bound = _until_safe(drafting)
    crossings = [item for item in dimensions if item.is_crossing]
    for item in sorted(crossings, key=lambda item: (-len(item.labels), item.key)):
        bound = _add_crossing(drafting, item, bound)
    return Decided({item.key: drafting.plans[item.key] for item in dimensions}, bound)


def _until_safe(drafting: _Drafting) -> float:
    """Merge the smallest block of whoever is least safe, until everybody is."""
    bound = drafting.bound()
    while bound.value >= LIMIT:
        key, group = _smallest_block(drafting, bound.labels)
        shown = {code.code for code in drafting.plans[key].groups}
        refused = _refused(drafting, key, group, shown)
        drafting.never[key] = drafting.never.get(key, frozenset()) | {refused}
        drafting.draft(key, drafting.floor)
        bound = drafting.bound()
    return bound.value


def _smallest_block(drafting: _Drafting, labels: tuple[str, ...]) -> tuple[str, str]:
    """Choose among the blocks of one person, in all dimensions that can still be coarsened."""
    carried = dict(zip(drafting.turnout.ballots.keys, labels, strict=True))
    return min(
        (block.ballots, key, block.code)
        for key, plan in drafting.plans.items()
        for block in plan.blocks
        if carried[key] in block.labels and len(plan.blocks) > 1
    )[1:]


def _refused(drafting: _Drafting, key: str, block: str, shown: set[str]) -> str:
    """Say which group must go so that this block is merged with what stands beside it."""
    plan = drafting.plans[key]
    found = next(item for item in plan.blocks if item.code == block)
    if key != ORGANISATION:
        return found.code
    if not block.endswith(tree_blocks.REST):
        return block
    above = block.removesuffix(tree_blocks.REST)
    beside = [item for item in plan.groups if item.parent == above and item.code in shown]
    is_root = drafting.dimensions[key].nodes[0].code == above
    neighbours = [item for item in beside if item.code != block]
    return min(neighbours, key=lambda item: item.ballots).code if is_root else above


def _add_crossing(drafting: _Drafting, item: Dimension, bound: float) -> float:
    """Add a crossing, coarser where it must be, or leave it out where it cannot be safe."""
    for times in COARSER:
        drafting.draft(item.key, times * drafting.floor)
        if not drafting.plans[item.key].blocks:
            return bound
        found = drafting.bound().value
        if found < LIMIT:
            return found
    drafting.plans[item.key] = class_plan.nothing(item, drafting.floor)
    return bound
