"""Intervals, changes, spreads and moments as the files of a release carry them."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sqlalchemy.orm import Session

from pulse.domain.scores import ENGAGEMENT
from pulse.release import moments, precision
from pulse.release.values import Group, Precision, ReleaseInfo

# The columns of cells.csv beside each figure. `before` is the number of the wave compared with.
INTERVALS = ("low", "high", "before", "change", "change_low", "change_high", "holds")
SPREADS = (
    "wave",
    "dimension",
    "measure",
    "groups",
    "observed",
    "by_chance",
    "beyond",
    "verdict",
    "lowest",
    "highest",
)
MOMENTS = ("wave", "people", "kind", "driver", "other", "value")
_Row: TypeAlias = Sequence[object]


def columns(found: Precision | None) -> _Row:
    """Give the interval and the change of a figure; a release of before has none."""
    if found is None:
        return ("",) * len(INTERVALS)
    ends = (round(found.low, 4), round(found.high, 4))
    change = found.change
    if change is None:
        return (*ends, "", "", "", "", "")
    points = (round(point, 4) for point in (change.value, change.low, change.high))
    return (*ends, change.before, *points, int(change.holds))


def spreads(session: Session, release: ReleaseInfo, groups: Sequence[Group]) -> Iterable[_Row]:
    """Give the lines of spread.csv: a line for each dimension and driver."""
    for dimension in dict.fromkeys(group.dimension for group in groups):
        for spread in precision.spreads(session, release, dimension, groups):
            yield (
                release.wave_id,
                dimension,
                spread.measure,
                spread.groups,
                *(round(each, 4) for each in (spread.observed, spread.by_chance, spread.beyond)),
                spread.verdict.value,
                spread.lowest.group.code,
                spread.highest.group.code,
            )


def moment_lines(session: Session, release: ReleaseInfo) -> Iterable[_Row]:
    """Give the lines of moments.csv: the spread of one person's index, deviations, correlations."""
    found = moments.of_release(session, release.id)
    if found is None:
        return
    place = release.wave_id, found.people
    yield (*place, "favourable_spread", ENGAGEMENT, "", found.favourable_spread)
    for driver, value in found.deviations.items():
        yield (*place, "deviation", driver, "", value)
    for (driver, other), value in found.correlations.items():
        yield (*place, "correlation", driver, other, value)
