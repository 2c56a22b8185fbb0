"""What a thief sees who has the key that opens ballots as well: shards in clear.

Written from the published protocol alone, with the library and not with the product.
"""

import json
from collections import defaultdict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.attack.loot import Loot, Row, Table

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


def with_key(loot: Loot, private: bytes) -> Loot:
    """Give the loot with every shard opened: `clear` is what it holds."""
    key = load_der_private_key(private, password=None)
    return Loot(loot.main, tuple(_opened(table, key) for table in loot.box), loot.texts)


def _opened(table: Table, key: object) -> Table:
    if not table.rows or "body" not in table.rows[0]:
        return table
    return Table(
        table.name, tuple(_clear(row, key) for row in table.rows), table.orders, table.clocks
    )


def _clear(row: Row, key: object) -> Row:
    wave, slot = (int(str(row[name])) for name in ("wave", "slot"))
    info = b"pulse/shard/v1" + wave.to_bytes(8, "big") + slot.to_bytes(2, "big")
    try:
        content = json.loads(_SUITE.decrypt(bytes(row["body"]), key, info))
    except (InvalidTag, ValueError):
        content = None
    return row | {"clear": json.dumps(content, sort_keys=True)}


def labels_of_people(loot: Loot) -> dict[int, dict[str, str]]:
    """Read everybody's labels where they stand in clear: in the frame."""
    found = {}
    for table in loot.main:
        for row in table.rows:
            if "labels" in row and "employee_id" in row:
                given = row["labels"]
                found[int(str(row["employee_id"]))] = (
                    json.loads(given) if isinstance(given, str) else given
                )
    return found


def labels_of_rows(loot: Loot, everyone: dict[int, dict[str, str]]) -> dict[int, object]:
    """Give the label of each row of the box, by the row's identity, as `label_of_row` does."""
    known = _known(everyone)
    return {id(row): label_of_row(row, known) for table in loot.box for row in table.rows}


def label_of_row(row: Row, known: dict[str, str]) -> object:
    """Give what an opened shard says of its sender, in a form that people can be compared with.

    An answer names one label, a turnout all of them; what names none, or one that nobody carries
    as it is, is of no help here.
    """
    clear = json.loads(str(row.get("clear", "null")))
    if isinstance(clear, list) and clear and clear[0] in known:
        return known[clear[0]], clear[0]
    if isinstance(clear, dict) and all(value in known for value in clear.values()):
        return tuple(sorted(clear.items()))
    return None


def label_of_person(person: int, like: object, everyone: dict[int, dict[str, str]]) -> object:
    """Give the same of a person, for a sheet whose rows look like `like`."""
    labels = everyone.get(person, {})
    match like:
        case (str(key), str()):
            return key, labels.get(key)
        case tuple():
            return tuple(sorted(labels.items()))
    return None


def _known(everyone: dict[int, dict[str, str]]) -> dict[str, str]:
    found: defaultdict[str, str] = defaultdict(str)
    for labels in everyone.values():
        found |= {label: key for key, label in labels.items()}
    return dict(found)
