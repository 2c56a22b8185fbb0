"""The address at which one person ends the mails of Pulse, as each mail names it (RFC 8058).

It works for years and on any device, so it follows from the person and from a key outside the
database, and nothing has to be stored for it.
"""

import hmac

from pulse.domain import base64url
from pulse.domain.errors import Invalid, NotFound

_ID_BYTES = 8
_MAC_BYTES = 16
# A number that the database can hold.
_LARGEST = 2**63 - 1


def token(key: bytes, employee_id: int) -> str:
    """Give the 32 letters that stand for one person.

    >>> len(token(bytes(32), 17))
    32
    """
    who = employee_id.to_bytes(_ID_BYTES)
    return base64url.encode(who + _mac(key, who))


def employee(key: bytes, text: str) -> int:
    """Give the person that a token was made for. Raises NotFound for anything else.

    >>> employee(bytes(32), token(bytes(32), 17))
    17
    """
    try:
        given = base64url.decode(text, "token")
    except Invalid:
        raise _unknown() from None
    who, mac = given[:_ID_BYTES], given[_ID_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, who)) or int.from_bytes(who) > _LARGEST:
        raise _unknown()
    return int.from_bytes(who)


def told(number: int) -> int:
    """Round down how many people get no mails, for everybody to read, so that it tells of nobody.

    >>> told(4), told(5), told(14)
    (0, 5, 10)
    """
    return number // 5 * 5


def _mac(key: bytes, who: bytes) -> bytes:
    return hmac.digest(key, b"pulse/opt-out/v1" + who, "sha256")[:_MAC_BYTES]


def _unknown() -> NotFound:
    return NotFound("This address belongs to nobody. It has to be whole, as it stands in the mail.")
