"""Writes the groups of a release, and the cells of those that the plan shows.

A group that is not shown gets its name and its reason; its counts are dropped here and are never
handed to the database. What is counted in a block is coded at once, and larger groups are added
up from coded blocks, so an exact count reaches no row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from operator import add
from typing import Any, TypeAlias

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pulse.ballots.tally import Tally
from pulse.domain import counting
from pulse.domain.blocks import JOINT, DimensionPlan, Plan, PlannedGroup
from pulse.domain.cells import Counts, Merged, Suppressed
from pulse.domain.counting import ClassCounts
from pulse.domain.dimension import ORGANISATION, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.release.model import ReleaseCell, ReleaseGroup

# The id of each group by dimension and code.
GroupIds: TypeAlias = dict[tuple[str, str], int]
# What is published of the blocks of one question, by dimension and code.
Blocks: TypeAlias = dict[tuple[str, str], Counts]
_CODING = "pulse.domain.joint_coding"


@dataclass(frozen=True, slots=True)
class Figures:
    """A count, and the plans that decide what of it may be written down."""

    release_id: int
    manifest: Manifest
    tally: Tally
    plans: Plan
    coded: Mapping[str, Blocks]


def write(session: Session, figures: Figures) -> GroupIds:
    """Write all groups and the cells of those shown; give the ids of the groups."""
    ids: GroupIds = {}
    for dimension in figures.manifest.dimensions:
        groups = list(_groups(figures, dimension))
        session.add_all(groups)
        session.flush()
        ids |= {(dimension.key, group.code): group.id for group in groups}
        if cells := _cells(figures.plans[dimension.key], dimension.key, ids, figures.coded):
            session.execute(insert(ReleaseCell), cells)
    return ids


def coded_blocks(manifest: Manifest, tally: Tally, plans: Plan) -> dict[str, Blocks]:
    """Code every block of every dimension, by question; none undoes what another one hides.

    For a large company it takes minutes, so it is not done while a transaction is open.
    """
    # Linear algebra is loaded where it runs: no web process ever holds it.
    coding = import_module(_CODING)
    ground = coding.ground(tally.joint, plans)
    found: dict[str, Blocks] = {}
    for question in manifest.scored:
        exact = {
            (key, block.code): _counted(tally, key, question, block)
            for key, plan in plans.items()
            for block in plan.blocks
        }
        found[question.code] = coding.coded(ground, exact, manifest.edge)
    return found


def _groups(figures: Figures, dimension: Dimension) -> Iterator[ReleaseGroup]:
    """Give the rows in the order of the tree: each group, then the block that its rest makes."""
    plan = figures.plans[dimension.key]
    for position, item in enumerate(_listed(dimension, plan), start=1):
        shown = item if isinstance(item, PlannedGroup) else None
        labels = shown.labels if shown else _labels_below(dimension, item.code)
        fate = plan.hidden.get(item.code)
        yield ReleaseGroup(
            release_id=figures.release_id,
            position=position,
            dimension=dimension.key,
            dimension_name=dimension.name,
            code=item.code,
            name=item.name,
            parent=item.parent if dimension.key == ORGANISATION else None,
            **_made_up(dimension, labels),
            status="released" if shown else _status(fate),
            reason=fate.reason.name if isinstance(fate, Suppressed) else None,
            merged_into=fate.into if isinstance(fate, Merged) else None,
            block=shown is not None and shown.is_block,
            n=shown.ballots if shown else None,
        )


def _made_up(dimension: Dimension, labels: Sequence[str]) -> dict[str, Any]:
    """Say which labels, which units or classes, and how many people asked make a group up."""
    nodes = {node.code: node for node in dimension.nodes}
    return {
        "labels": list(labels),
        "members": sorted(
            {member for label in labels for member in _members(dimension, nodes, label)}
        ),
        "invited": sum(nodes[label].invited for label in labels),
    }


def _members(dimension: Dimension, nodes: Mapping[str, Node], code: str) -> Iterator[str]:
    """Give the members of a label; a class of a crossing is made of those of its part as well."""
    yield from nodes[code].members
    if dimension.is_crossing and (part := nodes[code].parent) is not None:
        yield from nodes[part].members


def _listed(dimension: Dimension, plan: DimensionPlan) -> Iterator[PlannedGroup | Node]:
    """List the nodes of the tree; a block without a node follows the last one that went into it."""
    at = {group.code: group for group in plan.groups}
    last = {code: code.partition(JOINT)[0] for code in at if JOINT in code}
    for code, fate in plan.hidden.items():
        if isinstance(fate, Merged) and fate.into in last:
            last[fate.into] = code
    after = {code: at[block] for block, code in last.items()}
    for node in dimension.nodes:
        if node.code in at:
            yield at[node.code]
        elif node.code in plan.hidden:
            yield node
        if node.code in after:
            yield after[node.code]


def _labels_below(dimension: Dimension, code: str) -> list[str]:
    inside = {code}
    for node in dimension.nodes:
        if node.parent in inside:
            inside.add(node.code)
    return [node.code for node in dimension.labels if node.code in inside]


def _status(fate: Merged | Suppressed | None) -> str:
    return "merged" if isinstance(fate, Merged) else "suppressed"


def _cells(
    plan: DimensionPlan, key: str, ids: GroupIds, coded: Mapping[str, Blocks]
) -> list[dict[str, Any]]:
    """Give the cells by question; larger groups are made of what is published of blocks."""
    made_of = _made_of(plan)
    return [
        _row(ids[key, group.code], question, _sum(key, blocks, made_of[group.code]))
        for question, blocks in coded.items()
        for group in plan.groups
    ]


def _made_of(plan: DimensionPlan) -> dict[str, tuple[str, ...]]:
    """Give for each group the blocks that it is made of."""
    block_of = plan.block_of()
    return {
        group.code: tuple(dict.fromkeys(block_of[label] for label in group.labels))
        for group in plan.groups
    }


def _counted(tally: Tally, key: str, question: Question, block: PlannedGroup) -> ClassCounts:
    answers = tally.answers.get((key, question.code), {})
    histogram = counting.added(answers.get(label, {}) for label in block.labels)
    return counting.class_counts(question, block.ballots, histogram)


def _sum(key: str, coded: Blocks, blocks: Iterable[str]) -> Counts:
    return reduce(add, (coded[key, block] for block in blocks))


def _row(group_id: int, question: str, counts: Counts) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "question": question,
        "n": counts.n,
        "favourable_low": counts.favourable.low,
        "favourable_high": counts.favourable.high,
        "unfavourable_low": counts.unfavourable.low,
        "unfavourable_high": counts.unfavourable.high,
        "score_sum": counts.score_sum,
    }
