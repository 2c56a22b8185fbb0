"""Counting attempts to sign in, per account name and per network address.

    attempt -> keys (HMAC; names and addresses are never stored) -> counted row -> admitted?

The count is in the database, so any number of web processes share it. An attempt is counted
before the password is checked; a success takes its own count back.
"""

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import LargeBinary, bindparam, delete, text, update
from sqlalchemy.orm import Session

from pulse.accounts.model import SignInAttempt
from pulse.db import UtcDateTime

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)

# A whole office often shares one address, so an address may fail more often than an account.
# Sign-in links are asked for by everybody at once when a mail goes round.
LIMITS = {
    "password account": 8,
    "password address": 80,
    "link account": 4,
    "link address": 400,
}
_COUNT = text(
    "INSERT INTO sign_in_attempt (key_mac, window_start, attempts) "
    "VALUES (:key_mac, :window_start, 1) "
    "ON CONFLICT (key_mac, window_start) DO UPDATE SET attempts = sign_in_attempt.attempts + 1 "
    "RETURNING attempts"
).bindparams(bindparam("key_mac", type_=LargeBinary), bindparam("window_start", type_=UtcDateTime))


class Way(StrEnum):
    """How somebody tries to get in; each way has its own limits."""

    PASSWORD = "password"  # noqa: S105  (the name of a way, no secret)
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as keyed hashes, each with its limit."""

    keys: tuple[tuple[bytes, int], ...]


def attempt(secret: bytes, way: Way, email: str, address: str) -> Attempt:
    """Turn an account name and a network address into keyed hashes."""
    keys = (
        (_mac(secret, f"{way} account", email.strip().lower()), LIMITS[f"{way} account"]),
        (_mac(secret, f"{way} address", _network(address)), LIMITS[f"{way} address"]),
    )
    # Always in the same order, so that two attempts at once cannot wait for each other.
    return Attempt(tuple(sorted(keys)))


def admit(session: Session, tried: Attempt, now: datetime) -> bool:
    """Count an attempt and say whether it may go on."""
    start = window_start(now)
    session.execute(delete(SignInAttempt).where(SignInAttempt.window_start < now - KEPT))
    counts = [
        session.execute(_COUNT, {"key_mac": key, "window_start": start}).scalar_one() <= limit
        for key, limit in tried.keys
    ]
    return all(counts)


def forgive(session: Session, tried: Attempt, now: datetime) -> None:
    """Take back the count of an attempt that succeeded."""
    for key, _ in tried.keys:
        session.execute(
            update(SignInAttempt)
            .where(SignInAttempt.key_mac == key, SignInAttempt.window_start == window_start(now))
            .where(SignInAttempt.attempts > 0)
            .values(attempts=SignInAttempt.attempts - 1)
        )


def window_start(now: datetime) -> datetime:
    """Give the beginning of the window that a moment lies in."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // WINDOW * WINDOW


def _mac(secret: bytes, purpose: str, value: str) -> bytes:
    message = f"pulse sign-in attempt\0{purpose}\0{value}".encode(errors="replace")
    return hmac.new(secret, message, hashlib.sha256).digest()


def _network(address: str) -> str:
    """Give the address, or for IPv6 the /64 network that one subscriber moves about in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
