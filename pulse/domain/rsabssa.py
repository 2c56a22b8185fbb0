"""RSABSSA-SHA384-PSS, the blind signatures of RFC 9474, on keys and salts of any length.

Here are the steps of the RFC, no more; pulse.domain.blind_rsa fixes our parameters and is what
everybody else calls. Randomness is asked from the caller: first the salt, then the factor.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from Crypto.Hash import SHA384
from Crypto.Math.Numbers import Integer
from Crypto.PublicKey.RSA import RsaKey
from Crypto.Signature import pss
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pulse.domain.errors import Invalid

SPARE_BYTES = 16

Randomness = Callable[[int], bytes]


class SigningFault(ArithmeticError):
    """The private operation went wrong: a damaged key, a faulty machine or another library."""


@dataclass(frozen=True, slots=True)
class Blinded:
    """What the issuer may see, and what only the holder of the token may keep."""

    value: bytes
    inverse: bytes


def blind(key: RSAPublicKey, prepared: bytes, randomness: Randomness, salt_bytes: int) -> Blinded:
    """Encode with a salt, then multiply with a factor: the randomness is asked in this order."""
    numbers = key.public_numbers()
    modulus, width = Integer(numbers.n, public=True), width_of(numbers.n)
    encoded = Integer.from_bytes(encode(key, prepared, randomness, salt_bytes))
    factor = Integer(_factor(numbers.n, randomness))
    value = encoded * _public_power(int(factor), numbers.e, numbers.n) % modulus
    # The RFC asks it of message and factor one by one; their product answers for both.
    if math.gcd(int(value), numbers.n) != 1:
        raise Invalid("The issuer's key shares a factor with the token.", "issuer_key")
    return Blinded(value.to_bytes(width), factor.inverse(modulus).to_bytes(width))


def encode(key: RSAPublicKey, prepared: bytes, randomness: Randomness, salt_bytes: int) -> bytes:
    """EMSA-PSS of RFC 8017, section 9.1.1, by PyCryptodome, whose public call signs at once."""
    return pss._EMSA_PSS_ENCODE(  # noqa: SLF001
        SHA384.new(prepared),
        key.key_size - 1,
        randomness,
        lambda seed, length: pss.MGF1(seed, length, SHA384),
        salt_bytes,
    )


def _factor(modulus: int, randomness: Randomness) -> int:
    """Draw from 1 to modulus - 1. Enough bytes more than needed leave no number favoured."""
    drawn = int.from_bytes(randomness(width_of(modulus) + SPARE_BYTES))
    return 1 + drawn % (modulus - 1)


def finalize(
    key: RSAPublicKey,
    prepared: bytes,
    blind_signature: bytes,
    inverse: bytes,
    salt_bytes: int,
) -> bytes:
    modulus = key.public_numbers().n
    width = width_of(modulus)
    if len(blind_signature) != width or len(inverse) != width:
        raise Invalid("That is no blind signature of this key.", "signature")
    product = int.from_bytes(blind_signature) * int.from_bytes(inverse)
    signature = (product % modulus).to_bytes(width)
    if not verify(key, prepared, signature, salt_bytes):
        raise Invalid("The issuer's signature is not genuine.", "signature")
    return signature


def verify(key: RSAPublicKey, prepared: bytes, signature: bytes, salt_bytes: int) -> bool:
    scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=salt_bytes)
    try:
        key.verify(signature, prepared, scheme, hashes.SHA384())
    except InvalidSignature:
        return False
    return True


def sign(key: RsaKey, blinded: bytes) -> bytes:
    """Sign a blinded value, whatever it stands for, and prove the result before giving it."""
    value = _residue(blinded, key.n)
    # PyCryptodome offers this operation to its own padding schemes only. It is the one that
    # hides the exponent from a watcher's clock, so it is used, and the version is pinned.
    signed = cast(bytes, key._decrypt_to_bytes(value))  # type: ignore[no-untyped-call] # noqa: SLF001
    # One wrong signature from a faulty CRT would give away the factors of the modulus.
    if _public_power(int.from_bytes(signed), key.e, key.n) != value:
        raise SigningFault("a blind signature came out wrong and was not given away")
    return signed


def _public_power(value: int, exponent: int, modulus: int) -> Integer:
    """Raise to the public exponent, three times as fast as Python does."""
    return pow(Integer(value), Integer(exponent, public=True), Integer(modulus, public=True))


def _residue(text: bytes, modulus: int) -> int:
    """Read a number below the modulus, but none whose signature anybody can write down."""
    value = int.from_bytes(text)
    if len(text) != width_of(modulus) or not 1 < value < modulus - 1:
        raise Invalid("That is no blinded value for this key.", "blinded")
    return value


def width_of(modulus: int) -> int:
    """Give the number of bytes of a modulus, and of every number below it on the wire."""
    return (modulus.bit_length() + 7) // 8
