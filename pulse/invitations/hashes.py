"""The forms in which a secret and a short code are stored, and in which they are looked up."""

import hashlib
import hmac


def of_secret(secret: str) -> bytes:
    """Give SHA-256 of a secret; its 256 random bits cannot be guessed from it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def of_code(code: str, code_key: bytes) -> bytes:
    """Give HMAC-SHA-256 of a short code in its normal form, under a key outside the database."""
    return hmac.digest(code_key, code.encode(), "sha256")
