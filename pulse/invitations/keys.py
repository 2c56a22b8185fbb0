"""The key that signs a wave's tokens: made once, used while the wave is open, then removed.

A wave without a key takes nobody in, so removing it is what ends the issuing of tokens.
"""

from secrets import token_bytes

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pulse.domain import token
from pulse.invitations.model import IssuerKey


def verify_key(session: Session, wave_id: int) -> bytes:
    """Give the public half of a wave's key, which is made when it is first asked for."""
    found = signing_key(session, wave_id)
    if found is None:
        found = token_bytes(token.KEY_BYTES)
        session.execute(insert(IssuerKey).values(wave_id=wave_id, signing_key=found))
    return token.verify_key(found)


def signing_key(session: Session, wave_id: int) -> bytes | None:
    """Give the secret half, or None where the wave has not opened or has closed."""
    return session.scalar(select(IssuerKey.signing_key).where(IssuerKey.wave_id == wave_id))


def remove(session: Session, wave_id: int) -> None:
    """Remove the key; no token of this wave can be made any more."""
    session.execute(delete(IssuerKey).where(IssuerKey.wave_id == wave_id))
