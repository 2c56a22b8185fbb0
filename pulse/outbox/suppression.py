"""Addresses that do not exist any more: noted when they refuse, believed when they bounce.

refused at RCPT        ─┐
bounce, if it is ours  ─┴─► suppressed: nothing is sent there until HR lifts it
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.domain.bounce import Bounce
from pulse.outbox.model import OutboxMessage, SuppressedAddress

REFUSED, BOUNCED = "refused", "bounced"
# What never arrived and may be tried once more when the address is said to be good.
_NOT_ARRIVED = ("failed", "bounced", "suppressed")


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address to which nothing is sent, why, and since which day."""

    address: str
    reason: str
    source: str
    day: date


def suppress(session: Session, found: Suppressed) -> None:
    """Send nothing more to an address. The first reason stays."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    insert = (sqlite.insert if is_sqlite else postgresql.insert)(SuppressedAddress)
    session.execute(
        insert.values(
            address=found.address.lower(),
            reason=found.reason,
            source=found.source,
            day=found.day,
        ).on_conflict_do_nothing()
    )


def among(session: Session, addresses: Collection[str]) -> set[str]:
    """Give those of some addresses to which nothing is sent, in small letters."""
    wanted = {address.lower() for address in addresses}
    found = select(SuppressedAddress.address).where(SuppressedAddress.address.in_(wanted))
    return set(session.scalars(found))


def listing(session: Session) -> tuple[Suppressed, ...]:
    """Give every address to which nothing is sent, the latest first."""
    rows = session.scalars(
        select(SuppressedAddress).order_by(SuppressedAddress.day.desc(), SuppressedAddress.address)
    )
    return tuple(Suppressed(row.address, row.reason, row.source, row.day) for row in rows)


def lift(session: Session, address: str, now: datetime) -> bool:
    """Send to an address again, and what did not arrive at it once more; False if it was not held.

    What belongs to a wave that has closed meanwhile is withdrawn when its turn comes.
    """
    plain = address.strip().lower()
    held = select(SuppressedAddress.address).where(SuppressedAddress.address == plain)
    if session.scalar(held) is None:
        return False
    session.execute(delete(SuppressedAddress).where(SuppressedAddress.address == plain))
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.to_address == plain,
            OutboxMessage.state.in_(_NOT_ARRIVED),
            OutboxMessage.wave_id.is_not(None),
            OutboxMessage.at_most_once.is_(False),
        )
        .values(state="queued", attempts=0, due_at=now)
    )
    return True


def believe(session: Session, bounces: Iterable[Bounce], day: date) -> int:
    """Suppress the addresses of bounces that are ours, and give their number.

    A bounce is ours where its Message-ID is that of a message which was sent to its address.
    """
    return sum(_believe(session, bounce, day) for bounce in bounces)


def _believe(session: Session, bounce: Bounce, day: date) -> bool:
    mine = OutboxMessage.message_id == bounce.message_id
    # Where a connection broke nobody knew whether the message had arrived; the bounce says so.
    handed_over = OutboxMessage.state.in_(("sent", "unknown", "sending", "queued"))
    tries = or_(handed_over, OutboxMessage.state == "bounced")
    row = session.execute(
        select(OutboxMessage.id, OutboxMessage.to_address).where(mine, tries)
    ).first()
    if row is None or row.to_address.lower() not in bounce.addresses:
        return False
    session.execute(
        update(OutboxMessage).where(OutboxMessage.id == row.id).values(state="bounced", mime=b"")
    )
    suppress(session, Suppressed(row.to_address, bounce.status, BOUNCED, day))
    return True
