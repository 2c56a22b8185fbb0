"""The box of a wave: open_for -> drop, drop, drop -> seal -> (counted) -> destroy.

It takes a ballot from whoever holds an unspent token of the wave and asks nothing else. It can
be opened once; a sealed box never takes another ballot.
"""

from enum import StrEnum
from secrets import SystemRandom, token_bytes

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from pulse.ballots import dialect, model
from pulse.domain import base64url, blind_rsa, token, wire
from pulse.domain.ballot import Ballot
from pulse.domain.errors import Conflict, Invalid, NotFound, TokenSpent, WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import sealed_lengths

_ID_BYTES = 16
_LARGEST_WAVE = 2**31 - 1
_NOT_OPEN = "This wave does not take answers now."


class BoxState(StrEnum):
    """What may be done with a box."""

    OPEN = "open"
    SEALED = "sealed"
    DESTROYED = "destroyed"


def open_for(connection: Connection, manifest: Manifest) -> None:
    """Open the box of a wave; repeating it changes nothing.

    Raises Conflict where the wave has a box already for another manifest, keys included.
    """
    lengths = sealed_lengths(slot.length for slot in manifest.slots)
    wanted = {
        "wave": manifest.wave,
        "state": BoxState.OPEN.value,
        "verify_key": base64url.decode(manifest.issuer_key, "issuer_key"),
        "manifest": manifest.canonical().decode(),
        "manifest_sha256": manifest.digest,
        "lengths": ",".join(map(str, lengths)),
        "mixed": 0,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(model.box).values(wanted))
    except IntegrityError:
        where = model.box.c.wave == manifest.wave
        if connection.scalar(select(model.box.c.manifest).where(where)) != wanted["manifest"]:
            message = f"The box of wave {manifest.wave} was opened with another manifest."
            raise Conflict(message) from None


def state(connection: Connection, wave: int) -> BoxState | None:
    """Give the state of a box, or None where the wave never opened."""
    found = connection.scalar(select(model.box.c.state).where(model.box.c.wave == wave))
    return None if found is None else BoxState(found)


def manifest_digest(connection: Connection, wave: int) -> bytes | None:
    """Give the SHA-256 of the manifest that a box was opened for, or None without a box."""
    return connection.scalar(select(model.box.c.manifest_sha256).where(model.box.c.wave == wave))


def sealed(connection: Connection) -> tuple[int, ...]:
    """List the waves whose box has been sealed and not been destroyed."""
    held = select(model.box.c.wave).where(model.box.c.state == BoxState.SEALED.value)
    return tuple(connection.scalars(held.order_by(model.box.c.wave)))


def drop(connection: Connection, body: bytes) -> None:
    """Put one ballot into the box and spend its token: both or neither.

    `body` is a token and its sealed shards as `wire` writes them. Raises WaveNotOpen, TokenSpent,
    or Invalid for a token that is not genuine and for a ballot of another length.
    """
    wave = token.wave_of(body[: token.PREPARED_BYTES])
    if wave is None or wave > _LARGEST_WAVE:
        raise Invalid("This is no ballot.", "ballot")
    row = _open_box(connection, wave)
    leave, ballot = wire.decode(body, wave, list(map(int, row.lengths.split(","))))
    ours = token.belongs(leave, wave, row.manifest_sha256)
    if not (ours and blind_rsa.verify(row.verify_key, leave.prepared, leave.signature)):
        raise Invalid("This token does not belong to this wave.", "token")
    if not dialect.spend(connection, wave, leave.receipt):
        raise TokenSpent("This token has put a ballot into the box before.")
    connection.execute(insert(model.shard), _rows(ballot))


def holds(connection: Connection, wave: int, receipt: bytes) -> bool:
    """Say whether the ballot with this receipt is in the box of an open wave.

    Raises WaveNotOpen: afterwards there is nothing left to look at.
    """
    found = dialect.holds(connection, wave, receipt)
    if found is None:
        raise WaveNotOpen(_NOT_OPEN)
    return found


def seal(connection: Connection, wave: int) -> None:
    """Close the box for good, after the ballots that are being dropped at this moment.

    A box sealed or destroyed before is left as it is. Raises NotFound.
    """
    dialect.wait_for_drops(connection, wave)
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


def _open_box(connection: Connection, wave: int) -> Row[str, bytes, bytes | None, str]:
    # The lock makes a seal wait for this ballot, and this ballot see a seal that was first.
    dialect.hold_off_seal(connection, wave)
    row = connection.execute(
        select(
            model.box.c.state,
            model.box.c.verify_key,
            model.box.c.manifest_sha256,
            model.box.c.lengths,
        ).where(model.box.c.wave == wave)
    ).one_or_none()
    if row is None or row.state != BoxState.OPEN.value:
        raise WaveNotOpen(_NOT_OPEN)
    return row


def _rows(ballot: Ballot) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"wave": ballot.wave, "id": token_bytes(_ID_BYTES), "slot": shard.slot, "body": shard.body}
        for shard in ballot.shards
    ]
    SystemRandom().shuffle(rows)
    return rows
