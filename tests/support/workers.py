"""Real workers, each a process of its own that a test stops, kills, or whose clock it sets.

The program is `flask worker` itself. It takes orders on its standard input: `shift SECONDS` sets
its time of day, as somebody does who sets the clock of a machine; `stop` has it stop like a process
under SIGSTOP in the middle of its next step: on PostgreSQL with a transaction open that is about to
be committed, on SQLite just before one, since there a stopped writer stops everybody.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import time_machine
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from pulse import fence
from pulse.app import create_app
from pulse.cli import worker
from pulse.config import Settings
from pulse.db import db, reading
from pulse.leadership import lease
from pulse.leadership.lease import Standing
from tests.support.tree import ROOT

LEASE_SECONDS = 3.0
STILL_SECONDS = 8.0
TICK_SECONDS = 0.5
PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Worker:
    """One worker; `stopped` says whether it is."""

    process: subprocess.Popen[str]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def order(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def is_stopped(self) -> bool:
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] == "T"

    def end(self) -> int:
        """End it as a service manager does, and give its exit status."""
        self.signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def house(settings: Settings, **more: float) -> Iterator[Callable[[], Worker]]:
    """Give a way to start workers on these databases; all that are left are killed at the end."""
    started: list[Worker] = []

    def start() -> Worker:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.workers"],
            cwd=settings.instance,
            env=os.environ | _environment(settings, more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert "running" in process.stdout.readline()
        started.append(Worker(process))
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            one.process.kill()
            one.process.communicate()


def until(found: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> float:
    """Wait for something to become true; give how many seconds it took."""
    began = time.monotonic()
    while not found():
        assert time.monotonic() - began < patience, f"waited in vain: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


def standing() -> Standing:
    """Give the row of the lease, once there is one."""
    while True:
        try:
            with reading() as session:
                found = lease.standing(session)
        except OperationalError:
            continue
        if found is not None:
            return found
        time.sleep(0.05)


def _environment(settings: Settings, more: dict[str, float]) -> dict[str, str]:
    given = {
        "lease_seconds": LEASE_SECONDS,
        "tick_seconds": TICK_SECONDS,
        "clock_still_seconds": STILL_SECONDS,
    } | more
    return {
        "PYTHONPATH": str(ROOT),
        "PULSE_MODE": "production",
        "PULSE_SECRET_KEY": settings.secret_key.get_secret_value(),
        "PULSE_INSTANCE": str(settings.instance),
        "PULSE_DATABASE_URL": settings.database_url,
        "PULSE_BOX_DATABASE_URL": settings.box_database_url,
        "PULSE_PUBLIC_URL": settings.public_url,
    } | {f"PULSE_{name.upper()}": str(value) for name, value in given.items()}


class _Stopping:
    """Stops the process once, in a transaction behind the fence: a step, and no sign of life."""

    def __init__(self) -> None:
        self.is_ordered = False
        self._writing = threading.Lock()
        self._mine = threading.local()
        if db.engine.dialect.name == "postgresql":
            event.listen(db.engine, "commit", self._stop)
        else:
            event.listen(db.engine, "before_cursor_execute", self._before)
            event.listen(db.engine, "checkin", self._end)

    def _before(self, connection: Connection, *given: object) -> None:
        """Let one thread of this process write at a time, so that none is stopped in the middle."""
        if given[1] == "BEGIN IMMEDIATE":
            self._writing.acquire()
            self._mine.writes = True
            self._stop(connection)

    def _end(self, *connection: object) -> None:
        if getattr(self._mine, "writes", False):
            self._mine.writes = False
            self._writing.release()

    def _stop(self, connection: Connection) -> None:
        writes = connection.get_execution_options().get("pulse_write", False)
        if self.is_ordered and writes and fence._check.get() is not None:
            self.is_ordered = False
            # To this very thread: sent to the process, it would let this thread go on for a moment.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def _main() -> None:
    app = create_app()
    with time_machine.travel(datetime.now(UTC), tick=True) as traveller, app.app_context():
        stopping = _Stopping()

        def obey() -> None:
            for line in sys.stdin:
                word, _, number = line.strip().partition(" ")
                if word == "shift":
                    traveller.shift(float(number))
                else:
                    stopping.is_ordered = True

        threading.Thread(target=obey, daemon=True).start()
        worker.command.callback()


if __name__ == "__main__":
    _main()
