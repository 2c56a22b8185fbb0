"""Mails per second over real SMTP on loopback, with 1 and 4 workers, beside a bare smtplib loop.

Everything that a mail costs is in it: claiming, writing the letter, handing it over, and a commit
for each, so that a crash sends at most one twice. The bare loop sends one finished letter over and
over and remembers nothing. Rounds are interleaved, and the ratios are those within a round.
"""

import smtplib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from statistics import median

from sqlalchemy import update

from pulse import clock, fieldwork, posting
from pulse.app import create_app
from pulse.config import Settings
from pulse.db import transaction
from pulse.outbox.model import OutboxMessage
from tests.bench import big_company, installation, smtp_sink
from tests.support import databases
from tests.support.smtp import HOST

WORKERS = (1, 4)
_LETTER_BYTES = 6_500


@dataclass(frozen=True, slots=True)
class Rates:
    """Mails per second in each round: of the bare loop, and by the number of workers."""

    bare: list[float]
    workers: Mapping[int, list[float]]


def measure(kind: str, mails: int, rounds: int) -> Rates:
    with smtp_sink.running() as port, installation.made(kind) as house:
        settings = house.settings.model_copy(update={"smtp_host": HOST, "smtp_port": port})
        with create_app(settings).app_context():
            big_company.filled(mails)
            now = clock.now()
            fieldwork.open_wave(big_company.planned(now), now)
            databases.dispose()
        found = Rates([], {number: [] for number in WORKERS})
        for _ in range(rounds):
            found.bare.append(_bare(port, mails))
            for number in WORKERS:
                found.workers[number].append(_with_workers(settings, number, mails))
    return found


def table(kind: str, mails: int, found: Rates) -> str:
    lines = [f"{kind}: {mails:,} mails in each of {len(found.bare)} rounds"]
    lines.append(f"  {median(found.bare):8,.0f} a second by a bare smtplib loop")
    for number, rates in found.workers.items():
        pairs = zip(rates, found.bare, strict=True)
        ratio = median(rate / bare for rate, bare in pairs)
        lines.append(f"  {median(rates):8,.0f} a second by {number} workers, ratio {ratio:.2f}")
    return "\n".join(lines)


def _bare(port: int, mails: int) -> float:
    letter = (
        b"Subject: hello\r\n\r\n"
        + b"x" * 70
        + b"\r\n"
        + (b"y" * 70 + b"\r\n") * (_LETTER_BYTES // 72)
    )
    began = time.perf_counter()
    with smtplib.SMTP(HOST, port) as server:
        for number in range(mails):
            server.sendmail("a@example.com", [f"person.{number}@example.com"], letter)
    return mails / (time.perf_counter() - began)


def _with_workers(settings: Settings, number: int, mails: int) -> float:
    with create_app(settings).app_context():
        with transaction() as session:
            again = {"state": "queued", "attempts": 0, "due_at": clock.now()}
            session.execute(update(OutboxMessage).values(again))
        databases.dispose()
    context = get_context("spawn")
    barrier = context.Barrier(number + 1)
    workers = [context.Process(target=_work, args=(settings, barrier)) for _ in range(number)]
    for worker in workers:
        worker.start()
    barrier.wait(timeout=120)
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a worker failed")
    return mails / seconds


def _work(settings: Settings, barrier: Barrier) -> None:
    with create_app(settings).app_context():
        # The first connection is opened before the clock runs, as in a worker that has been there.
        with transaction():
            pass
        barrier.wait(timeout=120)
        while posting.deliver(clock.now()).sent:
            pass
        databases.dispose()
