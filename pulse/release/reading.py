"""Reading what has been published. Every page, chart and file reads through these verbs.

Each reads a bounded number of rows of fixed size: its cost depends on groups and questions and
never on how many people answered.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.domain.scores import ENGAGEMENT, ENPS
from pulse.release import measures, precision, rows
from pulse.release.feeds import Finding, UnitScore, finding, findings, unit_scores
from pulse.release.model import Release
from pulse.release.precision import Precisions
from pulse.release.published import DRIVER, QUESTION
from pulse.release.values import Group, GroupResults, Precision, ReleaseInfo

__all__ = [
    "Finding",
    "UnitScore",
    "by_wave",
    "finding",
    "findings",
    "get",
    "groups",
    "listing",
    "pick",
    "results",
    "unit_scores",
]

LISTED = 60


def listing(session: Session, page: int = 1) -> tuple[ReleaseInfo, ...]:
    """Give a page of releases, the newest first."""
    query = (
        select(Release)
        .order_by(Release.closed_on.desc(), Release.id.desc())
        .limit(LISTED)
        .offset(LISTED * (max(page, 1) - 1))
    )
    return tuple(rows.info(row) for row in session.scalars(query))


def get(session: Session, release_id: int) -> ReleaseInfo:
    """Give one release. Raises NotFound."""
    return rows.release(session, release_id)


def by_wave(session: Session, wave_id: int) -> ReleaseInfo:
    """Give the release of a wave. Raises NotFound where it has none yet."""
    row = session.scalar(select(Release).where(Release.wave_id == wave_id))
    if row is None:
        raise NotFound(f"Wave {wave_id} has not been released.")
    return rows.info(row)


def groups(session: Session, release_id: int) -> tuple[Group, ...]:
    """Give all groups, the organisation first, parents before children."""
    return rows.groups(session, rows.release(session, release_id))


def pick(found: tuple[Group, ...], key: str | None) -> Group:
    """Pick a group by its key, or the whole company without one. Raises NotFound."""
    for item in found:
        if key in {None, "", item.key}:
            return item
    raise NotFound("This release has no such group.")


def results(session: Session, release: ReleaseInfo, chosen: Group) -> GroupResults:
    """Give everything that is published about one group."""
    asked = rows.questions(session, release.id)
    known = _by_kind(precision.of_groups(session, [chosen.id]))
    cells = rows.cells(session, [chosen.id])
    found = rows.results(chosen, asked, cells, known[QUESTION])
    return GroupResults(
        group=chosen,
        questions=found,
        drivers=measures.drivers(found, release.floor, known[DRIVER]),
        engagement=measures.driver(found, ENGAGEMENT, release.floor),
        enps=measures.enps(found, release.floor),
        engagement_precision=known[DRIVER].get(ENGAGEMENT),
        enps_precision=known[ENPS].get(ENPS),
    )


def _by_kind(known: Precisions) -> dict[str, dict[str, Precision]]:
    """Give the precision of one group's figures by kind and measure."""
    found: dict[str, dict[str, Precision]] = {QUESTION: {}, DRIVER: {}, ENPS: {}}
    for (_, kind, measure), each in known.items():
        found[kind][measure] = each
    return found
