"""The worker's part in reminders: which open waves have some due now, and queueing them."""

import logging
from datetime import datetime

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.wave_state import WaveState
from pulse.invitations import reminding
from pulse.surveys import waves

log = logging.getLogger(__name__)


def remind_due(now: datetime) -> tuple[int, ...]:
    """Queue every reminder that is due, and give the waves that had some."""
    with reading() as session:
        found = [waves.get(session, one) for one in waves.with_state(session, WaveState.OPEN)]
        due = [
            wave.id
            for wave in found
            if reminding.due(session, wave, reminding.rules(wave, settings().mail_from), now)
        ]
    return tuple(wave_id for wave_id in due if _try(wave_id, now))


def _try(wave_id: int, now: datetime) -> bool:
    """Remind; what fails is tried again with the next tick, and holds up no other wave."""
    try:
        return _remind(wave_id, now)
    except Exception:
        log.exception("wave %s: its reminders failed", wave_id)
        return False


def _remind(wave_id: int, now: datetime) -> bool:
    with transaction() as session:
        waves.hold(session, wave_id)
        wave = waves.get(session, wave_id)
        # Another process may have closed it meanwhile.
        if wave.state is not WaveState.OPEN:
            return False
        return reminding.remind(session, wave, reminding.rules(wave, settings().mail_from), now) > 0
