"""The key that signs a wave's tokens: made once, used while the wave is open, then removed.

A wave without a key takes nobody in, so removing it is what ends the issuing of tokens. In the
database it is encrypted: a thief of a dump cannot make tokens with it.
"""

from functools import lru_cache
from secrets import token_bytes

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from pulse.domain import blind_rsa, key_wrap
from pulse.domain.blind_rsa import SigningKey
from pulse.domain.errors import BadSetting, Conflict
from pulse.invitations.model import IssuerKey

_MOST_LOADED = 8
# PostgreSQL keeps a deleted row in its file for as long as anybody has an older transaction open.
_WRITE_ANEW = (
    "CREATE TEMPORARY TABLE kept_key ON COMMIT DROP AS SELECT * FROM issuer_key",
    "TRUNCATE issuer_key",
    "INSERT INTO issuer_key SELECT * FROM kept_key",
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


def remove(session: Session, wave_id: int) -> None:
    """Remove the key; no token of this wave can be made any more."""
    session.execute(delete(IssuerKey).where(IssuerKey.wave_id == wave_id))
    if session.get_bind().dialect.name == "postgresql":
        for statement in _WRITE_ANEW:
            session.execute(text(statement))
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
