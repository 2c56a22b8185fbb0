"""Passwords: argon2 hashes, the rule for a new one, and a check that takes as long for nobody.

The check runs outside any transaction, because it is slow on purpose and SQLite has one writer.
"""

from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from pulse.domain.errors import Invalid
from pulse.domain.marking import marked

SHORTEST = 12
LONGEST = 200

_HASHER = PasswordHasher()
# Compared with when there is no such account, so that the answer takes equally long.
_NOBODY = _HASHER.hash("nobody has this password")


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether the password is right, and its hash under today's parameters if that differs."""

    right: bool
    renewed_hash: str | None = None


def hashed(password: str, email: str) -> str:
    """Hash a new password. Raises Invalid for one that is too short, too long or the address."""
    if len(password) < SHORTEST:
        raise Invalid(marked("A password needs at least 12 characters."), "password")
    if len(password) > LONGEST:
        raise Invalid(marked("A password may have at most 200 characters."), "password")
    if password.casefold() == email.casefold() or len(set(password)) == 1:
        raise Invalid(marked("This password is too easy to guess."), "password")
    return _HASHER.hash(password)


def check(stored_hash: str | None, password: str) -> Checked:
    """Compare a password with a stored hash; without one, work as long and say no."""
    shortened = password[: LONGEST + 1]
    try:
        _HASHER.verify(stored_hash or _NOBODY, shortened)
    except VerificationError:
        return Checked(right=False)
    if stored_hash is None:
        return Checked(right=False)
    stale = _HASHER.check_needs_rehash(stored_hash)
    return Checked(right=True, renewed_hash=_HASHER.hash(password) if stale else None)
