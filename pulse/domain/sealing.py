"""Sealing shards to the opening key of a wave, which no web process and no database holds.

HPKE base mode (RFC 9180) with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-128-GCM; `info`
binds the wave and the slot, so a shard cannot be read in any other place than its own.
"""

from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from pulse.domain.ballot import Ballot, Shard
from pulse.domain.errors import Invalid

OVERHEAD = 65 + 16
_INFO = b"pulse/shard/v1"
_WAVE_BYTES = 8
_SLOT_BYTES = 2
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
_CURVE = ec.SECP256R1()


def new_key() -> bytes:
    """Make an opening key (DER PKCS8)."""
    return ec.generate_private_key(_CURVE).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )


def public_key(private: bytes) -> bytes:
    """Give the public half of an opening key: an uncompressed point of 65 bytes."""
    return (
        _private(private).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )


class Seal:
    """Seals to one public key. Raises Invalid when made with bytes that are no point."""

    def __init__(self, public: bytes) -> None:
        try:
            self._key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
        except ValueError as error:
            raise Invalid("this is no opening key", "opening_key") from error

    def shard(self, wave: int, slot: int, body: bytes) -> bytes:
        """Seal the body of a shard; the result is `OVERHEAD` bytes longer."""
        return _SUITE.encrypt(body, self._key, info(wave, slot))

    def ballot(self, ballot: Ballot) -> Ballot:
        """Seal every shard of a ballot."""
        sealed = (
            Shard(shard.slot, self.shard(ballot.wave, shard.slot, shard.body))
            for shard in ballot.shards
        )
        return Ballot(ballot.wave, tuple(sealed))


class Opener:
    """Opens shards with one opening key."""

    def __init__(self, private: bytes) -> None:
        self._key = _private(private)

    def open(self, wave: int, slot: int, sealed: bytes) -> bytes | None:
        """Give what was sealed for this wave and slot, or None where it was not."""
        try:
            return _SUITE.decrypt(sealed, self._key, info(wave, slot))
        except (InvalidTag, ValueError):
            return None


def sealed_lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    """Give the lengths of sealed shards from those of their bodies."""
    return tuple(length + OVERHEAD for length in lengths)


def info(wave: int, slot: int) -> bytes:
    """Give what binds a shard to its place.

    >>> info(7, 3).hex()
    '70756c73652f73686172642f763100000000000000070003'
    """
    return _INFO + wave.to_bytes(_WAVE_BYTES) + slot.to_bytes(_SLOT_BYTES)


def _private(private: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(private, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
        raise Invalid("an opening key is a key of the curve P-256", "opening_key")
    return key
