"""How many have started, for HR while a wave is open: taken once a night, in steps of the floor.

Why it is safe is in `domain.started`. Only labels of the organisation are counted, which share
nobody; there is no total, and nothing for a part that holds several labels.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pulse.domain import started
from pulse.domain.dimension import ORGANISATION, Dimension
from pulse.domain.manifest import Manifest
from pulse.invitations import redemption
from pulse.invitations.step_model import StartedStep


@dataclass(frozen=True, slots=True)
class LabelStep:
    """A label with how many were invited under it, and what is shown; 0 says nothing is told."""

    name: str
    invited: int
    shown: int
    is_ever_told: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """What is shown of a wave, and since which night; None before the first."""

    labels: tuple[LabelStep, ...]
    taken_on: date | None


def take(session: Session, manifest: Manifest, today: date) -> bool:
    """Look once at how many have started; False where that has been done today already."""
    if _taken_on(session, manifest.wave) == today:
        return False
    before, counted = _shown(session, manifest.wave), _started(session, manifest.wave)
    for node in _organisation(manifest).labels:
        shown = started.shown(
            before.get(node.code, 0), counted[node.code], node.invited, manifest.floor
        )
        session.merge(
            StartedStep(wave_id=manifest.wave, label=node.code, shown=shown, taken_on=today)
        )
    return True


def of_wave(session: Session, manifest: Manifest) -> Steps:
    """Give what is shown of every label."""
    shown = _shown(session, manifest.wave)
    labels = tuple(
        LabelStep(
            node.name,
            node.invited,
            shown.get(node.code, 0),
            is_ever_told=started.highest(node.invited, manifest.floor) > 0,
        )
        for node in _organisation(manifest).labels
    )
    return Steps(labels, _taken_on(session, manifest.wave))


def forget(session: Session, wave_id: int) -> None:
    """Remove what was shown: a closed wave has its release."""
    session.execute(delete(StartedStep).where(StartedStep.wave_id == wave_id))


def _organisation(manifest: Manifest) -> Dimension:
    return next(item for item in manifest.dimensions if item.key == ORGANISATION)


def _started(session: Session, wave_id: int) -> Counter[str]:
    """Count people, not tokens: a new slip for somebody who had started makes nobody more."""
    return Counter(redemption.started(session, wave_id, [ORGANISATION]).by_label(ORGANISATION))


def _shown(session: Session, wave_id: int) -> Mapping[str, int]:
    rows = session.execute(
        select(StartedStep.label, StartedStep.shown).where(StartedStep.wave_id == wave_id)
    )
    return {row.label: row.shown for row in rows}


def _taken_on(session: Session, wave_id: int) -> date | None:
    query = select(StartedStep.taken_on).where(StartedStep.wave_id == wave_id)
    return session.scalars(query.order_by(StartedStep.taken_on.desc()).limit(1)).first()
