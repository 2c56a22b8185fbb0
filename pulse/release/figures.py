"""Writes the groups of a release, and the cells of those that the plan shows.

A group that is not shown gets its name and its reason; its counts are dropped here and are
never handed to the database.
"""

from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pulse.ballots.tally import Tally
from pulse.domain import counting
from pulse.domain.cells import Released
from pulse.domain.dimension import Dimension
from pulse.domain.disclosure import Plan
from pulse.domain.manifest import Manifest
from pulse.release.model import ReleaseCell, ReleaseGroup

# The id of each group by dimension and code.
GroupIds: TypeAlias = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Figures:
    """A count, and the plans that decide what of it may be written down."""

    release_id: int
    manifest: Manifest
    tally: Tally
    plans: dict[str, Plan]


def write(session: Session, figures: Figures) -> GroupIds:
    """Write all groups and the cells of those shown; give the ids of the groups."""
    ids: GroupIds = {}
    for dimension in figures.manifest.dimensions:
        groups = _groups(figures, dimension)
        session.add_all(groups)
        session.flush()
        ids |= {(dimension.key, group.code): group.id for group in groups}
        cells = _cells(figures, dimension, ids)
        if cells:
            session.execute(insert(ReleaseCell), cells)
    return ids


def shown(plan: Plan) -> list[str]:
    """Give the codes of the groups that a plan shows, in its order."""
    return [code for code, found in plan.items() if isinstance(found, Released)]


def _groups(figures: Figures, dimension: Dimension) -> list[ReleaseGroup]:
    invited = counting.invited_by_group(dimension.nodes)
    members = counting.members_by_group(dimension.nodes)
    groups = []
    for position, node in enumerate(dimension.nodes, start=1):
        found = figures.plans[dimension.key][node.code]
        group = ReleaseGroup(
            release_id=figures.release_id,
            position=position,
            dimension=dimension.key,
            dimension_name=dimension.name,
            code=node.code,
            name=node.name,
            parent=node.parent,
            members=list(members[node.code]),
            invited=invited[node.code],
            status="released" if isinstance(found, Released) else "suppressed",
            reason=None if isinstance(found, Released) else found.reason.name,
            n=found.value if isinstance(found, Released) else None,
        )
        groups.append(group)
    return groups


def _cells(figures: Figures, dimension: Dimension, ids: GroupIds) -> list[dict[str, Any]]:
    """Count the questions one by one, and keep what belongs to groups that are shown."""
    turnout = figures.tally.turnout.get(dimension.key, {})
    codes = shown(figures.plans[dimension.key])
    rows: list[dict[str, Any]] = []
    for question in figures.manifest.scored:
        answers = figures.tally.answers.get((dimension.key, question.code), {})
        found = counting.counts_by_group(dimension, question, turnout, answers)
        rows.extend(
            {"group_id": ids[dimension.key, code], "question": question.code} | asdict(found[code])
            for code in codes
        )
    return rows
