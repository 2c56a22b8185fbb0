"""Bytes as text in addresses and JSON: base64url without padding (RFC 4648, section 5)."""

import base64
import binascii

from pulse.domain.errors import Invalid


def encode(data: bytes) -> str:
    """Write bytes as text.

    >>> encode(bytes([251, 255]))
    '-_8'
    """
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str, field: str) -> bytes:
    """Read what `encode` wrote. Raises Invalid, naming the field, for anything else.

    >>> decode("-_8", "key").hex()
    'fbff'
    """
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("this is not base64url", field) from error
    if encode(found) != text:
        raise Invalid("this is not base64url", field)
    return found
