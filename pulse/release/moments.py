"""Writes and reads the moments of a release: how drivers vary and go together over everybody.

    sums of the count + published counts of everybody ──► what is rounded ──► rows ──► `Moments`

Which drivers are looked at follows from published counts alone, so a driver that is not there
tells nothing that they do not.
"""

from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain import moments
from pulse.domain.manifest import Manifest
from pulse.domain.moments import Moments
from pulse.domain.vectors import Sums, drivers_of
from pulse.release import rows
from pulse.release.model import Release
from pulse.release.moment_model import ReleaseCorrelation, ReleaseDeviation, ReleaseMoments
from pulse.release.values import ReleaseInfo

__all__ = ["Moments", "newest", "of_release", "spreads", "write"]


def write(session: Session, release: ReleaseInfo, manifest: Manifest, sums: Sums) -> None:
    """Write the moments, if enough ballots are complete and enough people differ."""
    floor = max(manifest.floor, manifest.fewest_ballots)
    apart = _apart(session, release, manifest.floor)
    found = moments.moments(drivers_of(manifest.questions), sums, apart, floor)
    if found is None:
        return
    session.add(
        ReleaseMoments(
            release_id=release.id, people=found.people, favourable_spread=found.favourable_spread
        )
    )
    session.add_all(
        ReleaseDeviation(release_id=release.id, driver=driver, position=position, value=value)
        for position, (driver, value) in enumerate(found.deviations.items(), start=1)
    )
    session.add_all(
        ReleaseCorrelation(release_id=release.id, driver=driver, other=other, value=value)
        for (driver, other), value in found.correlations.items()
    )
    session.flush()


def of_release(session: Session, release_id: int) -> Moments | None:
    """Give the moments of a release; None where it has none."""
    row = session.get(ReleaseMoments, release_id)
    if row is None:
        return None
    listed = (
        select(ReleaseDeviation)
        .where(ReleaseDeviation.release_id == release_id)
        .order_by(ReleaseDeviation.position)
    )
    deviations = {each.driver: each.value for each in session.scalars(listed)}
    pairs = select(ReleaseCorrelation).where(ReleaseCorrelation.release_id == release_id)
    found = {(pair.driver, pair.other): pair.value for pair in session.scalars(pairs)}
    correlations = {pair: found[pair] for pair in combinations(deviations, 2)}
    return Moments(row.people, row.favourable_spread, deviations, correlations)


def newest(session: Session) -> tuple[ReleaseInfo, Moments] | None:
    """Give the newest release that has moments, with them; None where there is none."""
    query = (
        select(Release)
        .join(ReleaseMoments, ReleaseMoments.release_id == Release.id)
        .order_by(Release.closed_on.desc(), Release.id.desc())
        .limit(1)
    )
    row = session.scalar(query)
    found = None if row is None else of_release(session, row.id)
    return None if row is None or found is None else (rows.info(row), found)


def spreads(session: Session) -> dict[int, float]:
    """Give how far people differ in their index, by wave, where that is published."""
    query = select(Release.wave_id, ReleaseMoments.favourable_spread).join(
        ReleaseMoments, ReleaseMoments.release_id == Release.id
    )
    return {row.wave_id: row.favourable_spread for row in session.execute(query)}


def _apart(session: Session, release: ReleaseInfo, floor: int) -> frozenset[str]:
    """Name the questions over which everybody divides, by what was published of them."""
    everybody = next(group for group in rows.groups(session, release) if group.is_everyone)
    if not everybody.shown:
        return frozenset()
    cells = rows.cells(session, [everybody.id])
    favourable = {code: counts.favourable.middle for (_, code), counts in cells.items()}
    people = max((counts.n for counts in cells.values()), default=0)
    return moments.apart_of(favourable, people, floor)
