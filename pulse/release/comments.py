"""Decides under which group each comment is shown.

A comment stands under its division where that division is shown and enough people answered in
it, and otherwise under the whole company. What is left for the company is checked as well: if
only one small division were left there, the company's comments would be that division's.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pulse.ballots.tally import Tally
from pulse.domain import tree_plan
from pulse.domain.blocks import DimensionPlan, Plan
from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.manifest import Manifest
from pulse.domain.tree_plan import Branch


@dataclass(frozen=True, slots=True)
class Placed:
    """A comment and the group, by dimension and code, that it is shown under."""

    group: tuple[str, str]
    question: str
    text: str


def placed(manifest: Manifest, tally: Tally, plans: Plan) -> list[Placed]:
    """Place every comment that is not blank; none where the whole company is below the floor."""
    if tally.counted < manifest.comment_floor:
        return []
    dimension = manifest.dimension(ORGANISATION)
    root = dimension.nodes[0].code
    division = _division_of(dimension)
    shown = _shown(manifest, tally.turnout.get(ORGANISATION, {}), plans[ORGANISATION])
    return [
        Placed((ORGANISATION, code if code in shown else root), question, comment.text.strip())
        for question, comments in tally.comments.items()
        for comment in comments
        if comment.text.strip()
        for code in (division.get(comment.label, root),)
    ]


def _shown(manifest: Manifest, turnout: Mapping[str, int], plan: DimensionPlan) -> frozenset[str]:
    """Choose the divisions that comments may stand under: the plan of a flat, coarser tree.

    A division that is not shown with numbers gets no comments either. Its people then join the
    rest of the company, which stays large enough because it only grows.
    """
    dimension = manifest.dimension(ORGANISATION)
    root = dimension.nodes[0].code
    division = _division_of(dimension)
    ballots: Counter[str] = Counter()
    for code, count in turnout.items():
        ballots[division.get(code, root)] += count
    # People asked directly under the root are as much a part as a division is.
    flat = {root: Branch(None, ballots[root], root in ballots)} | {
        code: Branch(root, count) for code, count in ballots.items() if code != root
    }
    coarse = tree_plan.shown_groups(flat, manifest.comment_floor)
    return coarse & {group.code for group in plan.groups}


def _division_of(dimension: Dimension) -> dict[str, str]:
    """Map each group to the division it lies in: a child of the root, or the root itself."""
    root = dimension.nodes[0].code
    division = {root: root}
    for node in dimension.nodes[1:]:
        division[node.code] = node.code if node.parent == root else division[str(node.parent)]
    return division
