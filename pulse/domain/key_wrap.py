"""Keeping a secret key where others may read: AES-256-GCM, bound to the place that it is for."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pulse.domain.errors import Conflict

KEY_BYTES = 32
NONCE_BYTES = 12


def wrap(key: bytes, secret: bytes, place: bytes, nonce: bytes) -> bytes:
    """Encrypt a secret for one place; the nonce stands before it and is never used twice."""
    return nonce + AESGCM(key).encrypt(nonce, secret, place)


def unwrap(key: bytes, wrapped: bytes, place: bytes) -> bytes:
    """Give what `wrap` was given. Raises Conflict for another key, another place or a change.

    >>> wrapped = wrap(bytes(32), b"secret", b"wave 7", bytes(12))
    >>> unwrap(bytes(32), wrapped, b"wave 7")
    b'secret'
    """
    nonce, body = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, body, place)
    except (InvalidTag, ValueError):
        raise Conflict("A stored key cannot be read: it is damaged or of another secret.") from None
