"""Rewriting the box, so that nothing in its files tells which ballot came first.

PostgreSQL notes with each row the transaction that wrote it, and both databases lay rows down as
they come. All rows are therefore taken out and laid down anew in one transaction, sorted by
random keys: shards by new ids, spent tokens by their digests. What lies in the files afterwards
follows from what is in the box and from nothing else.
"""

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import OperationalError

from pulse.ballots import model
from pulse.ballots.box import BoxState
from pulse.domain.errors import Conflict
from pulse.domain.mixing import is_due

# TRUNCATE leaves no former version of a row behind, and takes the lock that makes ballots wait.
# Tokens come first in it, as they do in a drop, so that neither waits for the other.
_LOCK = "SET LOCAL lock_timeout = '5s'", "LOCK TABLE spent, shard IN ACCESS EXCLUSIVE MODE"
_TAKE_OUT = {
    "postgresql": (
        "CREATE TEMPORARY TABLE mixed_spent ON COMMIT DROP AS SELECT * FROM spent",
        """
        CREATE TEMPORARY TABLE mixed_shard ON COMMIT DROP AS
        SELECT wave, uuid_send(gen_random_uuid()) AS id, slot, body FROM shard
        """,
        "TRUNCATE spent, shard",
    ),
    "sqlite": (
        "CREATE TEMPORARY TABLE mixed_spent AS SELECT * FROM spent",
        """
        CREATE TEMPORARY TABLE mixed_shard AS
        SELECT wave, randomblob(16) AS id, slot, body FROM shard
        """,
        "DELETE FROM spent",
        "DELETE FROM shard",
    ),
}
_PUT_BACK = (
    """
    INSERT INTO spent (wave, token_sha256)
    SELECT wave, token_sha256 FROM mixed_spent ORDER BY wave, token_sha256
    """,
    """
    INSERT INTO shard (wave, id, slot, body)
    SELECT wave, id, slot, body FROM mixed_shard ORDER BY wave, id
    """,
    "DROP TABLE mixed_spent",
    "DROP TABLE mixed_shard",
)


def reshuffle(connection: Connection) -> None:
    """Write every shard and spent token anew, and note how many ballots have been mixed.

    Raises Conflict where somebody reads the box for so long that ballots would have to wait.
    """
    kind = connection.dialect.name
    if kind == "postgresql":
        _lock(connection)
    for statement in (*_TAKE_OUT[kind], *_PUT_BACK):
        connection.execute(text(statement))
    spent = select(func.count()).where(model.spent.c.wave == model.box.c.wave)
    connection.execute(update(model.box).values(mixed=spent.scalar_subquery()))


def due(connection: Connection, every: int, *, nightly: bool) -> tuple[int, ...]:
    """List the waves with an open box in which enough ballots lie as they came.

    At night a single one is enough.
    """
    rows = connection.execute(
        select(model.box.c.wave, model.box.c.mixed, func.count(model.spent.c.wave).label("ballots"))
        .outerjoin(model.spent, model.spent.c.wave == model.box.c.wave)
        .where(model.box.c.state == BoxState.OPEN.value)
        .group_by(model.box.c.wave, model.box.c.mixed)
        .order_by(model.box.c.wave)
    )
    return tuple(
        row.wave for row in rows if is_due(row.ballots, row.mixed or 0, every, nightly=nightly)
    )


def _lock(connection: Connection) -> None:
    for statement in _LOCK:
        try:
            connection.execute(text(statement))
        except OperationalError as error:
            raise Conflict("The box is being read; it is mixed at the next tick.") from error
