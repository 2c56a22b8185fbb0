"""How the thief reads a log: at which places it tells of whom, and of what lies in the box.

A log may hold bytes as they are, as Python writes them, in hexadecimal digits or in base64; and it
may hold a token whose digest alone is in the box, as the published protocol says.
"""

import ast
import base64
import hashlib
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.attack.loot import Row

_LITERAL = re.compile(rb"""b'(?:[^'\\\n]|\\.)*'|b"(?:[^"\\\n]|\\.)*\"""")
_WORD = re.compile(rb"[\w-]{10,}")
_LONG = re.compile(rb"[\w+/-]{16,}")
_HEAD, _SHORTEST, _TOKEN_BYTES = 16, 12, 112


@dataclass(frozen=True, slots=True)
class Spoor:
    """What one log tells: all words with their places, first and last, and all bytes."""

    first: dict[bytes, int] = field(default_factory=dict)
    last: dict[bytes, int] = field(default_factory=dict)
    heads: dict[bytes, int] = field(default_factory=dict)
    digests: dict[bytes, int] = field(default_factory=dict)
    blob: bytearray = field(default_factory=bytearray)
    starts: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


def read(content: bytes) -> Spoor:
    """Read a log once."""
    spoor = Spoor()
    for word in _WORD.finditer(content):
        spoor.first.setdefault(word[0], word.start())
        spoor.last[word[0]] = word.start()
    for word in _LONG.finditer(content):
        spoor.heads.setdefault(word[0][:_HEAD], word.start())
    for place, value in _literals(content):
        spoor.starts.append(len(spoor.blob))
        spoor.places.append(place)
        spoor.blob.extend(value + b"\n")
        spoor.digests.setdefault(hashlib.sha256(value[:_TOKEN_BYTES]).digest(), place)
    return spoor


def people(spoor: Spoor, known: Mapping[int, set[bytes]]) -> dict[str, list[tuple[int, int]]]:
    """Give places and people in order, by their first mention and by their last."""
    holders = Counter(value for values in known.values() for value in values)
    found: dict[str, list[tuple[int, int]]] = {}
    for name, words in (("first", spoor.first), ("last", spoor.last)):
        choose = min if name == "first" else max
        mentions = []
        for person, values in known.items():
            own = [value for value in values if holders[value] == 1]
            places = [words[value] for value in own if value in words]
            if places:
                mentions.append((choose(places), person))
        found[name] = sorted(mentions)
    return found


def rows(spoor: Spoor, given: Sequence[Row], kept: set[int]) -> list[tuple[int, int]]:
    """Give places and numbers of rows in order; what the log does not tell of stays away."""
    found = []
    for number in kept:
        places = [place for value in given[number].values() for place in _places(spoor, value)]
        if places:
            found.append((min(places), number))
    return sorted(found)


def _places(spoor: Spoor, value: object) -> Iterator[int]:
    if not isinstance(value, bytes | memoryview) or len(value) < _SHORTEST:
        return
    content = bytes(value)
    if content in spoor.digests:
        yield spoor.digests[content]
    at = spoor.blob.find(content[:_SHORTEST])
    if at >= 0:
        yield spoor.places[bisect_right(spoor.starts, at) - 1]
    for form in (content.hex().encode(), base64.b64encode(content), _url(content)):
        if form[:_HEAD] in spoor.heads:
            yield spoor.heads[form[:_HEAD]]


def _url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content)


def _literals(content: bytes) -> Iterator[tuple[int, bytes]]:
    for found in _LITERAL.finditer(content):
        try:
            value = ast.literal_eval(found[0].decode("ascii"))
        except (ValueError, SyntaxError):
            continue
        if len(value) >= _SHORTEST:
            yield found.start(), value
