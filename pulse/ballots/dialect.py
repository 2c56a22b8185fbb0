"""What the box must say differently to PostgreSQL and to SQLite.

On PostgreSQL the web has a role that may add rows and read next to nothing, see
`migrations/box/roles.sql`. It may neither lock a row nor look up a spent token.
"""

from typing import Final

from sqlalchemy import Connection, Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite

from pulse.ballots import model

# The first half of an advisory lock's number, so that ours meet nobody else's: "PULS".
LOCKS: Final = 0x50554C53
OPEN: Final = "open"


def hold_off_seal(connection: Connection, wave: int) -> None:
    """Make a seal of this wave wait until this transaction has ended.

    It is a lock on a number and not on the row of the box, since the latter asks for the right
    to change that row. On SQLite the writing transaction is the lock.
    """
    if _is_postgres(connection):
        connection.execute(select(func.pg_advisory_xact_lock_shared(LOCKS, wave)))


def wait_for_drops(connection: Connection, wave: int) -> None:
    """Wait for the ballots that are being dropped, and make later ones see what is done now."""
    if _is_postgres(connection):
        connection.execute(select(func.pg_advisory_xact_lock(LOCKS, wave)))


def spend(connection: Connection, wave: int, receipt: bytes) -> bool:
    """Note a token as spent; False where it was spent before.

    The refusal is no error of the database: PostgreSQL would write the token into its log.
    """
    statement: Insert
    if _is_postgres(connection):
        statement = postgresql.insert(model.spent).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(model.spent).on_conflict_do_nothing()
    done = connection.execute(
        statement.values(wave=wave, token_sha256=receipt),
        execution_options={"preserve_rowcount": True},
    )
    return done.rowcount == 1


def holds(connection: Connection, wave: int, receipt: bytes) -> bool | None:
    """Say whether a token of a wave is spent, or None where the wave is not open.

    On PostgreSQL a function says it, which the web may call without reading any table.
    """
    if _is_postgres(connection):
        found: bool | None = connection.scalar(select(func.box_holds(wave, receipt)))
        return found
    is_open = select(model.box.c.wave).where(model.box.c.wave == wave, model.box.c.state == OPEN)
    if connection.scalar(is_open) is None:
        return None
    where = (model.spent.c.wave == wave, model.spent.c.token_sha256 == receipt)
    return connection.scalar(select(model.spent.c.wave).where(*where)) is not None


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
