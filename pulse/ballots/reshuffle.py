"""Rewriting the box, so that nothing in its files tells which ballot came first.

PostgreSQL notes with each row the transaction that wrote it, and both databases lay rows down
as they come. All rows of a wave are therefore written anew, in random order, in one transaction.
"""

from sqlalchemy import Connection, text

# Shards get new random ids as well: the only thing that could have marked one is gone.
_STATEMENTS = {
    "postgresql": (
        """
        WITH gone AS (DELETE FROM shard WHERE wave = :wave RETURNING wave, slot, body)
        INSERT INTO shard (wave, id, slot, body)
        SELECT wave, uuid_send(gen_random_uuid()), slot, body FROM gone ORDER BY random()
        """,
        """
        WITH gone AS (DELETE FROM spent WHERE wave = :wave RETURNING wave, token_sha256)
        INSERT INTO spent (wave, token_sha256)
        SELECT wave, token_sha256 FROM gone ORDER BY random()
        """,
    ),
    "sqlite": (
        "UPDATE shard SET id = randomblob(16) WHERE wave = :wave",
        """
        REPLACE INTO spent (wave, token_sha256)
        SELECT wave, token_sha256 FROM spent WHERE wave = :wave ORDER BY random()
        """,
    ),
}


def reshuffle(connection: Connection, wave: int) -> None:
    """Write every shard and spent token of a wave anew, in an order drawn at random."""
    for statement in _STATEMENTS[connection.dialect.name]:
        connection.execute(text(statement), {"wave": wave})
