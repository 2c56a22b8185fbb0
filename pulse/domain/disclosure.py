"""The plan of a wave: which groups are shown, decided from turnout alone.

    joint turnout ──► blocks of each dimension ──► certificate ──► crossings while it holds

No answer is among its arguments, so the plan, and whatever it leaves out, tells nothing of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulse.domain import certificate, class_plan, tree_blocks
from pulse.domain.blocks import Decided, DimensionPlan, Turnout
from pulse.domain.certificate import Bound
from pulse.domain.dimension import ORGANISATION, Dimension

# A part of a crossing that is not safe is tried again with blocks of up to so many floors.
COARSEST = 3


@dataclass(slots=True)
class _Drafting:
    """A plan in the making: the dimensions by key, and the groups that must not be shown."""

    dimensions: Mapping[str, Dimension]
    turnout: Turnout
    floor: int
    plans: dict[str, DimensionPlan] = field(default_factory=dict)
    never: dict[str, frozenset[str]] = field(default_factory=dict)

    def draft(self, key: str) -> None:
        planner = tree_blocks.plan if key == ORGANISATION else class_plan.plan
        ballots = self.turnout.ballots.by_label(key)
        never = self.never.get(key, frozenset())
        self.plans[key] = planner(self.dimensions[key], ballots, self.floor, never)

    def cross(self, key: str, times: Mapping[str, int]) -> None:
        """Draft a crossing; `times` gives how many floors each division asks of a block."""
        ballots = self.turnout.ballots.by_label(key)
        floors = {division: many * self.floor for division, many in times.items()}
        self.plans[key] = class_plan.crossed(self.dimensions[key], ballots, floors, self.floor)

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
            drafting.draft(item.key)
    bound = _until_safe(drafting)
    crossings = [item for item in dimensions if item.is_crossing]
    for item in sorted(crossings, key=lambda item: (-len(item.labels), item.key)):
        bound = _add_crossing(drafting, item, bound)
    return Decided({item.key: drafting.plans[item.key] for item in dimensions}, bound)


def _until_safe(drafting: _Drafting) -> float:
    """Merge the smallest block of whoever is least safe, until everybody is."""
    bound = drafting.bound()
    while not bound.is_safe:
        key, group = _smallest_block(drafting, bound.unsafe[0])
        shown = {code.code for code in drafting.plans[key].groups}
        refused = _refused(drafting, key, group, shown)
        drafting.never[key] = drafting.never.get(key, frozenset()) | {refused}
        drafting.draft(key)
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
    """Add a crossing, coarser in the divisions where it must be, or without them."""
    times = dict.fromkeys(class_plan.divided(item), 1)
    while drafting.plans[ORGANISATION].blocks and times:
        drafting.cross(item.key, times)
        if not drafting.plans[item.key].blocks:
            return bound
        found = drafting.bound()
        if found.is_safe:
            return found.value
        times = _coarser(times, _concerned(drafting, item, times, found))
    drafting.cross(item.key, {})
    return bound


def _concerned(
    drafting: _Drafting, item: Dimension, times: Mapping[str, int], found: Bound
) -> set[str]:
    """Give the divisions that have people in a block of the organisation that is not safe.

    Where a block joins people of two divisions, the total of one tells about those of the other.
    """
    invited, keys = drafting.turnout.invited, drafting.turnout.invited.keys
    home, place = keys.index(ORGANISATION), keys.index(item.key)
    block_of = drafting.plans[ORGANISATION].block_of()
    unsafe = {block_of[labels[home]] for labels in found.unsafe}
    shown = {block.labels[0] for block in drafting.plans[item.key].blocks}
    divisions = class_plan.divided(item)
    division_of = {node.code: key for key, nodes in divisions.items() for node in nodes}
    concerned = {
        division_of[labels[place]] for labels in invited.counts if block_of[labels[home]] in unsafe
    }
    return concerned & {division_of[label] for label in shown} or set(times)


def _coarser(times: Mapping[str, int], concerned: set[str]) -> dict[str, int]:
    """Ask for larger blocks in these divisions, or leave those out where they are largest."""
    asked = {division: many + (division in concerned) for division, many in times.items()}
    return {division: many for division, many in asked.items() if many <= COARSEST}
