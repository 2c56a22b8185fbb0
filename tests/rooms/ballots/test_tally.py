from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from secrets import token_bytes

import pytest
from sqlalchemy import update

from pulse.ballots import box, model, tally
from pulse.ballots.tally import Comment, Tally
from pulse.db import box_transaction
from pulse.domain import token as tokens
from pulse.domain.ballot import Value, shred
from pulse.domain.errors import Conflict
from pulse.domain.manifest import Manifest


@dataclass(frozen=True)
class Person:
    labels: Mapping[str, str]
    answers: Mapping[str, Value]


def company(size: int) -> list[Person]:
    random = Random(5)
    return [
        Person(
            {
                "organisation": random.choice(("u1", "u2")),
                "site": random.choice(("c-a", "c-b")),
            },
            {
                "tools_1": random.choice((None, 1, 2, 3, 4, 5)),
                "enps": random.choice((None, *range(11))),
                "needs": random.choice((None, "", f"A new door {number}")),
            },
        )
        for number in range(size)
    ]


def drop_all(manifest: Manifest, signing_key: bytes, people: list[Person]) -> None:
    for person in people:
        with box_transaction() as connection:
            token = tokens.sign(signing_key, manifest.wave, token_bytes(32))
            box.drop(connection, token, shred(manifest, person.labels, person.answers))


def counted(manifest: Manifest) -> Tally:
    with box_transaction() as connection:
        box.seal(connection, manifest.wave)
        return tally.count(connection, manifest)


def test_the_tally_equals_a_count_by_hand(opened: Manifest, signing_key: bytes) -> None:
    people = company(40)
    drop_all(opened, signing_key, people)
    found = counted(opened)
    assert (found.ballots, found.unreadable, found.surplus) == (40, 0, 0)
    for dimension in opened.dimensions:
        for node in dimension.labels:
            mine = [item for item in people if item.labels[dimension.key] == node.code]
            assert found.turnout[dimension.key][node.code] == len(mine)
            for question in opened.scored:
                by_hand = Counter(item.answers[question.code] for item in mine)
                assert found.answers[dimension.key, question.code][node.code] == by_hand
    written = [
        Comment(item.labels["organisation"], str(item.answers["needs"]))
        for item in people
        if item.answers["needs"]
    ]
    assert sorted(found.comments["needs"], key=repr) == sorted(written, key=repr)


def test_an_empty_box_is_counted(opened: Manifest) -> None:
    found = counted(opened)
    assert found.ballots == 0
    assert found.turnout == {
        "organisation": {"u1": 0, "u2": 0},
        "site": {"c-a": 0, "c-b": 0},
    }
    assert found.answers["site", "enps"] == {"c-a": {}, "c-b": {}}
    assert found.comments == {"needs": ()}


def test_shards_that_cannot_be_read_are_counted_as_such(
    opened: Manifest, signing_key: bytes
) -> None:
    drop_all(opened, signing_key, company(3))
    with box_transaction() as connection:
        connection.execute(
            update(model.shard).where(model.shard.c.slot == 1).values(body=b"x" * 14)
        )
    found = counted(opened)
    assert (found.ballots, found.unreadable) == (3, 3)
    assert sum(found.turnout["organisation"].values()) == 3
    assert found.answers["organisation", "tools_1"] == {"u1": {}, "u2": {}}


def test_a_label_with_more_ballots_than_people_is_told(
    opened: Manifest, signing_key: bytes
) -> None:
    liar = Person({"organisation": "u2", "site": "c-a"}, {})
    drop_all(opened, signing_key, [liar] * 42)
    assert counted(opened).surplus == 2


def test_an_open_box_and_a_destroyed_one_are_not_counted(
    opened: Manifest, signing_key: bytes
) -> None:
    with box_transaction() as connection:
        with pytest.raises(Conflict):
            tally.count(connection, opened)
        box.seal(connection, opened.wave)
        box.destroy(connection, opened.wave)
        with pytest.raises(Conflict):
            tally.count(connection, opened)


def test_other_waves_are_not_counted(opened: Manifest, signing_key: bytes) -> None:
    drop_all(opened, signing_key, company(3))
    other = replace(opened, wave=8)
    with box_transaction() as connection:
        box.open_for(connection, other, tokens.verify_key(signing_key))
    drop_all(other, signing_key, company(2))
    assert counted(opened).ballots == 3
    assert counted(other).ballots == 2
