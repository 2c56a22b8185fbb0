"""The manifest: one byte string for everyone, with everything in it that a browser must know."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import base64url
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import Invalid
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from tests.support import sealed_ballots

KEYS = """closes_at comment_floor comment_labels dimensions edge fewest_ballots floor introduction
issuer_key leaver_floor opening_key questions rule second_person slots title wave""".split()
TREE = Dimension(
    ORGANISATION,
    "Organisation",
    (
        Node(ROOT, "Acme", None, 0),
        Node("u2", "Küche “neu”", ROOT, 12, ("u2", "u7")),
        Node("u3", "Bar", ROOT, 8),
    ),
)
SITE = Dimension("site", "Site", (Node(ROOT, "All", None, 0), Node("c-1", "Leeds", ROOT, 20)))
QUESTIONS = (
    Question("tools_1", "Tools?", Scale.LIKERT5, "tools"),
    Question("heard", "Not heard?", Scale.YES_NO, "voice", reverse=True),
    Question("needs", "Anything?", Scale.OPEN, "needs"),
)
BARE = Manifest(
    7,
    "May",
    "How is work?",
    QUESTIONS,
    (TREE, SITE),
    5,
    10,
    "tree-1",
    datetime(2026, 5, 1, tzinfo=UTC),
)
WAVE = sealed_ballots.keys().on(BARE)


def test_every_key_of_the_protocol_is_there_and_no_other() -> None:
    told = json.loads(WAVE.canonical())
    assert sorted(told) == KEYS
    assert set(told["questions"][0]) == {"code", "driver", "reverse", "scale", "text"}
    assert set(told["dimensions"][0]) == {"key", "name", "nodes"}
    assert set(told["dimensions"][0]["nodes"][0]) == {
        "code",
        "invited",
        "members",
        "name",
        "parent",
    }
    assert told["comment_labels"] == {"u2": "all", "u3": "all"}
    assert len(base64url.decode(told["opening_key"], "opening_key")) == 65
    assert told["issuer_key"] == base64url.encode(base64url.decode(told["issuer_key"], "key"))


def test_the_slots_are_there_with_their_lengths() -> None:
    told = json.loads(WAVE.canonical())["slots"]
    assert [slot["number"] for slot in told] == list(range(7))
    assert [slot["kind"] for slot in told] == ["turnout", *["answer"] * 4, "vector", "comment"]
    assert all(set(slot) == {"dimension", "kind", "length", "number", "question"} for slot in told)
    assert [(slot["dimension"], slot["question"]) for slot in told[1:5]] == [
        ("organisation", "tools_1"),
        ("organisation", "heard"),
        ("site", "tools_1"),
        ("site", "heard"),
    ]
    longest = ('{"organisation":"all","site":"c-1",}', *['["all",null]'] * 4)
    vector = '{"tools_1":null,"heard":null,}'
    assert [slot["length"] for slot in told[:6]] == [len(text) for text in (*longest, vector)]


def test_the_bytes_are_canonical() -> None:
    """Sorted keys, no spaces, UTF-8 and no escapes that another writer would not make."""
    raw = WAVE.canonical()
    again = json.dumps(
        json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    assert raw == again
    assert "Küche “neu”".encode() in raw
    assert WAVE.sha256() == hashlib.sha256(raw).hexdigest() == WAVE.digest.hex()


def altered(value: Any) -> Iterator[Any]:
    """Give the value with each of its parts changed or left out, one at a time."""
    if isinstance(value, dict):
        for name, part in value.items():
            rest = {key: old for key, old in value.items() if key != name}
            yield from (rest, *(rest | {name: other} for other in altered(part)))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            before, after = value[:place], value[place + 1 :]
            yield from (before + after, *([*before, other, *after] for other in altered(part)))
    else:
        yield value + 1 if type(value) is int else [value]


def test_whatever_is_altered_has_another_fingerprint() -> None:
    whole = json.loads(WAVE.canonical())
    prints = {
        hashlib.sha256(
            json.dumps(other, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).hexdigest()
        for other in altered(whole)
    }
    assert len(prints) > 100
    assert WAVE.sha256() not in prints


@pytest.mark.parametrize(
    "changed",
    [
        {"wave": 8},
        {"title": "June"},
        {"introduction": ""},
        {"questions": QUESTIONS[:2]},
        {"questions": (replace(QUESTIONS[0], text="Tools!"), *QUESTIONS[1:])},
        {"questions": (replace(QUESTIONS[0], reverse=True), *QUESTIONS[1:])},
        {"dimensions": (TREE,)},
        {"dimensions": (replace(TREE, nodes=(*TREE.nodes[:2], Node("u3", "Bar", ROOT, 9))), SITE)},
        {"floor": 6},
        {"comment_floor": 11},
        {"fewest_ballots": 11},
        {"second_person": True},
        {"rule": "tree-2"},
        {"closes_at": BARE.closes_at + timedelta(seconds=1)},
        {"issuer_key": WAVE.opening_key},
        {"opening_key": WAVE.issuer_key},
    ],
)
def test_no_field_of_a_manifest_is_outside_its_fingerprint(changed: dict[str, object]) -> None:
    assert replace(WAVE, **changed).sha256() != WAVE.sha256()


_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_codes = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
_questions = st.builds(
    Question, _codes, _words, st.sampled_from(Scale), _words, reverse=st.booleans()
)
_nodes = st.builds(
    Node,
    _codes,
    _words,
    st.just(ROOT),
    st.integers(0, 10**6),
    st.lists(_words, max_size=3).map(tuple),
)
_dimensions = st.builds(
    Dimension,
    st.just(ORGANISATION),
    _words,
    st.lists(_nodes, max_size=4).map(lambda nodes: (Node(ROOT, "All", None, 5), *nodes)),
)
_moments = st.datetimes(
    timezones=st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
)
manifests = st.builds(
    Manifest,
    st.integers(1, 10**9),
    _words,
    _words,
    st.lists(_questions, max_size=4).map(tuple),
    st.tuples(_dimensions),
    st.integers(5, 50),
    st.integers(10, 50),
    _words,
    _moments,
    st.integers(10, 100),
    _words,
    _words,
)


@given(manifests)
def test_what_was_written_is_read_back_to_the_byte(manifest: Manifest) -> None:
    parsed = Manifest.parse(manifest.canonical())
    assert parsed == manifest
    assert parsed.canonical() == manifest.canonical()
    assert Manifest.parse(manifest.canonical().decode()).sha256() == manifest.sha256()
    assert parsed.slots == manifest.slots


@given(manifests, manifests)
def test_two_manifests_have_two_fingerprints(one: Manifest, other: Manifest) -> None:
    assert (one == other) == (one.sha256() == other.sha256())


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"7", b"\xff", b"{", '{"wave": 7}'])
def test_what_is_no_manifest_is_invalid(data: bytes | str) -> None:
    with pytest.raises(Invalid):
        Manifest.parse(data)
