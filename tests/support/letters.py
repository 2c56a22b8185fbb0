"""The letters that wait in the outbox, written as they would be sent."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from pulse.db import reading
from pulse.domain import working_days
from pulse.invitations.composing import Composer
from pulse.invitations.issuing import IssueRequest
from pulse.outbox.delivery import Claimed
from pulse.outbox.model import OutboxMessage


def waiting(request: IssueRequest, now: datetime, locale: str = "en") -> list[EmailMessage]:
    """Write every letter of a wave, in the order of their rows; void ones are left out."""
    return [
        message_from_bytes(text, policy=policy.default)
        for text in _written(request, now, locale).values()
        if isinstance(text, bytes)
    ]


def put_off(request: IssueRequest, now: datetime) -> dict[int, datetime]:
    """Give the messages that are not for this moment, by number, with the moment they wait for."""
    written = _written(request, now, "en")
    return {number: until for number, until in written.items() if isinstance(until, datetime)}


def _written(request: IssueRequest, now: datetime, locale: str) -> dict[int, bytes | datetime]:
    composer = Composer(request, locale, working_days.calendars(keep_holidays=True), now)
    with reading() as session:
        rows = [_claimed(row) for row in session.scalars(_rows(request.manifest.wave))]
        return composer.write(session, rows)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def _rows(wave_id: int):
    return select(OutboxMessage).where(OutboxMessage.wave_id == wave_id).order_by(OutboxMessage.id)


def _claimed(row: OutboxMessage) -> Claimed:
    values = {name: getattr(row, name) for name in Claimed.__slots__}
    return Claimed(**values)
