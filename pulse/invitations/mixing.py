"""Rewriting invitations, so that nothing in the database tells who started before whom.

Starting changes one row of a table whose rows are known by name. PostgreSQL notes the
transaction of the change and lays the new version down at the end; SQLite moves the row within
its page. All rows of a wave are therefore laid down anew in one transaction, in the order of
their ids, which were given when everybody was invited.
"""

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pulse.domain.errors import Conflict
from pulse.surveys.model import Wave

_SHEET = {
    "postgresql": "CREATE TEMPORARY TABLE mixed_invitation (LIKE invitation) ON COMMIT DROP",
    "sqlite": "CREATE TEMPORARY TABLE mixed_invitation AS SELECT * FROM invitation WHERE 0",
}
_REWRITE = (
    "INSERT INTO mixed_invitation SELECT * FROM invitation WHERE wave_id = :wave",
    "DELETE FROM invitation WHERE wave_id = :wave",
    "INSERT INTO invitation SELECT * FROM mixed_invitation ORDER BY id",
    "DROP TABLE mixed_invitation",
)
# Reading goes on meanwhile. Whoever starts waits, and goes on from what is there afterwards.
_LOCK = "SET LOCAL lock_timeout = '5s'", "LOCK TABLE invitation IN EXCLUSIVE MODE"


def mix(session: Session, wave_id: int) -> None:
    """Write the invitations of a wave anew, with the ids that they have.

    Raises Conflict where another transaction holds the table for long.
    """
    kind = session.get_bind().dialect.name
    if kind == "postgresql":
        _lock(session, wave_id)
    for statement in (_SHEET[kind], *_REWRITE):
        session.execute(text(statement), {"wave": wave_id} if ":wave" in statement else {})


def _lock(session: Session, wave_id: int) -> None:
    """Take the wave before its invitations, as opening does: neither then waits for the other."""
    wave = select(Wave.id).where(Wave.id == wave_id)
    try:
        session.execute(wave.with_for_update(read=True, key_share=True))
        for statement in _LOCK:
            session.execute(text(statement))
    except OperationalError as error:
        raise Conflict("Invitations are in use; they are mixed at the next tick.") from error
