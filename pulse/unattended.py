"""What is done with a closed wave while nobody is there: it is released, or it says why it waits.

    closed ──► released
       └── or held: for a passphrase, for a decision, or because something failed
                └── at the end of the time of grace: given up

No key and no ballot comes here; the counting room has both.
"""

import logging
from datetime import datetime

from pulse import counting_room
from pulse.config import settings
from pulse.counting_room import Damaged, Planner
from pulse.db import reading, transaction
from pulse.domain.cells import Reason
from pulse.domain.errors import Invalid, PulseError
from pulse.domain.wave_state import WaveState
from pulse.release import holding, publish
from pulse.release.gate import Unsafe
from pulse.release.holding import Hold, HoldKind
from pulse.surveys import waves

FAILED = "The count failed; the log of the worker has the trace."
log = logging.getLogger(__name__)


def release_due(wave_id: int, now: datetime, decide: Planner = publish.decide) -> Hold | None:
    """Do what a worker can do by itself: release the wave, or say what it waits for.

    Whatever waits for a person is not tried again and again, but once when somebody asks for it.
    When the time of grace is over it is tried once more; if that fails too, the ballots are
    destroyed without being counted.
    """
    held, grace = _held(wave_id), settings().policy.grace
    overdue = now >= holding.grace_ends(held, now, grace)
    waits = held is not None and held.kind.needs_person and not _is_asked(wave_id)
    if waits and not overdue:
        return held
    found = _attempt(wave_id, now, decide)
    if found is None:
        return None
    _hold(wave_id, found)
    # One failure may be an accident; only what has failed before is given up.
    if overdue and held is not None:
        counting_room.give_up(wave_id, now, Reason[found.kind.value])
        return None
    return found


def _attempt(wave_id: int, now: datetime, decide: Planner) -> Hold | None:
    """Try to release without anybody's help, and give what was in the way."""
    try:
        counting_room.release(wave_id, now, decide=decide)
    except Damaged as error:
        return Hold(HoldKind.DAMAGED, error.message, now)
    except Unsafe as error:
        return Hold(HoldKind.UNSAFE, error.message, now)
    except PulseError as error:
        locked = isinstance(error, Invalid) and error.field == "passphrase"
        return Hold(HoldKind.LOCKED if locked else HoldKind.NOT_COUNTED, error.message, now)
    except Exception:
        # A tick must outlive any one wave; the trace names no person and no answer.
        log.exception("wave %s: the count failed", wave_id)
        return Hold(HoldKind.NOT_COUNTED, FAILED, now)
    return None


def _hold(wave_id: int, found: Hold) -> None:
    with transaction() as session:
        waves.hold(session, wave_id)
        # Another process may have released it in the meantime.
        if waves.get(session, wave_id).state is WaveState.CLOSED:
            holding.hold(session, wave_id, found)


def _held(wave_id: int) -> Hold | None:
    with reading() as session:
        return holding.of_wave(session, wave_id)


def _is_asked(wave_id: int) -> bool:
    with reading() as session:
        return waves.get(session, wave_id).is_asked
