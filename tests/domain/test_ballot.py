import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.ballot import COMMENT_LENGTH, Value, letters, plain, shred
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import Invalid
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale, choices
from pulse.domain.shard_layout import layout
from pulse.domain.shard_reading import (
    Answer,
    Remark,
    Turnout,
    Unreadable,
    Vector,
    read_shard,
)
from pulse.domain.slots import Slot, SlotKind

TREE = Dimension(
    ORGANISATION,
    "Organisation",
    (
        Node(ROOT, "Acme", None, 0),
        Node("u1", "Sales", ROOT, 0),
        Node("u2", "North", "u1", 12),
        Node("u1.own", "Sales (office)", "u1", 8),
        Node("u3", "Küche “neu”", ROOT, 9),
        Node("u4", "Bar", ROOT, 8),
    ),
)
SITE = Dimension(
    "site",
    "Site",
    (Node(ROOT, "Everyone", None, 0), Node('c-"a"', '"A"', ROOT, 20), Node("c-b", "B", ROOT, 17)),
)
QUESTIONS = (
    Question("tools_1", "Tools?", Scale.LIKERT5, "tools"),
    Question("enps", "Recommend?", Scale.ZERO_TO_TEN, "enps"),
    Question("follow_up", "Action?", Scale.YES_NO, "follow_up"),
    Question("needs", "Anything?", Scale.OPEN, "needs"),
)
WAVE = Manifest(
    7, "May", "", QUESTIONS, (TREE, SITE), 5, 10, "tree-1", datetime(2026, 5, 1, tzinfo=UTC)
)
PLAN = layout(WAVE)


@dataclass(frozen=True)
class Person:
    labels: Mapping[str, str]
    answers: Mapping[str, Value]


def _answers(question: Question) -> st.SearchStrategy[Value]:
    if question.scale is Scale.OPEN:
        return st.none() | st.text(max_size=200)
    return st.none() | st.sampled_from([choice.value for choice in choices(question.scale)])


people = st.builds(
    Person,
    st.fixed_dictionaries(
        {item.key: st.sampled_from([node.code for node in item.labels]) for item in (TREE, SITE)}
    ),
    st.fixed_dictionaries({}, optional={item.code: _answers(item) for item in QUESTIONS}),
)


@given(people)
def test_what_is_shredded_is_read_back_and_nothing_more(person: Person) -> None:
    ballot = shred(WAVE, person.labels, person.answers)
    assert [shard.slot for shard in ballot.shards] == [slot.number for slot in PLAN.slots]
    for slot, shard in zip(PLAN.slots, ballot.shards, strict=True):
        assert read_shard(slot, PLAN, shard.body) == expected(slot, person)


def expected(slot: Slot, person: Person) -> object:
    if slot.kind is SlotKind.TURNOUT:
        return Turnout(person.labels)
    if slot.kind is SlotKind.ANSWER:
        assert slot.dimension
        assert slot.question
        return Answer(person.labels[slot.dimension], person.answers.get(slot.question))
    if slot.kind is SlotKind.VECTOR:
        return Vector({item.code: person.answers.get(item.code) for item in WAVE.scored})
    coarse = {"u2": "u1", "u1.own": "u1", "u3": ROOT, "u4": ROOT}
    return Remark(coarse[person.labels[ORGANISATION]], plain(person.answers.get("needs") or ""))


@given(people, people)
def test_length_says_nothing_about_the_answers(one: Person, other: Person) -> None:
    assert lengths(one) == lengths(other) == list(PLAN.lengths)


def lengths(person: Person) -> list[int]:
    return [len(shard.body) for shard in shred(WAVE, person.labels, person.answers).shards]


@pytest.mark.parametrize("letter", ["x", '"', "\\", "\n", "漢", "\U0001f600"])
def test_the_longest_comment_fits_in_every_alphabet(letter: str) -> None:
    text = "a" + letter * ((COMMENT_LENGTH - 2) // letters(letter)) + "z"
    labels = {ORGANISATION: "u1.own", "site": 'c-"a"'}
    last = shred(WAVE, labels, {"needs": text}).shards[-1]
    assert len(last.body) == PLAN.lengths[-1]
    assert read_shard(PLAN.slots[-1], PLAN, last.body) == Remark("u1", text)


def test_a_comment_that_is_too_long_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        shred(WAVE, {ORGANISATION: "u2", "site": "c-b"}, {"needs": "x" * (COMMENT_LENGTH + 1)})
    assert refused.value.field == "needs"


@pytest.mark.parametrize(
    ("labels", "answers"),
    [
        ({ORGANISATION: "u2"}, {}),
        ({ORGANISATION: "u2", "site": "c-b", "sex": "c-f"}, {}),
        ({ORGANISATION: "u1", "site": "c-b"}, {}),
        ({ORGANISATION: "u2", "site": "c-b"}, {"other": 1}),
        ({ORGANISATION: "u2", "site": "c-b"}, {"tools_1": 6}),
        ({ORGANISATION: "u2", "site": "c-b"}, {"tools_1": "5"}),
        ({ORGANISATION: "u2", "site": "c-b"}, {"follow_up": True}),
        ({ORGANISATION: "u2", "site": "c-b"}, {"needs": 5}),
    ],
)
def test_what_the_wave_does_not_ask_is_refused(
    labels: Mapping[str, str], answers: Mapping[str, Value]
) -> None:
    with pytest.raises(Invalid):
        shred(WAVE, labels, answers)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.sampled_from(PLAN.slots), st.binary(max_size=60) | anything.map(json.dumps))
def test_whatever_is_in_a_shard_reading_it_never_fails(slot: Slot, given_body: bytes | str) -> None:
    content = given_body if isinstance(given_body, bytes) else given_body.encode()
    body = content.ljust(PLAN.lengths[slot.number])[: PLAN.lengths[slot.number]]
    read_shard(slot, PLAN, body)


@pytest.mark.parametrize(
    ("slot", "content"),
    [
        (0, '{"organisation":"u1","site":"c-b"}'),
        (0, '{"organisation":"u2"}'),
        (0, '{"organisation":["u2"],"site":"c-b"}'),
        (0, "["),
        (1, '["u2",6]'),
        (1, '["u2",true]'),
        (1, '["u2",4.0]'),
        (1, '["u1",4]'),
        (1, '["u2"]'),
        (1, "[" * 15),
        (8, "[" * 6_000),
        (8, "1" * 6_000),
        (7, '{"tools_1":4,"enps":1}'),
        (7, '{"tools_1":4,"enps":1,"follow_up":9}'),
        (8, '["u2","a label that no comment carries"]'),
        (8, '["u1"," untidy "]'),
        (8, '["u1",5]'),
        (8, f'["u1","{"x" * (COMMENT_LENGTH + 1)}"]'),
    ],
)
def test_malformed_shards_are_unreadable(slot: int, content: str) -> None:
    body = content.encode().ljust(PLAN.lengths[slot])
    assert len(body) == PLAN.lengths[slot]
    assert read_shard(PLAN.slots[slot], PLAN, body) == Unreadable()


def test_a_shard_of_another_length_is_unreadable() -> None:
    assert read_shard(PLAN.slots[1], PLAN, b'["u2",4]') == Unreadable()


def test_comments_of_a_few_are_joined_by_the_smallest_group() -> None:
    tree = Dimension(
        ORGANISATION,
        "Organisation",
        (
            Node(ROOT, "Acme", None, 0),
            Node("a", "A", ROOT, 40),
            Node("b", "B", ROOT, 11),
            Node("c", "C", ROOT, 9),
        ),
    )
    wave = Manifest(1, "", "", QUESTIONS, (tree,), 5, 10, "", WAVE.closes_at)
    assert layout(wave).coarse == {"a": "a", "b": ROOT, "c": ROOT}


def test_comments_of_a_company_with_one_label_carry_the_root() -> None:
    tree = Dimension(ORGANISATION, "Organisation", (Node(ROOT, "Acme", None, 30),))
    wave = Manifest(1, "", "", QUESTIONS, (tree,), 5, 10, "", WAVE.closes_at)
    assert layout(wave).coarse == {ROOT: ROOT}
