from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from pulse import mail
from pulse.db import reading, transaction
from pulse.mail import Letter
from pulse.outbox import queue, sending
from pulse.outbox.model import OutboxMessage
from pulse.outbox.queue import Message
from pulse.outbox.sending import PostOffice, Sent
from pulse.transport import Transport

SENDER = "Pulse <pulse@acme.example>"
Put = Callable[..., None]
Rows = Callable[[], list[OutboxMessage]]


def send(transport: Transport, now: datetime, limit: int = 500, **more: object) -> Sent:
    """Send what is due, waits without chance."""
    office = PostOffice(transaction, transport, chance=lambda: 0.5, **more)
    return sending.send_due(office, now, limit)


@pytest.fixture
def put(app: Flask, now: datetime) -> Put:
    """Queue messages to the addresses given, the first one for recipient 0."""

    def queued(
        *addresses: str, due: datetime = now, wave_id: int | None = 1, **more: object
    ) -> None:
        messages = [
            replace(_message(number, address, wave_id, now), **more)
            for number, address in enumerate(addresses)
        ]
        with transaction() as session:
            queue.put_many(session, messages, due)

    return queued


@pytest.fixture
def rows(app: Flask) -> Rows:
    def read() -> list[OutboxMessage]:
        with reading() as session:
            found = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
            session.expunge_all()
            return found

    return read


def _message(number: int, address: str, wave_id: int | None, now: datetime) -> Message:
    letter = Letter(SENDER, "Küche", "Grüße\n", "<p>Grüße</p>\n", now)
    message_id = mail.message_id(f"id{number}", SENDER)
    return Message(
        recipient=f"employee {number}",
        kind="invitation",
        to_address=address,
        message_id=message_id,
        mime=mail.build(letter, address, message_id),
        wave_id=wave_id,
    )
