"""Where a wave stands, in one small query each: for doors that answer thousands at once."""

from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.surveys.model import Wave

_WAVE = cast(Table, Wave.__table__)
_STATE = select(_WAVE.c.state).where(_WAVE.c.id == bindparam("this"))


def state(session: Session, wave_id: int) -> WaveState:
    """Say where a wave stands. Raises NotFound."""
    found = session.connection().scalar(_STATE, {"this": wave_id})
    if found is None:
        raise NotFound(f"There is no wave {wave_id}.")
    return WaveState(found)


def manifest(session: Session, wave_id: int) -> Manifest:
    """Give what was frozen when the wave opened. Raises NotFound before that."""
    found = session.scalar(select(Wave.manifest).where(Wave.id == wave_id))
    if found is None:
        raise NotFound("This pulse has not opened yet.")
    return Manifest.parse(found)
