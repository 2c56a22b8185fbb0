"""What HR asks for by hand, and what came of it: the worker carries every step out.

The web holds neither the right to close a box nor the key to one, so a button writes down a wish.
"""

from sqlalchemy import update
from sqlalchemy.orm import Session

from pulse.domain import wave_state
from pulse.domain.errors import Conflict
from pulse.domain.wave_state import WaveState
from pulse.surveys import standing
from pulse.surveys.model import Wave


def ask_for(session: Session, wave_id: int, to: WaveState) -> None:
    """Wish that a wave takes its next step now. Raises NotFound, and Conflict for another step."""
    current = standing.state(session, wave_id)
    if wave_state.NEXT[current] is not to:
        raise Conflict(f"A wave that is {current.value} cannot become {to.value}.")
    _write(session, wave_id, to.value, None)


def note(session: Session, wave_id: int, trouble: str | None) -> None:
    """Write down why the last step was not taken, or None; the wish for it is answered by that."""
    _write(session, wave_id, None, trouble)


def _write(session: Session, wave_id: int, asked_for: str | None, trouble: str | None) -> None:
    values = {"asked_for": asked_for, "trouble": trouble}
    session.execute(update(Wave).where(Wave.id == wave_id).values(values))
