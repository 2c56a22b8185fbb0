"""What a person's link and short code of one wave are, worked out from a key of the wave.

The same key, wave and person give the same link every time, so that a mail can be written when it
is sent, once more after a crash, and again as a reminder. Without the key nobody can work out one
link from others.
"""

import hmac
from dataclasses import dataclass, field

from pulse.domain import base64url, short_code

KEY_BYTES = 32
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """What one person needs to take part, before it is hashed."""

    secret: str = field(repr=False)
    code: str = field(repr=False)


def derived(key: bytes, wave_id: int, employee_id: int) -> Secret:
    """Give the secret and the short code of a person in a wave.

    Both come from one value of a function that cannot be told from chance without its key, cut
    in two parts that share nothing.

    >>> one = derived(bytes(32), 7, 1)
    >>> one == derived(bytes(32), 7, 1), len(one.secret), len(one.code)
    (True, 43, 12)
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"a link key has {KEY_BYTES} bytes")
    found = hmac.digest(key, b"pulse/link/v1/%d/%d" % (wave_id, employee_id), "sha512")
    end = _SECRET_BYTES + short_code.RANDOM_BYTES
    return Secret(
        base64url.encode(found[:_SECRET_BYTES]), short_code.make(found[_SECRET_BYTES:end])
    )
