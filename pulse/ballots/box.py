"""The box of a wave: open_for -> drop, drop, drop -> seal -> (counted) -> destroy.

It takes a ballot from whoever holds an unspent token of the wave and asks nothing else. It can
be opened once; a sealed box never takes another ballot.
"""

from enum import StrEnum
from secrets import SystemRandom, token_bytes

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pulse.ballots import model
from pulse.domain import token as tokens
from pulse.domain.ballot import Ballot
from pulse.domain.errors import Conflict, Invalid, NotFound, TokenSpent, WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.shard_layout import layout
from pulse.domain.token import Token

_ID_BYTES = 16


class BoxState(StrEnum):
    """What may be done with a box."""

    OPEN = "open"
    SEALED = "sealed"
    DESTROYED = "destroyed"


def open_for(connection: Connection, manifest: Manifest, verify_key: bytes) -> None:
    """Open the box of a wave; repeating it changes nothing.

    Raises Conflict where the wave has a box already for another manifest or another key.
    """
    wanted = {
        "wave": manifest.wave,
        "state": BoxState.OPEN.value,
        "verify_key": verify_key,
        "manifest": manifest.canonical().decode(),
        "lengths": ",".join(map(str, layout(manifest).lengths)),
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(model.box).values(wanted))
    except IntegrityError:
        found = connection.execute(select(model.box).where(model.box.c.wave == manifest.wave)).one()
        if (found.manifest, found.verify_key) != (wanted["manifest"], verify_key):
            message = f"The box of wave {manifest.wave} was opened with another manifest or key."
            raise Conflict(message) from None


def state(connection: Connection, wave: int) -> BoxState | None:
    """Give the state of a box, or None where the wave never opened."""
    found = connection.scalar(select(model.box.c.state).where(model.box.c.wave == wave))
    return None if found is None else BoxState(found)


def sealed(connection: Connection) -> tuple[int, ...]:
    """List the waves whose box has been sealed and not been destroyed."""
    held = select(model.box.c.wave).where(model.box.c.state == BoxState.SEALED.value)
    return tuple(connection.scalars(held.order_by(model.box.c.wave)))


def drop(connection: Connection, token: Token, ballot: Ballot) -> None:
    """Put one ballot into the box and spend its token: both or neither.

    Raises WaveNotOpen, TokenSpent, or Invalid for a token that is not genuine and for a ballot
    that has not exactly one shard of the right length for each slot.
    """
    row = _open_box(connection, ballot.wave)
    if tokens.wave_of(token) != ballot.wave or not tokens.genuine(row.verify_key, token):
        raise Invalid("This token does not belong to this wave.", "token")
    found = [(shard.slot, len(shard.body)) for shard in ballot.shards]
    if sorted(found) != list(enumerate(map(int, row.lengths.split(",")))):
        raise Invalid("A ballot has exactly one shard of fixed length in each slot.", "ballot")
    try:
        connection.execute(insert(model.spent).values(wave=ballot.wave, token_sha256=token.digest))
    except IntegrityError:
        raise TokenSpent("This token has put a ballot into the box before.") from None
    connection.execute(insert(model.shard), _rows(ballot))


def seal(connection: Connection, wave: int) -> None:
    """Close the box for good, after the ballots that are being dropped at this moment.

    A box sealed or destroyed before is left as it is. Raises NotFound.
    """
    connection.execute(
        update(model.box)
        .where(model.box.c.wave == wave, model.box.c.state == BoxState.OPEN.value)
        .values(state=BoxState.SEALED.value)
    )
    if state(connection, wave) is None:
        raise NotFound(f"There is no box of wave {wave}.")


def empty(connection: Connection, wave: int) -> None:
    """Delete every shard and spent token of a wave; repeating it changes nothing.

    Raises NotFound, and Conflict for a box that has not been sealed.
    """
    found = state(connection, wave)
    if found is None:
        raise NotFound(f"There is no box of wave {wave}.")
    if found is BoxState.OPEN:
        raise Conflict(f"The box of wave {wave} is open; seal and count it first.")
    connection.execute(delete(model.shard).where(model.shard.c.wave == wave))
    connection.execute(delete(model.spent).where(model.spent.c.wave == wave))


def destroy(connection: Connection, wave: int) -> None:
    """Empty the box and mark it as destroyed; repeating it changes nothing. Raises as `empty`."""
    empty(connection, wave)
    connection.execute(
        update(model.box)
        .where(model.box.c.wave == wave)
        .values(state=BoxState.DESTROYED.value, verify_key=b"")
    )


def _open_box(connection: Connection, wave: int) -> Row[str, bytes, str]:
    # The shared lock makes a seal wait for this ballot, and this ballot see a seal that was
    # first. On SQLite the writing transaction is the lock.
    row = connection.execute(
        select(model.box.c.state, model.box.c.verify_key, model.box.c.lengths)
        .where(model.box.c.wave == wave)
        .with_for_update(read=True)
    ).one_or_none()
    if row is None or row.state != BoxState.OPEN.value:
        raise WaveNotOpen("This wave does not take answers now.")
    return row


def _rows(ballot: Ballot) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"wave": ballot.wave, "id": token_bytes(_ID_BYTES), "slot": shard.slot, "body": shard.body}
        for shard in ballot.shards
    ]
    SystemRandom().shuffle(rows)
    return rows
