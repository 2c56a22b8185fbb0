"""Lays the drivers of the newest wave beside engagement: which go along with it, and how far.

    moments of the newest release that has some ──► LMG with intervals ──► `Drivers`, or why not

Nothing goes in but what anybody can fetch as moments.csv. It describes association and names no
reason: only an experiment could tell what would change engagement.
"""

from importlib import import_module
from typing import Any

from pulse.churn.driver_result import Drivers, DriverShare, FoundDrivers, NoDrivers
from pulse.churn.estimate import Estimate
from pulse.churn.panel import Panel
from pulse.domain.moments import APART, FEWEST
from pulse.domain.vectors import TRAYS
from pulse.release import measures
from pulse.release.moments import Moments
from pulse.release.values import ReleaseInfo

# Loaded by name, and only here: no web process may hold a statistics library.
_STATISTICS = "pulse.domain.relative_weight"
NEEDED = FEWEST * TRAYS // (TRAYS - 1)
NO_MOMENTS = (
    "Drivers are laid beside engagement from the next wave on in which enough people answer both in"
    f" full ({NEEDED}, of whom one in {TRAYS} is left out by chance to protect everybody) and at"
    f" least {APART} of them are favourable about engagement, and {APART} are not."
)


def of_panel(panel: Panel) -> FoundDrivers:
    """Give what goes along with engagement in the newest release that has moments."""
    if panel.moments is None:
        return NoDrivers(NO_MOMENTS)
    return of_moments(*panel.moments)


def of_moments(release: ReleaseInfo, found: Moments) -> FoundDrivers:
    """Give what goes along with engagement in one release."""
    statistics = import_module(_STATISTICS)
    weighed = statistics.weights(found.matrix(), found.people)
    if isinstance(weighed, statistics.Refused):
        return NoDrivers(weighed.text)
    shares = [
        DriverShare(key, measures.name(key), _estimate(share))
        for key, share in zip(found.drivers, weighed.shares, strict=True)
    ]
    return Drivers(
        wave=release.wave_id,
        closed_on=release.closed_on,
        people=found.people,
        r_squared=_estimate(weighed.r_squared),
        shares=tuple(sorted(shares, key=lambda each: -each.share.value)),
        unordered=tuple(
            (shares[one].label, shares[two].label)
            for one, two in statistics.overlapping(weighed.shares)
        ),
    )


def _estimate(interval: Any) -> Estimate:  # noqa: ANN401  (of a module that is loaded by name)
    return Estimate(interval.value, interval.low, interval.high)
