"""Where a wave stands, in one small query each: for doors that answer thousands at once."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.surveys.model import Wave


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a wave, and the fingerprint of its manifest once there is one."""

    state: WaveState
    fingerprint: str | None


def get(session: Session, wave_id: int) -> Standing:
    """Say where a wave stands. Raises NotFound."""
    query = select(Wave.state, Wave.manifest_sha256).where(Wave.id == wave_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"There is no wave {wave_id}.")
    return Standing(WaveState(row.state), row.manifest_sha256)


def manifest(session: Session, wave_id: int) -> Manifest:
    """Give what was frozen when the wave opened. Raises NotFound before that."""
    found = session.scalar(select(Wave.manifest).where(Wave.id == wave_id))
    if found is None:
        raise NotFound("This pulse has not opened yet.")
    return Manifest.parse(found)
