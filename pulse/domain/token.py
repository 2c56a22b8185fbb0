"""The token that lets one ballot into the box and names nobody.

A token is a message with random bytes before it, and a signature by the key of its wave. The
message holds the wave, the fingerprint of its manifest and a nonce. It was blinded when it was
signed, so who signed it has never seen it; see RFC 9474 and `blind_rsa`.
"""

import hashlib
from dataclasses import dataclass

PREFIX = b"pulse/v1"
NONCE_BYTES = 32
RANDOMIZER_BYTES = 32
SIGNATURE_BYTES = 256
_WAVE_BYTES = 8
_DIGEST_BYTES = hashlib.sha256().digest_size
_MESSAGE_BYTES = len(PREFIX) + _WAVE_BYTES + _DIGEST_BYTES + NONCE_BYTES
PREPARED_BYTES = RANDOMIZER_BYTES + _MESSAGE_BYTES


@dataclass(frozen=True, slots=True)
class Token:
    """Leave to drop one ballot into the box of one wave."""

    prepared: bytes
    signature: bytes

    @property
    def receipt(self) -> bytes:
        """SHA-256 of the prepared message: what the box keeps of a spent token."""
        return hashlib.sha256(self.prepared).digest()


def prepare(wave: int, manifest_digest: bytes, random: bytes) -> bytes:
    """Write the prepared message of a token: randomiser, then message (RFC 9474, section 4.1).

    `random` is 64 bytes, the randomiser and the nonce. Raises ValueError for other lengths.

    >>> prepare(7, bytes(32), bytes(64))[32:48].hex()
    '70756c73652f76310000000000000007'
    """
    if len(random) != RANDOMIZER_BYTES + NONCE_BYTES:
        raise ValueError(f"a token needs {RANDOMIZER_BYTES + NONCE_BYTES} random bytes")
    randomizer, nonce = random[:RANDOMIZER_BYTES], random[RANDOMIZER_BYTES:]
    return randomizer + _fixed(wave, manifest_digest) + nonce


def belongs(token: Token, wave: int, manifest_digest: bytes) -> bool:
    """Say whether the message of a token is one of this wave and this manifest."""
    prepared = token.prepared
    if len(prepared) != PREPARED_BYTES:
        return False
    return prepared[RANDOMIZER_BYTES:-NONCE_BYTES] == _fixed(wave, manifest_digest)


def wave_of(prepared: bytes) -> int | None:
    """Give the wave that a prepared message names, or None where it is no such message."""
    start = RANDOMIZER_BYTES + len(PREFIX)
    if len(prepared) != PREPARED_BYTES or prepared[RANDOMIZER_BYTES:start] != PREFIX:
        return None
    return int.from_bytes(prepared[start : start + _WAVE_BYTES])


def _fixed(wave: int, manifest_digest: bytes) -> bytes:
    return PREFIX + wave.to_bytes(_WAVE_BYTES) + manifest_digest
