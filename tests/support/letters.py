"""The letters that wait in the outbox, written as they would be sent."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from pulse.db import reading
from pulse.invitations.composing import Composer
from pulse.invitations.issuing import IssueRequest
from pulse.outbox.delivery import Claimed
from pulse.outbox.model import OutboxMessage


def waiting(request: IssueRequest, now: datetime, locale: str = "en") -> list[EmailMessage]:
    """Write every letter of a wave, in the order of their rows; void ones are left out."""
    composer = Composer(request, locale, now)
    with reading() as session:
        rows = [_claimed(row) for row in session.scalars(_rows(request.manifest.wave))]
        written = composer.write(session, rows)
    return [
        message_from_bytes(written[row.id], policy=policy.default)
        for row in rows
        if row.id in written
    ]


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def _rows(wave_id: int):
    return select(OutboxMessage).where(OutboxMessage.wave_id == wave_id).order_by(OutboxMessage.id)


def _claimed(row: OutboxMessage) -> Claimed:
    values = {name: getattr(row, name) for name in Claimed.__slots__}
    return Claimed(**values)
