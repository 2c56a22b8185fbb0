"""Starts programs as an installation does, and measures what they take."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.bench.load import HOST, Line
from tests.support.smtp import free_port
from tests.support.tree import ROOT

WORKERS = 2
# As `make demo` and `make run` start it.
OPTIONS = (
    "--blocking-threads",
    "8",
    "--no-access-log",
    "--log-level",
    "error",
    "--workers-kill-timeout",
    "3s",
)


@contextmanager
def granian(target: str, variables: Mapping[str, str]) -> Iterator[int]:
    """Serve what an application factory builds with two workers; give the port."""
    port = free_port()
    place = ("--host", HOST, "--port", str(port), "--workers", str(WORKERS))
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", *place]
    process = subprocess.Popen(
        [*command, *OPTIONS, "--factory", target],
        cwd=ROOT,
        env={**os.environ, **variables},
    )
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        try:
            Line(port)._socket.close()
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server took too long to start")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one program took."""

    seconds: float
    cpu: float
    peak_mib: float


def measured(command: Sequence[str], variables: Mapping[str, str]) -> Cost:
    """Run a program to its end. Raises RuntimeError with what it printed when it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    with process.stdout as pipe:
        printed = pipe.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(printed.decode())
    seconds = time.perf_counter() - began
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
