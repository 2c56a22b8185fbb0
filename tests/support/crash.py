"""Killing a process at a chosen commit: the child dies as if by `kill -9`, the parent looks on."""

import os
from collections.abc import Callable

from sqlalchemy import Connection, event

from pulse.db import db

KILLED = 9


def before_commit(number: int, work: Callable[[], object]) -> bool:
    """Do `work` in a child that dies just before its commit of this number, over both databases.

    Gives False where the work ended with fewer commits, so that a loop over the numbers stops.
    """
    for engine in db.engines.values():
        engine.dispose()
    child = os.fork()
    if child == 0:
        _die_at(number)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {0, KILLED}, f"the child failed by itself, with {code}"
    return code == KILLED


def _die_at(number: int) -> None:
    seen = 0

    def count(connection: Connection) -> None:
        nonlocal seen
        del connection
        seen += 1
        if seen == number:
            os._exit(KILLED)

    for engine in db.engines.values():
        event.listen(engine, "commit", count)
