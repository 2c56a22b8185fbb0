"""Stopping cleanly: the first interrupt or terminate signal ends the process after its work."""

import signal
from collections.abc import Callable
from types import FrameType


def on_signal(stop: Callable[[], object]) -> None:
    """Call `stop` on SIGINT and SIGTERM."""

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)
