"""The short code that a mail or a slip prints, and the many ways in which people type it.

Twelve characters in three groups, 60 bits of chance, from Crockford's alphabet: no letter in
it looks like a digit, and what people mistake for one another is read as the same character.
"""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
GROUP = 4
RANDOM_BYTES = 8
_BITS = 5

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def make(random: bytes) -> str:
    """Make a code in its normal form from at least eight random bytes.

    >>> make(bytes(8))
    '000000000000'
    >>> make(b"chance!!")
    '6T31DSHPA891'
    """
    if len(random) < RANDOM_BYTES:
        raise ValueError(f"a code needs {RANDOM_BYTES} random bytes")
    number = int.from_bytes(random[:RANDOM_BYTES])
    return "".join(ALPHABET[number >> _BITS * place & 31] for place in reversed(range(LENGTH)))


def spoken(code: str) -> str:
    """Write a normal form as it is printed.

    >>> spoken("7K3M9QXT2B4R")
    '7K3M-9QXT-2B4R'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def normalise(typed: str) -> str | None:
    """Give the normal form of what somebody typed, or None where it cannot be a code.

    >>> normalise(" 7k3m 9qxt-2b4r ")
    '7K3M9QXT2B4R'
    >>> normalise("OIL0-OIL0-OIL0")
    '011001100110'
    >>> normalise("hello") is None
    True
    """
    plain = unicodedata.normalize("NFKC", typed).upper()
    kept = "".join(letter for letter in plain if letter.isalnum()).translate(_LOOK_ALIKES)
    return kept if len(kept) == LENGTH and set(kept) <= set(ALPHABET) else None
