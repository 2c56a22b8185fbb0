"""Queries of the release tables, each giving the values of `values`; readers build on these.

`cells` is the one place where published counts leave the database, as `precision` is for how sure
they are. Pages, heatmap, trends, charts, files, the API, turnover and the action log all take
theirs from it, and tests/house fails where anything reads them another way.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, func, inspect, select
from sqlalchemy.orm import Session

from pulse.domain.cells import Counts, Reason, Released, Span, Suppressed
from pulse.domain.errors import NotFound
from pulse.domain.scale import Scale
from pulse.release.model import Release, ReleaseCell, ReleaseGroup, ReleaseQuestion
from pulse.release.values import Asked, Group, Precision, QuestionResult, ReleaseInfo, Whole, whole
from pulse.surveys.model import Wave

# The counts of groups by group id and question code.
Cells = Mapping[tuple[int, str], Counts]
# Databases take some ten thousand values in one statement.
_AT_ONCE = 5_000


def info(row: Release) -> ReleaseInfo:
    """Read a release as a whole."""
    reason = Reason[row.withheld_reason or Reason.TOO_FEW_BALLOTS.name]
    return ReleaseInfo(
        id=row.id,
        wave_id=row.wave_id,
        title=row.title,
        closed_on=row.closed_on,
        created_on=row.created_on,
        rule=row.rule,
        floor=row.floor,
        comment_floor=row.comment_floor,
        withheld=row.withheld,
        invited=row.invited,
        redeemed=whole(row.redeemed, reason, row.floor),
        ballots=whole(row.ballots, reason, row.floor),
        unreadable=whole(row.unreadable, reason, row.floor),
        surplus=whole(row.surplus, reason, row.floor),
        handed=whole(row.handed, reason, row.floor),
        opted_out=row.opted_out or 0,
        excess=whole(row.excess, reason, row.floor),
        lost=whole(row.lost, reason, row.floor),
        accepted=row.accepted,
    )


def release(session: Session, release_id: int) -> ReleaseInfo:
    """Give one release. Raises NotFound."""
    row = session.get(Release, release_id)
    if row is None:
        raise NotFound("There is no such release.")
    return info(row)


def latest(
    session: Session, most: int, until: ReleaseInfo | None = None
) -> dict[int, tuple[ReleaseInfo, int]]:
    """Give the latest releases by id, each with its survey's id, the oldest first.

    With `until`, they are those up to and including that release, as waves closed.
    """
    query = select(Release, Wave.survey_id).join(Wave, Wave.id == Release.wave_id)
    if until is not None:
        same_day = (Release.closed_on == until.closed_on) & (Release.id <= until.id)
        query = query.where((Release.closed_on < until.closed_on) | same_day)
    found = session.execute(
        query.order_by(Release.closed_on.desc(), Release.id.desc()).limit(most)
    ).all()
    return {row.id: (info(row), survey_id) for row, survey_id in reversed(found)}


def groups(session: Session, release: ReleaseInfo) -> tuple[Group, ...]:
    """Give all groups, dimension by dimension, parents before children."""
    # Rows and no entities: there may be thousands, and every page of results reads them all.
    query = select(*inspect(ReleaseGroup).columns).where(ReleaseGroup.release_id == release.id)
    found = session.execute(query.order_by(ReleaseGroup.id)).all()
    names = {(row.dimension, row.code): row.name for row in found}
    depths: dict[tuple[str, str | None], int] = {}
    groups = []
    for row in found:
        depth = depths.get((row.dimension, row.parent), -1) + 1
        depths[row.dimension, row.code] = depth
        into = names.get((row.dimension, row.merged_into or ""), "")
        groups.append(group(row, release.floor, depth, into))
    return tuple(groups)


def group(
    row: ReleaseGroup | Row[*tuple[Any, ...]], floor: int, depth: int = 0, into: str = ""
) -> Group:
    """Read a group; `into` is the name of the block in which it is counted, if it was merged."""
    return Group(
        id=row.id,
        dimension=row.dimension,
        dimension_name=row.dimension_name,
        code=row.code,
        name=row.name,
        parent=row.parent,
        depth=depth,
        labels=tuple(row.labels),
        members=tuple(row.members),
        invited=row.invited,
        ballots=_ballots(row, floor, into),
        is_block=row.block,
        merged_into=row.merged_into,
    )


def names_of_blocks(session: Session, merged: Sequence[ReleaseGroup]) -> dict[int, str]:
    """Give for each group that was merged, by id, the name of the block in which it is counted."""
    wanted = [row for row in merged if row.merged_into is not None]
    if not wanted:
        return {}
    query = select(ReleaseGroup).where(
        ReleaseGroup.release_id.in_({row.release_id for row in wanted}),
        ReleaseGroup.code.in_({row.merged_into for row in wanted}),
    )
    names = {(row.release_id, row.dimension, row.code): row.name for row in session.scalars(query)}
    return {row.id: names[row.release_id, row.dimension, row.merged_into or ""] for row in wanted}


def questions(session: Session, release_id: int) -> tuple[Asked, ...]:
    """Give the questions answered with a scale point, in the order they were asked."""
    query = (
        select(ReleaseQuestion)
        .where(ReleaseQuestion.release_id == release_id, ReleaseQuestion.scale != Scale.OPEN.value)
        .order_by(ReleaseQuestion.position)
    )
    return tuple(asked(row) for row in session.scalars(query))


def asked(row: ReleaseQuestion) -> Asked:
    """Read a question."""
    return Asked(row.code, row.text, Scale(row.scale), row.driver, row.reverse)


def questions_of(session: Session, release_ids: Collection[int]) -> dict[int, list[Asked]]:
    """Give the questions of several releases, as `questions` does of one."""
    query = (
        select(ReleaseQuestion)
        .where(
            ReleaseQuestion.release_id.in_(list(release_ids)),
            ReleaseQuestion.scale != Scale.OPEN.value,
        )
        .order_by(ReleaseQuestion.position)
    )
    found: dict[int, list[Asked]] = {release_id: [] for release_id in release_ids}
    for row in session.scalars(query):
        found[row.release_id].append(asked(row))
    return found


def cells(
    session: Session, group_ids: Iterable[int], questions: Collection[str] | None = None
) -> Cells:
    """Give the cells of some groups, of all questions or only of those named by code.

    One query for each five thousand groups.
    """
    ids = list(group_ids)
    found: dict[tuple[int, str], Counts] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = select(
            ReleaseCell.group_id,
            ReleaseCell.question,
            ReleaseCell.n,
            ReleaseCell.favourable_low,
            ReleaseCell.favourable_high,
            ReleaseCell.unfavourable_low,
            ReleaseCell.unfavourable_high,
            ReleaseCell.score_sum,
        ).where(ReleaseCell.group_id.in_(ids[start : start + _AT_ONCE]))
        if questions is not None:
            query = query.where(ReleaseCell.question.in_(questions))
        found |= {(row.group_id, row.question): _counts(row) for row in session.execute(query)}
    return found


def cell_count(session: Session, release_id: int) -> int:
    """Count the cells in the table itself, so that a file that lacks one can be told."""
    query = (
        select(func.count())
        .select_from(ReleaseCell)
        .join(ReleaseGroup, ReleaseGroup.id == ReleaseCell.group_id)
        .where(ReleaseGroup.release_id == release_id)
    )
    return session.scalar(query) or 0


def results(
    group: Group,
    asked: Sequence[Asked],
    found: Cells,
    known: Mapping[str, Precision] = MappingProxyType({}),
) -> tuple[QuestionResult, ...]:
    """Put each question of a group beside its counts, or beside the reason of the group."""
    return tuple(
        QuestionResult(question, _cell(group, question, found), known.get(question.code))
        for question in asked
    )


def _cell(group: Group, question: Asked, found: Cells) -> Released[Counts] | Suppressed:
    if isinstance(group.ballots, Suppressed):
        return group.ballots
    return Released(found[group.id, question.code])


def _ballots(row: ReleaseGroup | Row[*tuple[Any, ...]], floor: int, into: str) -> Whole:
    if row.n is not None:
        return Released(row.n)
    if row.merged_into is not None:
        return Suppressed(Reason.MERGED, floor, into)
    return Suppressed(Reason[row.reason or Reason.BELOW_FLOOR.name], floor)


def _counts(row: Row[*tuple[Any, ...]]) -> Counts:
    return Counts(
        row.n,
        Span(row.favourable_low, row.favourable_high),
        Span(row.unfavourable_low, row.unfavourable_high),
        row.score_sum,
    )
