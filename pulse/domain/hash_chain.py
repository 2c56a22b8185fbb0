"""A chain of hashes over records: changing, removing or inserting one breaks all that follow."""

import hashlib
import json
from collections.abc import Mapping

ORIGIN = "0" * 64

Value = str | int | None


def link(previous: str, record: Mapping[str, Value]) -> str:
    """Give the hash of a record that follows the record with the hash `previous`.

    The record is written as JSON with sorted keys, no spaces and ASCII only, so that anybody
    can compute the same.

    >>> link(ORIGIN, {"item": 1})[:16]
    '52574c93b1646dfc'
    """
    written = json.dumps(
        {"previous": previous, "record": dict(record)},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(written.encode()).hexdigest()
