"""The two keys of a wave, made once, used while it is open, then removed.

One signs tokens. A wave without it takes nobody in, so removing it is what ends the issuing of
tokens. From the other the links in mails are worked out. In the database both are encrypted: a
thief of a dump can neither make tokens nor write anybody's link.
"""

from functools import lru_cache
from secrets import token_bytes

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from pulse.domain import blind_rsa, key_wrap, link_secrets
from pulse.domain.blind_rsa import SigningKey
from pulse.domain.errors import BadSetting, Conflict
from pulse.invitations.model import IssuerKey, LinkKey

_MOST_LOADED = 8
# PostgreSQL keeps a deleted row in its file for as long as anybody has an older transaction open.
_WRITE_ANEW = (
    "CREATE TEMPORARY TABLE kept_key ON COMMIT DROP AS SELECT * FROM {table}",
    "TRUNCATE {table}",
    "INSERT INTO {table} SELECT * FROM kept_key",
    "DROP TABLE kept_key",
)


def public_key(session: Session, wave_id: int, wrapping_key: bytes) -> bytes:
    """Give the public half of a wave's key (DER), which is made when it is first asked for.

    Raises BadSetting where the key is there and the secret is not the one that it was made with.
    """
    wrapped = _wrapped(session, wave_id)
    if wrapped is not None:
        return blind_rsa.public_key(_unwrapped(wave_id, wrapped, wrapping_key))
    private = blind_rsa.new_key()
    nonce = token_bytes(key_wrap.NONCE_BYTES)
    wrapped = key_wrap.wrap(wrapping_key, private, _place(wave_id), nonce)
    session.execute(insert(IssuerKey).values(wave_id=wave_id, wrapped=wrapped))
    return blind_rsa.public_key(private)


def may_issue(session: Session, wave_id: int) -> bool:
    """Say whether a wave has a key: it has opened and not closed."""
    return _wrapped(session, wave_id) is not None


@lru_cache(maxsize=_MOST_LOADED)
def load(wave_id: int, wrapped: bytes, wrapping_key: bytes) -> SigningKey:
    """Give a stored key ready to sign. It is kept, because unwrapping it costs as much again.

    Raises BadSetting where the secret is not the one that it was made with.
    """
    return SigningKey.load(_unwrapped(wave_id, wrapped, wrapping_key))


def make_link_key(session: Session, wave_id: int, wrapping_key: bytes) -> bytes:
    """Give the key of a wave's links, which is made when it is first asked for.

    Raises BadSetting where it is there and the secret is not the one that it was made with.
    """
    found = link_key(session, wave_id, wrapping_key)
    if found is not None:
        return found
    made = token_bytes(link_secrets.KEY_BYTES)
    nonce = token_bytes(key_wrap.NONCE_BYTES)
    wrapped = key_wrap.wrap(wrapping_key, made, _links(wave_id), nonce)
    session.execute(insert(LinkKey).values(wave_id=wave_id, wrapped=wrapped))
    return made


def link_key(session: Session, wave_id: int, wrapping_key: bytes) -> bytes | None:
    """Give the key of a wave's links; None once it has closed. Raises as `make_link_key` does."""
    wrapped = session.scalar(select(LinkKey.wrapped).where(LinkKey.wave_id == wave_id))
    if wrapped is None:
        return None
    try:
        return key_wrap.unwrap(wrapping_key, wrapped, _links(wave_id))
    except Conflict:
        raise BadSetting(
            f"The links of wave {wave_id} cannot be written with this PULSE_SECRET_KEY. Start "
            "Pulse with the one that it had when the wave was opened; its mails wait until then.",
            "secret_key",
        ) from None


def remove(session: Session, wave_id: int) -> None:
    """Remove both keys; no token of this wave can be made any more, and no link be written."""
    for table in (IssuerKey, LinkKey):
        session.execute(delete(table).where(table.wave_id == wave_id))
        if session.get_bind().dialect.name == "postgresql":
            for statement in _WRITE_ANEW:
                session.execute(text(statement.format(table=table.__tablename__)))
    load.cache_clear()


def _unwrapped(wave_id: int, wrapped: bytes, wrapping_key: bytes) -> bytes:
    try:
        return key_wrap.unwrap(wrapping_key, wrapped, _place(wave_id))
    except Conflict:
        raise BadSetting(
            f"The signing key of wave {wave_id} cannot be read with this PULSE_SECRET_KEY. Start "
            "Pulse with the one that it had when the wave was opened; with another one nobody can "
            "begin to answer this wave, and it can only be closed.",
            "secret_key",
        ) from None


def _wrapped(session: Session, wave_id: int) -> bytes | None:
    return session.scalar(select(IssuerKey.wrapped).where(IssuerKey.wave_id == wave_id))


def _place(wave_id: int) -> bytes:
    return f"pulse/issuer/v1/{wave_id}".encode()


def _links(wave_id: int) -> bytes:
    return f"pulse/links/v1/{wave_id}".encode()
