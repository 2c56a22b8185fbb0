"""Randomness as a value: a source of bytes that a rule is given instead of asking for one."""

from Crypto.Hash import SHAKE256

from pulse.domain.blind_rsa import Randomness


def seeded(seed: bytes) -> Randomness:
    """Give a source that yields the same bytes for the same seed, and is as secret as the seed.

    It is the extendable-output function SHAKE256 (FIPS 202).

    >>> seeded(b"one")(4) == seeded(b"one")(4) != seeded(b"two")(4)
    True
    """
    return SHAKE256.new(seed).read
