"""A second person's key: opening keys are sealed to it, and only a passphrase unlocks it.

The public half stands in clear, so waves can open without that person. The private half is
encrypted under a key that Argon2id (RFC 9106) makes of the passphrase; what it costs to guess is
written beside it. Without the passphrase nobody reads an opening key, the operator included.
"""

import json
import unicodedata
from dataclasses import asdict, dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import load_der_private_key

from pulse.domain import base64url, key_wrap, sealing
from pulse.domain.errors import Conflict, Invalid

SHORTEST = 12
SALT_BYTES = 16
RANDOM_BYTES = SALT_BYTES + key_wrap.NONCE_BYTES
STRONG = (
    f"At least {SHORTEST} characters that nobody can guess: five words drawn at random from a "
    "long list are good, a sentence that stands in any book is not."
)
# OWASP asks for 19 MiB and 2 passes at least; this takes a second, once for each wave.
_MEMORY_KIB = 128 * 1024
_ITERATIONS = 4
_LANES = 4
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


@dataclass(frozen=True, slots=True)
class CustodyKey:
    """What is stored: the public half, and what the passphrase turns into the private one."""

    public: str
    salt: str
    wrapped: str
    memory_kib: int = _MEMORY_KIB
    iterations: int = _ITERATIONS
    lanes: int = _LANES

    def text(self) -> str:
        """Write it down; there is nothing in it that must be kept from anybody."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @property
    def point(self) -> bytes:
        """The public half, as opening keys are sealed to it."""
        return base64url.decode(self.public, "public")


def parse(text: str) -> CustodyKey:
    """Read what `text` wrote. Raises Conflict for anything else."""
    try:
        return CustodyKey(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise Conflict("The file of the custody key is damaged.") from error


def new(passphrase: str, random: bytes) -> CustodyKey:
    """Make a key that this passphrase unlocks. Raises Invalid for one that is too short."""
    private = sealing.new_key()
    empty = CustodyKey(base64url.encode(sealing.public_key(private)), "", "")
    return _locked(empty, private, passphrase, random)


def changed(key: CustodyKey, former: str, passphrase: str, random: bytes) -> CustodyKey:
    """Give the same key under another passphrase. Raises Invalid as `new` and `private` do."""
    strongest = replace(key, memory_kib=_MEMORY_KIB, iterations=_ITERATIONS, lanes=_LANES)
    return _locked(strongest, private(key, former), passphrase, random)


def private(key: CustodyKey, passphrase: str) -> bytes:
    """Unlock the private half. Raises Invalid for another passphrase."""
    wrapped = base64url.decode(key.wrapped, "wrapped")
    try:
        return key_wrap.unwrap(_derived(key, passphrase), wrapped, key.point)
    except Conflict:
        message = "This is not the passphrase of the custody key. Nothing has happened; try again."
        raise Invalid(message, "passphrase") from None


def seal(key: CustodyKey, place: bytes, secret: bytes) -> bytes:
    """Seal a secret for one place (HPKE base mode, RFC 9180)."""
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.point)
    return _SUITE.encrypt(secret, public, place)


def unseal(key: CustodyKey, passphrase: str, place: bytes, sealed: bytes) -> bytes:
    """Give what was sealed. Raises Invalid for another passphrase, Conflict for another key."""
    mine = load_der_private_key(private(key, passphrase), password=None)
    assert isinstance(mine, ec.EllipticCurvePrivateKey)  # noqa: S101  (it was made here)
    try:
        return _SUITE.decrypt(sealed, mine, place)
    except (InvalidTag, ValueError):
        message = "The opening key here was sealed to another custody key, or is damaged."
        raise Conflict(message) from None


def _locked(key: CustodyKey, secret: bytes, passphrase: str, random: bytes) -> CustodyKey:
    if len(passphrase) < SHORTEST:
        raise Invalid(f"This passphrase is too short. {STRONG}", "passphrase")
    salt, nonce = random[:SALT_BYTES], random[SALT_BYTES:RANDOM_BYTES]
    salted = replace(key, salt=base64url.encode(salt))
    wrapped = key_wrap.wrap(_derived(salted, passphrase), secret, key.point, nonce)
    return replace(salted, wrapped=base64url.encode(wrapped))


def _derived(key: CustodyKey, passphrase: str) -> bytes:
    # The same letters can be typed in several ways; all of them are the same passphrase.
    typed = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace")
    stretch = Argon2id(
        salt=base64url.decode(key.salt, "salt"),
        length=key_wrap.KEY_BYTES,
        iterations=key.iterations,
        lanes=key.lanes,
        memory_cost=key.memory_kib,
    )
    return stretch.derive(typed)
