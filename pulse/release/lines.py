"""Trends: one group's figure over waves, joined only where it means the same thing.

A line breaks where the group is not what it was, where other questions were asked, and where a
wave shows nothing of it; each break says why. Nothing is ever counted again under today's
structure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.cells import Reason, Suppressed
from pulse.release import joining, measures, rows
from pulse.release.joining import Side
from pulse.release.measures import PARTICIPATION
from pulse.release.model import ReleaseGroup
from pulse.release.values import Asked, Group, Number, ReleaseInfo

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
    """What one wave holds of the group, and the figure there."""

    release: ReleaseInfo
    side: Side
    value: Number


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure of which group; `code` None means everybody asked."""

    dimension: str
    code: str | None
    measure: str


def line(session: Session, wanted: Wanted) -> Line:
    """Give a line over the latest waves; five queries at most, whatever their number."""
    stops = _stops(session, wanted)
    names = _names(session, wanted, stops)
    points = tuple(
        Point(
            stop.release.id,
            stop.release.title,
            stop.release.closed_on,
            stop.value,
            _broken(before, stop, names),
        )
        for before, stop in zip([None, *stops], stops, strict=False)
    )
    groups = [stop.side.group for stop in stops if stop.side.group is not None]
    name = groups[-1].name if groups else ""
    return Line(name, wanted.measure, measures.name(wanted.measure), points)


def why_no_change(session: Session, wanted: Wanted, release: ReleaseInfo) -> str | None:
    """Say why a figure of a release is not compared with the wave before; None where it is.

    It goes by the same rule as the line, and by what too few answers can tell.
    """
    stops = _stops(session, wanted, until=release)
    names = _names(session, wanted, stops[-2:])
    if not stops:
        return Reason.NOT_ASKED.sentence(release.floor)
    if len(stops) == 1:
        return "There is no earlier wave to compare it with."
    before, now = stops[-2:]
    one, other = before.side.group, now.side.group
    broken = _broken(before, now, names)
    if broken is not None or one is None or other is None:
        return broken
    return joining.untold(one, other)


def _broken(before: _Stop | None, stop: _Stop, names: Mapping[str, str]) -> str | None:
    """Say why two waves must not be joined; None where they may, and for the first wave."""
    if before is None:
        return None
    if isinstance(stop.value, Suppressed):
        return stop.value.sentence
    return joining.parted(before.side, stop.side, names)


def _names(session: Session, wanted: Wanted, stops: Sequence[_Stop]) -> dict[str, str]:
    """Give the names of the units that came to a group or left it, as the releases have them."""
    groups = [stop.side.group for stop in stops if stop.side.group is not None]
    moved = {code for one, other in pairwise(groups) for code in {*one.members} ^ {*other.members}}
    query = (
        select(ReleaseGroup.code, ReleaseGroup.name)
        .where(
            ReleaseGroup.release_id.in_([stop.release.id for stop in stops]),
            ReleaseGroup.dimension == wanted.dimension,
            ReleaseGroup.code.in_(moved),
        )
        .order_by(ReleaseGroup.id)
    )
    return {row.code: row.name for row in session.execute(query)}


def _stops(session: Session, wanted: Wanted, until: ReleaseInfo | None = None) -> list[_Stop]:
    """Read the latest waves in which the figure was asked for, the oldest first."""
    releases = rows.latest(session, WAVES, until)
    asked = rows.questions_of(session, list(releases))
    groups = _groups(session, wanted, {key: info.floor for key, (info, _) in releases.items()})
    cells = rows.cells(session, [group.id for group in groups.values() if group.shown])
    return [
        _Stop(
            release=info,
            side=Side(survey_id, groups.get(key), measures.behind(asked[key], wanted.measure)),
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
        reason = Reason.TOO_FEW_BALLOTS if release.withheld else Reason.ABSENT
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
