"""A check before every commit: whoever led, and leads no more, writes nothing more.

It hangs on the block of work, not on the functions in it: every transaction that is opened within
`within` is checked, whoever opens it. Other threads, and work outside such a block, are free.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, Engine

# Raises where what the block stands on is gone.
Check = Callable[[Connection], None]
_check: ContextVar[Check | None] = ContextVar("fence", default=None)


@contextmanager
def within(check: Check) -> Iterator[None]:
    """Let nothing be committed in this block that `check` does not allow."""
    before = _check.set(check)
    try:
        yield
    finally:
        _check.reset(before)


@contextmanager
def guarding(connection: Connection) -> Iterator[None]:
    """Check a writing transaction on main, in itself; its commit follows at once.

    On SQLite there is one writer at a time, so whoever has begun to write keeps everybody from
    taking the lease until the end, its own renewal too: the beginning is the moment to look.
    """
    at_once = connection.dialect.name == "sqlite"
    if at_once:
        _look(connection)
    yield
    if not at_once:
        _look(connection)


def look_through(engine: Engine) -> None:
    """Check right before a transaction on another database, by a connection of its own."""
    if _check.get() is not None:
        with engine.connect() as connection:
            _look(connection)


def _look(connection: Connection) -> None:
    check = _check.get()
    if check is not None:
        check(connection)
