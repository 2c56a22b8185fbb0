"""The token that lets one ballot into the box and names nobody.

A token is a message and a signature: the message holds the wave and 32 random bytes, the
signature is made with the key of that wave alone. The box knows only the public half.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

PREFIX = b"pulse/v1"
RANDOM_BYTES = 32
KEY_BYTES = 32
_WAVE_BYTES = 8
_MESSAGE_BYTES = len(PREFIX) + _WAVE_BYTES + RANDOM_BYTES


@dataclass(frozen=True, slots=True)
class Token:
    """Leave to drop one ballot into the box of one wave."""

    message: bytes
    signature: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of the message: what the box keeps of a spent token."""
        return hashlib.sha256(self.message).digest()


def message(wave: int, random: bytes) -> bytes:
    """Write the message of a token.

    >>> message(7, bytes(32))[:16].hex()
    '70756c73652f76310000000000000007'
    """
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a token needs {RANDOM_BYTES} random bytes")
    return PREFIX + wave.to_bytes(_WAVE_BYTES) + random


def wave_of(token: Token) -> int | None:
    """Give the wave that the token's message names, or None where it is no such message."""
    text = token.message
    if len(text) != _MESSAGE_BYTES or not text.startswith(PREFIX):
        return None
    return int.from_bytes(text[len(PREFIX) : len(PREFIX) + _WAVE_BYTES])


def verify_key(signing_key: bytes) -> bytes:
    """Give the public half of a signing key, which is any 32 random bytes."""
    return Ed25519PrivateKey.from_private_bytes(signing_key).public_key().public_bytes_raw()


def sign(signing_key: bytes, wave: int, random: bytes) -> Token:
    """Make the token of a wave."""
    text = message(wave, random)
    return Token(text, Ed25519PrivateKey.from_private_bytes(signing_key).sign(text))


def genuine(key: bytes, token: Token) -> bool:
    """Say whether the holder of the signing key belonging to `key` made this token."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(token.signature, token.message)
    except InvalidSignature:
        return False
    return True
