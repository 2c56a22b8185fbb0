"""What a respondent's browser makes, made in Python: tokens and sealed ballots of a wave."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from os import urandom

from pulse.domain import base64url, blind_rsa, sealing, wire
from pulse.domain import token as tokens
from pulse.domain.ballot import Value, shred
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Seal
from pulse.domain.token import Token


@dataclass(frozen=True, slots=True)
class WaveKeys:
    """The private keys of a wave, which in life no one place has both of."""

    issuer: bytes = field(default_factory=blind_rsa.new_key)
    opening: bytes = field(default_factory=sealing.new_key)

    def on(self, manifest: Manifest) -> Manifest:
        """Give the manifest with the public halves."""
        return replace(
            manifest,
            issuer_key=base64url.encode(blind_rsa.public_key(self.issuer)),
            opening_key=base64url.encode(sealing.public_key(self.opening)),
        )

    def token(self, manifest: Manifest) -> Token:
        """Go through blinding, signing and unblinding."""
        return unblinded(manifest, lambda blinded: blind_rsa.sign(self.issuer, blinded))


@cache
def keys() -> WaveKeys:
    """Keys that all tests of a process may share: making them takes a while."""
    return WaveKeys()


def unblinded(manifest: Manifest, sign) -> Token:
    """Get a token from whoever signs blinded values."""
    issuer = base64url.decode(manifest.issuer_key, "issuer_key")
    random = urandom(tokens.RANDOMIZER_BYTES + tokens.NONCE_BYTES)
    prepared = tokens.prepare(manifest.wave, manifest.digest, random)
    blinded = blind_rsa.blind(issuer, prepared, urandom)
    signature = blind_rsa.finalize(issuer, prepared, sign(blinded.value), blinded.inverse)
    return Token(prepared, signature)


def body(
    manifest: Manifest, token: Token, labels: Mapping[str, str], answers: Mapping[str, Value]
) -> bytes:
    """Give what is sent to the box."""
    seal = Seal(base64url.decode(manifest.opening_key, "opening_key"))
    return wire.encode(token, seal.ballot(shred(manifest, labels, answers)))
