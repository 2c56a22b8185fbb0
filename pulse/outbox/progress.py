"""How far the invitations of a wave have got, in counts that tell nothing about anybody."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pulse.outbox import backlog, queue
from pulse.outbox.model import OutboxMessage

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts over a whole wave; `deferred` are those of the queued that were tried before."""

    queued: int
    deferred: int
    sent: int
    failed: int
    unknown: int
    suppressed: int
    withdrawn: int
    paused: bool

    @property
    def total(self) -> int:
        """All of them."""
        return self.queued + self.done

    @property
    def done(self) -> int:
        """Those of which something has become."""
        return self.sent + self.failed + self.unknown + self.suppressed + self.withdrawn

    @property
    def seen_to(self) -> int:
        """Those sent, and those that nobody needs: a slip took their place, or they want no mails.

        The two are told together, or the difference of two waves would name who wants none.
        """
        return self.sent + self.withdrawn

    @property
    def percent(self) -> int:
        """The share that is done, never a hundred before the end.

        >>> Progress(1, 0, 999, 0, 0, 0, 0, paused=False).percent
        99
        """
        return _HUNDRED * self.done // self.total if self.total else _HUNDRED


def of_wave(session: Session, wave_id: int) -> Progress:
    """Count the mails of a wave."""
    found = backlog.of_wave(session, wave_id)
    deferred = select(func.count()).where(
        OutboxMessage.wave_id == wave_id,
        OutboxMessage.kind == backlog.INVITATION,
        OutboxMessage.state == "queued",
        OutboxMessage.attempts > 0,
    )
    return Progress(
        queued=found.get("queued", 0) + found.get("sending", 0),
        deferred=session.scalar(deferred) or 0,
        sent=found.get("sent", 0),
        failed=found.get("failed", 0) + found.get("bounced", 0),
        unknown=found.get("unknown", 0),
        suppressed=found.get("suppressed", 0),
        withdrawn=found.get("withdrawn", 0),
        paused=queue.is_paused(session, wave_id),
    )
