"""What a malicious server might hand to one person: keys and manifests made to know them again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pulse.domain import base64url
from pulse.domain.dimension import ROOT
from pulse.domain.manifest import Manifest

MODULUS_BITS = 2048
SHORT_BITS = 1024
SMALL_PRIME = 65_521


@dataclass(frozen=True)
class Personal:
    """A manifest for one person, whose fingerprint the link and the page carry as well."""

    body: bytes

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def personal(manifest: Manifest, change: Callable[[dict[str, Any]], object]) -> Personal:
    """Change what everybody is shown."""
    value = json.loads(manifest.canonical())
    change(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return Personal(text.encode())


def _with_key(key: rsa.RSAPublicKey) -> Callable[[dict[str, Any]], object]:
    written = base64url.encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return lambda value: value.update(issuer_key=written)


def exponent_three(value: dict[str, Any]) -> None:
    _with_key(rsa.generate_private_key(3, MODULUS_BITS).public_key())(value)


def short_modulus(value: dict[str, Any]) -> None:
    _with_key(rsa.generate_private_key(65537, SHORT_BITS).public_key())(value)


def odd_length(value: dict[str, Any]) -> None:
    _with_key(rsa.generate_private_key(65537, MODULUS_BITS + 8).public_key())(value)


def small_factor(value: dict[str, Any]) -> None:
    """Make a modulus of the right length that a child could divide."""
    rest = (1 << (MODULUS_BITS - 1)) // SMALL_PRIME + 2
    modulus = SMALL_PRIME * (rest | 1)
    assert modulus.bit_length() == MODULUS_BITS
    _with_key(rsa.RSAPublicNumbers(65537, modulus).public_key())(value)


def no_key(value: dict[str, Any]) -> None:
    value["issuer_key"] = ""


def another_wave(value: dict[str, Any]) -> None:
    value["wave"] += 1


def short_opening_key(value: dict[str, Any]) -> None:
    value["opening_key"] = value["opening_key"][:-4]


def opening_key_off_the_curve(value: dict[str, Any]) -> None:
    value["opening_key"] = base64url.encode(b"\x04" + bytes(63) + b"\x07")


def one_slot_more(value: dict[str, Any]) -> None:
    value["slots"].append(value["slots"][0] | {"number": len(value["slots"])})


def longer_slot(value: dict[str, Any]) -> None:
    value["slots"][1]["length"] += 1


def finer_comments(value: dict[str, Any]) -> None:
    value["comment_labels"] = {label: label + "!" for label in value["comment_labels"]}


def lonely_label(value: dict[str, Any]) -> None:
    """Leave one person in a group; the sum over the groups stays."""
    first, second = (node for node in value["dimensions"][0]["nodes"] if node["invited"])
    second["invited"] += first["invited"] - 1
    first["invited"] = 1
    value["comment_labels"] = dict.fromkeys(value["comment_labels"], ROOT)


def _by_site(value: dict[str, Any], people: int) -> None:
    """Divide so many people by a second dimension, with slots to match."""
    root = {"code": ROOT, "name": "Everyone", "parent": None, "invited": 0, "members": []}
    site = root | {"code": "c1", "name": "Leeds", "parent": ROOT, "invited": people}
    value["dimensions"].append({"key": "site", "name": "Site", "nodes": [root, site]})
    value["slots"] = json.loads(Manifest.parse(json.dumps(value)).canonical())["slots"]


def second_dimension(value: dict[str, Any]) -> None:
    """Divide the same people once more, which is honest."""
    _by_site(value, sum(node["invited"] for node in value["dimensions"][0]["nodes"]))


def more_people_by_site(value: dict[str, Any]) -> None:
    """Invent people, so that a group of one looks large in one dimension."""
    _by_site(value, 1 + sum(node["invited"] for node in value["dimensions"][0]["nodes"]))


def people_in_words(value: dict[str, Any]) -> None:
    """Write a number as a text, which compares like a number and adds up like a text."""
    node = next(node for node in value["dimensions"][0]["nodes"] if node["invited"])
    node["invited"] = str(node["invited"])


def another_question(value: dict[str, Any]) -> None:
    value["questions"][0]["text"] = "I would rather work elsewhere."


MANIFESTS = (
    exponent_three,
    short_modulus,
    odd_length,
    small_factor,
    no_key,
    another_wave,
    short_opening_key,
    opening_key_off_the_curve,
    one_slot_more,
    longer_slot,
    finer_comments,
    lonely_label,
    more_people_by_site,
    people_in_words,
    another_question,
)
