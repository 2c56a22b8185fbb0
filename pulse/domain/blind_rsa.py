"""Blind signatures: the issuer signs a token that it never sees.

The suite is RSABSSA-SHA384-PSS of RFC 9474 with salts of 48 bytes, on RSA keys of 2048 bits. The
holder of a token blinds it, the issuer signs what it cannot read, the holder removes the blinding,
and what is left is an ordinary PSS signature that nobody can match with the moment of signing.
docs/adr/0011-blind-signing.md says which library does what, and what was measured.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from Crypto.PublicKey import RSA
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pulse.domain import rsabssa
from pulse.domain.errors import Invalid
from pulse.domain.rsabssa import Blinded, Randomness, SigningFault

__all__ = [
    "Blinded",
    "Randomness",
    "SigningFault",
    "SigningKey",
    "blind",
    "finalize",
    "new_key",
    "public_key",
    "self_test",
    "sign",
    "verify",
]

MODULUS_BYTES = 256
EXPONENT = 65537
SALT_BYTES = 48
_VECTORS = Path(__file__).with_name("rfc9474.json")


def new_key() -> bytes:
    """Make the private key of a wave, as PKCS #8 in DER."""
    key = rsa.generate_private_key(EXPONENT, MODULUS_BYTES * 8)
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_key(private: bytes) -> bytes:
    """Give the public half as a SubjectPublicKeyInfo in DER."""
    return (
        _private(private)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def blind(public: bytes, prepared: bytes, randomness: Randomness) -> Blinded:
    """Hide a prepared message from the issuer; the same randomness gives the same result."""
    return rsabssa.blind(_public(public), prepared, randomness, SALT_BYTES)


def sign(private: bytes, blinded: bytes) -> bytes:
    """Sign a blinded value. Whoever signs many keeps a SigningKey instead."""
    return SigningKey.load(private).sign(blinded)


def finalize(public: bytes, prepared: bytes, blind_signature: bytes, inverse: bytes) -> bytes:
    """Remove the blinding and give the signature, which is checked before it is given."""
    return rsabssa.finalize(_public(public), prepared, blind_signature, inverse, SALT_BYTES)


def verify(public: bytes, prepared: bytes, signature: bytes) -> bool:
    """Say whether the holder of the private key signed this prepared message."""
    return rsabssa.verify(_public(public), prepared, signature, SALT_BYTES)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key that is ready to sign; it is safe to share among threads."""

    _key: RSA.RsaKey

    @classmethod
    def load(cls, private: bytes) -> Self:
        """Read a private key that this installation made itself.

        PyCryptodome's own import proves both factors prime, which costs 50 ms and tells nothing
        about our own keys. A key that was damaged since fails the check after each signature.
        """
        numbers = _private(private).private_numbers()
        public = numbers.public_numbers
        # PyCryptodome's coefficient is the inverse of its first factor, OpenSSL's of the second.
        parts = (public.n, public.e, numbers.d, numbers.q, numbers.p, numbers.iqmp)
        return cls(RSA.construct(parts, consistency_check=False))

    def sign(self, blinded: bytes) -> bytes:
        """Sign a blinded value, whatever it stands for, and prove the result before giving it."""
        return rsabssa.sign(self._key, blinded)


def _private(private: bytes) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_der_private_key(
            private, password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("The issuer's private key cannot be read.", "private") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size != MODULUS_BYTES * 8:
        raise Invalid("The issuer's key is not an RSA key of 2048 bits.", "private")
    return key


def _public(public: bytes) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_der_public_key(public)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Invalid("The issuer's key cannot be read.", "issuer_key") from error
    if (
        not isinstance(key, rsa.RSAPublicKey)
        or key.key_size != MODULUS_BYTES * 8
        or key.public_numbers().e != EXPONENT
    ):
        raise Invalid("The issuer's key is not an RSA key of 2048 bits.", "issuer_key")
    return key


@cache
def self_test(vectors: Path = _VECTORS) -> None:
    """Refuse to go on unless all four vectors of RFC 9474 come out; once in each process."""
    for vector in json.loads(vectors.read_text(encoding="utf-8"))["vectors"]:
        name = vector.pop("name")
        try:
            wrong = _wrong_step({field: bytes.fromhex(text) for field, text in vector.items()})
        except (ArithmeticError, Invalid, ValueError) as error:
            raise SigningFault(f"blind signing fails the vector {name}: {error}") from error
        if wrong:
            raise SigningFault(f"blind signing fails the vector {name} at {wrong}")


def _wrong_step(vector: dict[str, bytes]) -> str | None:
    """Go through one vector and name the first step that gives another result."""
    n, e, d, p, q = (int.from_bytes(vector[part]) for part in "nedpq")
    key = rsa.RSAPublicNumbers(e, n).public_key()
    prepared, salt = vector["prepared_msg"], vector["salt"]
    factor = pow(int.from_bytes(vector["inv"]), -1, n)
    draws = iter([salt, (factor - 1).to_bytes(rsabssa.width_of(n) + rsabssa.SPARE_BYTES)])
    private = RSA.construct((n, e, d, p, q), consistency_check=False)
    steps = {
        "prepare": (vector["msg_prefix"] + vector["msg"], prepared),
        "encode": (rsabssa.encode(key, prepared, lambda _: salt, len(salt)), vector["encoded_msg"]),
        "blind": (
            rsabssa.blind(key, prepared, lambda _: next(draws), len(salt)),
            Blinded(vector["blinded_msg"], vector["inv"]),
        ),
        "sign": (rsabssa.sign(private, vector["blinded_msg"]), vector["blind_sig"]),
        "finalize": (
            rsabssa.finalize(key, prepared, vector["blind_sig"], vector["inv"], len(salt)),
            vector["sig"],
        ),
    }
    return next((step for step, (ours, theirs) in steps.items() if ours != theirs), None)
