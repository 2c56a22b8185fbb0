"""Measures steps in processes of their own: seconds of a core, and the peak of memory."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar


class Watch:
    """Adds up the seconds of a core that pass inside it; preparation stays outside."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self.seconds -= time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.process_time()


@dataclass(frozen=True, slots=True)
class Took:
    """What one step took; `note` is what it came to."""

    cpu: float
    peak_mib: float
    note: str


_Size = TypeVar("_Size")


def took(step: Callable[[_Size, Watch], str], size: _Size) -> Took:
    """Measure a step in a process of its own, so that the peak of memory is its own."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        return pool.submit(_run, step, size).result()


def _run(step: Callable[[_Size, Watch], str], size: _Size) -> Took:
    watch = Watch()
    note = step(size, watch)
    return Took(watch.seconds, _peak_mib(), note)


def _peak_mib() -> float:
    """Give the peak of this process; that of `getrusage` begins with what its parent had."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024
