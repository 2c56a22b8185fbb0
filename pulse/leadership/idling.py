"""Ends, on PostgreSQL, transactions in which a worker does nothing: a stopped one holds up nobody.

A process that is stopped in the middle of a transaction keeps its locks, and whoever takes over
would wait for it. The server ends such a transaction by itself. SQLite has no such thing: what a
stopped writer holds there is the lock of the file, until the process goes on or is killed.
"""

from functools import partial

from sqlalchemy import Connection, Engine, event


def limit(engine: Engine, seconds: float) -> None:
    """Let no writing transaction of this process lie idle for longer; call it once."""
    if engine.dialect.name == "postgresql":
        event.listen(engine, "begin", partial(_begun, round(seconds * 1_000)))


def _begun(milliseconds: int, connection: Connection) -> None:
    # A long reading may well do nothing for minutes: all cores are opening what it has read.
    if connection.get_execution_options().get("pulse_write", False):
        connection.exec_driver_sql(
            f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"
        )
