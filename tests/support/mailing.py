"""Sending the outbox as the worker does, in a process that may be killed, over real SMTP."""

import os
import resource
import signal
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from pulse import mail, posting
from pulse.db import db, reading, transaction
from pulse.mail import Letter
from pulse.outbox import queue, sending
from pulse.outbox.model import OutboxMessage
from pulse.outbox.queue import Message
from pulse.outbox.sending import PostOffice, Sent
from pulse.transport import SmtpTransport

SENDER = "Pulse <pulse@acme.example>"
FAILED = 3


def deliver(host: str, port: int, now: datetime, limit: int = 10_000) -> Sent:
    """Send what is due over this server."""
    began = time.monotonic()
    with SmtpTransport(host, port) as transport:
        office = PostOffice(
            transaction,
            transport,
            posting.writer(now),
            passed=lambda: timedelta(seconds=time.monotonic() - began),
        )
        return sending.send_due(office, now, limit)


def life(work: Callable[[], object], seconds: float, largest_file: int = 0) -> int:
    """Do some work in a process of its own, which is killed after so long; give how it ended.

    With `largest_file` no file can grow beyond so many bytes, as on a full disk.
    """
    for engine in db.engines.values():
        engine.dispose()
    child = os.fork()
    if child == 0:
        os._exit(_worked(work, largest_file))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _worked(work: Callable[[], object], largest_file: int) -> int:
    if largest_file:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    try:
        work()
    except DBAPIError:
        return FAILED
    return 0


def remind(wave: int, addresses: list[str], now: datetime) -> None:
    """Queue a reminder, to be sent at most once, for each address."""
    letter = mail.prepare(Letter(SENDER, "Reminder", "Hello\n", "<p>Hello</p>\n", now))
    messages = []
    for number, address in enumerate(addresses):
        message_id = mail.message_id(f"reminder{number}", SENDER)
        mime = letter.fill(address, message_id, {})
        messages.append(
            Message(
                f"employee {number}",
                "reminder",
                address,
                message_id,
                mime,
                wave_id=wave,
                at_most_once=True,
                selective=True,
            )
        )
    with transaction() as session:
        queue.put_many(session, messages, now)


def states(kind: str) -> dict[str, int]:
    """Count messages of a kind by state."""
    found: dict[str, int] = {}
    with reading() as session:
        for state in session.scalars(select(OutboxMessage.state).where(OutboxMessage.kind == kind)):
            found[state] = found.get(state, 0) + 1
    return found
