"""The values of a hook that nobody may read in the database, under a key that is not in it."""

from secrets import token_bytes

from pulse.domain import key_wrap

URL = "url"
SECRET = "secret"  # noqa: S105  (the name of a column)


def lock(key: bytes, value: str, place: str, column: str) -> bytes:
    """Encrypt a value for one column of one hook."""
    nonce = token_bytes(key_wrap.NONCE_BYTES)
    return key_wrap.wrap(key, value.encode(), _place(place, column), nonce)


def unlock(key: bytes, locked: bytes, place: str, column: str) -> str:
    """Give the value. Raises Conflict where the key is another one."""
    return key_wrap.unwrap(key, locked, _place(place, column)).decode()


def _place(place: str, column: str) -> bytes:
    return f"pulse/hook/v1/{place}/{column}".encode()
