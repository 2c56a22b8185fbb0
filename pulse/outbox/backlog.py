"""How the outbox is doing, in numbers that tell nothing about who has started.

A reminder goes to those who have not started, so a number of reminders says how many those are.
Only kinds of mail that go to everybody alike are counted here, and there is no total of all kinds.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulse.outbox.model import PENDING, OutboxMessage, PausedWave

# Kinds whose numbers follow from who was invited, or from who asked for a link to sign in.
INVITATION = "invitation"
COUNTED = (INVITATION, "sign-in link")
_HELD = select(PausedWave.wave_id)
_NOT_HELD = OutboxMessage.wave_id.is_(None) | OutboxMessage.wave_id.not_in(_HELD)


def by_kind(session: Session) -> Mapping[tuple[str, str], int]:
    """Count the messages of each kind that may be counted, by kind and state."""
    rows = session.execute(
        select(OutboxMessage.kind, OutboxMessage.state, func.count())
        .where(OutboxMessage.kind.in_(COUNTED))
        .group_by(OutboxMessage.kind, OutboxMessage.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def of_wave(session: Session, wave_id: int) -> Mapping[str, int]:
    """Count the invitations of a wave by state."""
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .where(OutboxMessage.wave_id == wave_id, OutboxMessage.kind == INVITATION)
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in rows}


def due(session: Session, now: datetime) -> int:
    """Count what could be sent now; for the command line of whoever runs the worker."""
    query = select(func.count()).where(PENDING, _NOT_HELD, OutboxMessage.due_at <= now)
    return session.scalar(query.select_from(OutboxMessage)) or 0


def oldest(session: Session, now: datetime) -> timedelta:
    """Give for how long the message that has waited longest has been due; nothing for none.

    What HR holds back is not late.
    """
    first = session.scalar(select(func.min(OutboxMessage.due_at)).where(PENDING, _NOT_HELD))
    return timedelta() if first is None else max(now - first, timedelta())
