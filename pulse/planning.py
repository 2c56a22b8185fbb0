"""Plans the waves of every cadence that are near, and withdraws those that are too late.

    which cadences run? ──► is a date to be decided? ──► hold, decide, plan: one transaction each

Nothing is kept but rows. A tick that is missed, doubled or made by three processes at once plans
each occurrence once; one survey that fails holds up no other.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.invitations import rhythm
from pulse.surveys import cadences, occurrences

log = logging.getLogger(__name__)


def plan_due(now: datetime) -> tuple[int, ...]:
    """Plan what is to be planned at `now`, and give the ids of the new waves."""
    with reading() as session:
        late = occurrences.too_late(session, now)
        running = cadences.running(session)
    for survey_id, wave_id in late:
        _try(survey_id, partial(_skip, survey_id, wave_id, now))
    return tuple(
        wave_id
        for survey_id in running
        for wave_id in _try(survey_id, partial(_plan, survey_id, now))
    )


def _skip(survey_id: int, wave_id: int, now: datetime) -> tuple[int, ...]:
    with transaction() as session:
        gone = occurrences.skip(session, survey_id, wave_id, now)
    if gone:
        log.warning("survey %s: wave %s was skipped, it could not open in time", survey_id, wave_id)
    return ()


def _plan(survey_id: int, now: datetime) -> tuple[int, ...]:
    home = settings().time_zone
    with reading() as session:
        if not rhythm.is_due(session, survey_id, home, now):
            return ()
    with transaction() as session:
        return rhythm.plan_next(session, survey_id, home, now)


def _try(survey_id: int, work: Callable[[], tuple[int, ...]]) -> tuple[int, ...]:
    """Do it; what fails is tried again with the next tick, and holds up no other survey."""
    try:
        return work()
    except Exception:
        log.exception("survey %s: planning by its cadence failed", survey_id)
        return ()
