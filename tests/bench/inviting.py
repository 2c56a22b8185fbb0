"""Opening a wave for very many people: seconds, seconds of CPU, memory, and how they grow.

Each size has an installation of its own; filling it and opening are processes of their own, so
that the peak of memory is that of opening. Letters are written for a sample, as the sender does.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from multiprocessing import get_context
from typing import TypeVar

from sqlalchemy import select

from pulse import clock, installation, opening, posting
from pulse.app import create_app
from pulse.ballots import box
from pulse.config import Settings
from pulse.db import box_transaction, reading, transaction
from pulse.domain.manifest import Manifest
from pulse.domain.wave_state import WaveState
from pulse.invitations import issuing
from pulse.outbox.delivery import Claimed
from pulse.outbox.model import OutboxMessage
from pulse.outbox.sending import BATCH
from pulse.surveys import waves
from tests.bench import alone, big_company
from tests.bench import installation as house
from tests.support import databases

SAMPLE = 10_000
MILLION = 1_000_000
TARGET_ROWS, FAIL_ROWS, TARGET_LETTERS = 20, 60, 60
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds of the clock and of one core; of a database server none."""

    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening took, step by step; `memory` is what it needed beside the started program."""

    people: int
    frame: Span
    rows: Span
    letter_cpu: float
    memory: float
    peak: float


def measure(kind: str, sizes: list[int]) -> list[Opened]:
    found = []
    for people in sizes:
        with house.made(kind) as made:
            _alone(_fill, made.settings, people)
            found.append(_alone(_open, made.settings, people))
    return found


def table(kind: str, found: list[Opened]) -> str:
    lines = [f"{kind}: opening a wave"]
    lines += [_line(one) for one in found]
    lines += [_growth(less, more) for less, more in pairwise(found)]
    last = found[-1]
    letters = last.letter_cpu * MILLION
    lines.append(
        f"  for a million: rows {last.rows.seconds * MILLION / last.people:.0f} s (target "
        f"{TARGET_ROWS}, fails beyond {FAIL_ROWS}), letters {letters:.0f} s of CPU (target "
        f"{TARGET_LETTERS})"
    )
    return "\n".join(lines)


def _line(one: Opened) -> str:
    return (
        f"  {one.people:>9,} people: frame {one.frame.seconds:7.2f} s "
        f"({one.frame.cpu:.2f} CPU), invitations and mails {one.rows.seconds:7.2f} s "
        f"({one.rows.cpu:.2f} CPU), memory {one.memory:6.0f} MiB, peak {one.peak:6.0f} MiB; "
        f"a letter {one.letter_cpu * 1e6:.0f} us of CPU"
    )


def _growth(less: Opened, more: Opened) -> str:
    frame, rows = (
        (more.frame.seconds / less.frame.seconds),
        (more.rows.seconds / less.rows.seconds),
    )
    times = more.people / less.people
    return f"  {times:.0f} times the people: frame {frame:.1f}, rows {rows:.1f} times the seconds"


def _alone(step: Callable[[Settings, int], _Found], settings: Settings, people: int) -> _Found:
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        return pool.submit(step, settings, people).result()


def _fill(settings: Settings, people: int) -> None:
    with create_app(settings).app_context():
        big_company.filled(people)
        big_company.planned(clock.now())
        databases.dispose()


def _open(settings: Settings, people: int) -> Opened:
    with create_app(settings).app_context():
        now, before = clock.now(), alone._peak_mib()
        manifest, frame = _timed(lambda: _frozen(now))
        _, rows = _timed(lambda: _issued(manifest, now))
        peak = alone._peak_mib()
        letter = _letters(manifest, now)
        databases.dispose()
    return Opened(people, frame, rows, letter, peak - before, peak)


def _timed(step: Callable[[], _Found]) -> tuple[_Found, Span]:
    began, cpu = time.perf_counter(), time.process_time()
    found = step()
    return found, Span(time.perf_counter() - began, time.process_time() - cpu)


def _frozen(now: datetime) -> Manifest:
    """Do the first transaction of `fieldwork.open_wave`."""
    with transaction() as session:
        wave = waves.get(session, 1)
        return opening.freeze(session, wave, now, opening.public_keys(session, wave.id))


def _issued(manifest: Manifest, now: datetime) -> None:
    """Do the other two."""
    with box_transaction() as connection:
        box.open_for(connection, manifest)
    with transaction() as session:
        issuing.issue(session, installation.issue_request(manifest, "UTC"), now)
        waves.move(session, manifest.wave, WaveState.OPEN)


def _letters(manifest: Manifest, now: datetime) -> float:
    """Give the CPU of writing one letter, in batches as they are sent."""
    with reading() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id).limit(SAMPLE))
        names = Claimed.__slots__
        claimed = [Claimed(**{name: getattr(row, name) for name in names}) for row in rows]
    write = posting.writer(now)
    began = time.process_time()
    for start in range(0, len(claimed), BATCH):
        batch = claimed[start : start + BATCH]
        if len(write(batch)) != len(batch):
            raise RuntimeError("a letter was not written")
    return (time.process_time() - began) / len(claimed)
