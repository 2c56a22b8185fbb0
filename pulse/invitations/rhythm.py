"""From a cadence to waves: when its dates begin for the people asked, and planning what is near.

The moments of a date depend on where its people are, which only the staff file knows; the zone of
the installation stands for people whose own is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from pulse.domain import cadence_moment, working_days
from pulse.domain.cadence import Cadence, occurrences
from pulse.domain.cadence_moment import Span
from pulse.domain.errors import Invalid
from pulse.people import selecting
from pulse.people.selecting import Choice
from pulse.surveys import cadences
from pulse.surveys import occurrences as dates
from pulse.surveys.audience import Audience
from pulse.surveys.cadences import CadenceInfo

LOOKED_AT = 6
_DAY = timedelta(days=1)
_NOTHING_AHEAD = "No date lies ahead on which everybody could still be asked. Choose a later day."
# Everywhere on earth a date has begun two days after it began anywhere.
_BEGUN = 2 * _DAY


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date on which a survey is asked, with its moments."""

    on: date
    span: Span


def begin(session: Session, survey_id: int, cadence: Cadence, home: str, now: datetime) -> None:
    """Give a survey its cadence and let it run; `home` is the zone of the installation.

    Raises NotFound, and Invalid where all of its dates are over.
    """
    if not ahead(session, survey_id, cadence, home, now):
        raise Invalid(_NOTHING_AHEAD, "starts_on")
    cadences.put(session, survey_id, cadence, now)


def ahead(
    session: Session, survey_id: int, cadence: Cadence, home: str, now: datetime
) -> tuple[Occurrence, ...]:
    """Give the next few dates whose first moment is still to come."""
    zones = zones_in_use(session, dates.audience(session, survey_id), home, now.date())
    found = occurrences(cadence, now.date() - _BEGUN, LOOKED_AT, weekend(home))
    spans = [Occurrence(on, span(cadence, on, zones)) for on in found]
    return tuple(item for item in spans if item.span.opens_at >= now)


def upcoming(
    session: Session, info: CadenceInfo, home: str, now: datetime
) -> tuple[Occurrence, ...]:
    """Give the next few dates of a cadence that runs, without those that are left out."""
    out = dates.left_out(session, info.survey_id, now.date() - _BEGUN)
    found = ahead(session, info.survey_id, info.cadence, home, now)
    return tuple(item for item in found if item.on not in out)


def is_due(session: Session, survey_id: int, home: str, now: datetime) -> bool:
    """Tell whether a date of a survey is to be decided, without holding anything."""
    info = cadences.of_survey(session, survey_id)
    if info is None or not info.runs:
        return False
    return bool(dates.undecided(session, info, now, weekend(home)))


def plan_next(session: Session, survey_id: int, home: str, now: datetime) -> tuple[int, ...]:
    """Decide the near dates of a survey and give the waves that were planned.

    Of several processes that do it at once, one does and the others find it done.
    """
    info = cadences.hold(session, survey_id)
    if info is None or not info.runs:
        return ()
    open_dates = dates.undecided(session, info, now, weekend(home))
    if not open_dates:
        return ()
    zones = zones_in_use(session, dates.audience(session, survey_id), home, now.date())
    timings = [dates.timing(info, on, span(info.cadence, on, zones), home) for on in open_dates]
    found = [dates.decide(session, info, timing, now) for timing in timings]
    return tuple(wave_id for wave_id in found if wave_id is not None)


def zones_in_use(session: Session, audience: Audience, home: str, day: date) -> tuple[str, ...]:
    """Give the zones of everybody in an audience; that of the installation where there is none."""
    found = selecting.zones(session, choice(audience), day) or {None}
    return tuple(sorted({name or home for name in found}))


def choice(audience: Audience) -> Choice:
    """Give an audience as the staff file is asked for it."""
    return Choice(audience.unit_ids, audience.attributes)


def weekend(home: str) -> frozenset[int]:
    """Give the weekend off which dates are moved: that of the installation's country."""
    return working_days.calendars(keep_holidays=False)(home).weekend


def span(cadence: Cadence, on: date, zones: Sequence[str]) -> Span:
    """Give the moments of a date over the zones of its people."""
    found = working_days.calendars(keep_holidays=cadence.keeps_holidays)
    return cadence_moment.span(cadence, on, zones, found)
