"""Trends: one group's figure over waves, joined only where it means the same thing.

A line breaks where the group is not what it was, where other questions were asked, and where a
wave shows nothing of it; each break says why. Nothing is ever counted again under today's
structure.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.cells import Reason, Suppressed
from pulse.domain.dimension import CROSS
from pulse.domain.scale import Scale
from pulse.release import measures, rows
from pulse.release.measures import PARTICIPATION
from pulse.release.model import Release, ReleaseGroup, ReleaseQuestion
from pulse.release.values import Asked, Group, Number, ReleaseInfo
from pulse.surveys.model import Wave

WAVES = 24


@dataclass(frozen=True, slots=True)
class Point:
    """One wave of a line. `broken` says why the line does not come from the wave before."""

    release_id: int
    wave_title: str
    closed_on: date
    value: Number
    broken: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of one group over waves, the oldest first."""

    group_name: str
    measure: str
    measure_name: str
    points: tuple[Point, ...]

    @property
    def breaks(self) -> tuple[Point, ...]:
        """The points before which the line is broken."""
        return tuple(point for point in self.points if point.broken is not None)


@dataclass(frozen=True, slots=True)
class _Stop:
    """What one wave holds of the group, and what the figure is computed from there."""

    release: ReleaseInfo
    survey_id: int
    group: Group | None
    behind: frozenset[str]
    value: Number


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure of which group; `code` None means everybody asked."""

    dimension: str
    code: str | None
    measure: str


def line(session: Session, wanted: Wanted) -> Line:
    """Give a line over the latest waves; four queries, whatever their number."""
    stops = _stops(session, wanted)
    points = tuple(
        Point(
            stop.release.id,
            stop.release.title,
            stop.release.closed_on,
            stop.value,
            _broken(before, stop),
        )
        for before, stop in zip([None, *stops], stops, strict=False)
    )
    names = [stop.group.name for stop in stops if stop.group is not None]
    name = names[-1] if names else ""
    return Line(name, wanted.measure, measures.name(wanted.measure), points)


def _broken(before: _Stop | None, stop: _Stop) -> str | None:
    """Say why two waves must not be joined; None where they may, and for the first wave."""
    if before is None:
        return None
    if isinstance(stop.value, Suppressed):
        absent = stop.group is None and not stop.release.withheld
        return "The group was not there in this wave." if absent else stop.value.sentence
    if isinstance(before.value, Suppressed) or before.group is None or stop.group is None:
        return "Nothing of the group is shown for the wave before."
    if before.behind != stop.behind:
        return "Other questions were asked than in the wave before."
    # Everybody asked by one survey is the same group, however the company divides itself.
    everybody = before.group.is_everyone and stop.group.is_everyone
    if everybody and before.survey_id == stop.survey_id:
        return None
    return _changed(before.group, stop.group)


def _changed(before: Group, now: Group) -> str | None:
    """Say how a group changed; None where the same units or classes make it up as before."""
    old, new = set(before.members), set(now.members)
    parts = [
        f"{word} {', '.join(sorted(_plain(unit, now.dimension) for unit in units))}"
        for word, units in (("with", new - old), ("without", old - new))
        if units
    ]
    return f"The group changed: now {' and '.join(parts)}." if parts else None


def _plain(member: str, dimension: str) -> str:
    """Name a unit or class alone; a crossing keeps it with the code of the part it lies in."""
    return member.partition(CROSS)[2] if CROSS in dimension else member


def _stops(session: Session, wanted: Wanted) -> list[_Stop]:
    """Read the latest waves in which the figure was asked for, the oldest first."""
    latest = session.execute(
        select(Release, Wave.survey_id)
        .join(Wave, Wave.id == Release.wave_id)
        .order_by(Release.closed_on.desc(), Release.id.desc())
        .limit(WAVES)
    ).all()
    releases = {row.id: (rows.info(row), survey_id) for row, survey_id in reversed(latest)}
    asked = _asked(session, releases)
    groups = _groups(session, wanted, {key: info.floor for key, (info, _) in releases.items()})
    cells = rows.cells(session, [group.id for group in groups.values() if group.shown])
    return [
        _Stop(
            release=info,
            survey_id=survey_id,
            group=groups.get(key),
            behind=measures.behind(asked[key], wanted.measure),
            value=_value(wanted.measure, info, groups.get(key), (asked[key], cells)),
        )
        for key, (info, survey_id) in releases.items()
        if wanted.measure == PARTICIPATION or measures.behind(asked[key], wanted.measure)
    ]


def _value(
    measure: str,
    release: ReleaseInfo,
    group: Group | None,
    answers: tuple[Sequence[Asked], rows.Cells],
) -> Number:
    if group is None:
        reason = Reason.TOO_FEW_BALLOTS if release.withheld else Reason.NOT_ASKED
        return Suppressed(reason, release.floor)
    if measure == PARTICIPATION:
        return group.rate
    return measures.measure(rows.results(group, *answers), measure, release.floor)


def _groups(session: Session, wanted: Wanted, floors: Mapping[int, int]) -> dict[int, Group]:
    query = select(ReleaseGroup).where(
        ReleaseGroup.release_id.in_(list(floors)),
        ReleaseGroup.dimension == wanted.dimension,
        ReleaseGroup.parent.is_(None) if wanted.code is None else ReleaseGroup.code == wanted.code,
    )
    found = session.scalars(query).all()
    into = rows.names_of_blocks(session, found)
    return {
        row.release_id: rows.group(row, floors[row.release_id], into=into.get(row.id, ""))
        for row in found
    }


def _asked(session: Session, release_ids: Collection[int]) -> dict[int, list[Asked]]:
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
        found[row.release_id].append(rows.asked(row))
    return found
