"""How sure the figures of a release are, as it was written when the wave was released.

Intervals, changes and spreads are read here and never computed: no process that serves pages
holds a statistics library. Releases of before have none, and are shown without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.scores import ENPS
from pulse.release import measures
from pulse.release.model import Release
from pulse.release.published import DRIVER
from pulse.release.score_model import ReleaseScore, ReleaseSpread
from pulse.release.values import Change, Group, Precision, ReleaseInfo

# By the group's id, the kind and the key of the measure.
Precisions: TypeAlias = Mapping[tuple[int, str, str], Precision]


class Verdict(Enum):
    """What can be said of a spread between groups."""

    APART = "apart"
    CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure at one end of a spread, and the group that it is of."""

    group: Group
    precision: Precision


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the groups of a dimension lie apart in one figure: standard deviations, in points.

    `by_chance` is what groups of these sizes would show if all people were alike; `beyond` is what
    is left of the observed spread when that is taken away.
    """

    measure: str
    name: str
    groups: int
    everybody: Precision
    observed: float
    by_chance: float
    beyond: float
    verdict: Verdict
    lowest: Placed
    highest: Placed


def of_groups(session: Session, group_ids: Sequence[int]) -> Precisions:
    """Give the precision of every figure of some groups in one query."""
    query = (
        select(ReleaseScore, Release.closed_on, Release.wave_id)
        .outerjoin(Release, Release.id == ReleaseScore.before_id)
        .where(ReleaseScore.group_id.in_(group_ids))
    )
    return {
        (row.group_id, row.kind, row.measure): Precision(
            row.value, row.low, row.high, _change(row, before)
        )
        for row, *before in session.execute(query)
    }


def spreads(
    session: Session, release: ReleaseInfo, dimension: str, groups: Sequence[Group]
) -> tuple[Spread, ...]:
    """Give how far the groups of a dimension lie apart: each driver, the index first, then eNPS.

    `groups` are all those of the release; the first of them is everybody.
    """
    query = select(ReleaseSpread).where(
        ReleaseSpread.release_id == release.id, ReleaseSpread.dimension == dimension
    )
    found = sorted(session.scalars(query), key=lambda row: measures.place(row.measure))
    by_code = {each.code: each for each in groups if each.dimension == dimension}
    ends = {by_code[code].id for row in found for code in (row.lowest, row.highest)}
    known = of_groups(session, sorted({groups[0].id, *ends})) if found else {}
    return tuple(_spread(row, groups[0], by_code, known) for row in found)


def _change(row: Any, before: Sequence[Any]) -> Change | None:  # noqa: ANN401  (a row)
    if row.change is None or row.change_low is None or row.change_high is None:
        return None
    closed_on, wave_id = before
    return Change(row.change, row.change_low, row.change_high, bool(row.holds), closed_on, wave_id)


def _spread(
    row: Any,  # noqa: ANN401  (as above)
    everybody: Group,
    by_code: Mapping[str, Group],
    known: Precisions,
) -> Spread:
    kind = ENPS if row.measure == ENPS else DRIVER
    lowest, highest = by_code[row.lowest], by_code[row.highest]
    return Spread(
        measure=row.measure,
        name=measures.name(row.measure),
        groups=row.groups,
        everybody=known[everybody.id, kind, row.measure],
        observed=row.observed,
        by_chance=row.by_chance,
        beyond=row.beyond,
        verdict=Verdict(row.verdict),
        lowest=Placed(lowest, known[lowest.id, kind, row.measure]),
        highest=Placed(highest, known[highest.id, kind, row.measure]),
    )
