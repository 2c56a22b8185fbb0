"""The count: turnout first, answers within it, on every core, and honest about what is damaged."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from secrets import token_bytes

import pytest
from sqlalchemy import delete, event, insert, update

from pulse.ballots import box, model, opening, tally
from pulse.ballots.tally import Comment, Opening, Tally, TurnoutCount
from pulse.db import box_reading, box_transaction, db
from pulse.domain.ballot import Value
from pulse.domain.errors import Conflict
from pulse.domain.joint import Joint
from pulse.domain.manifest import Manifest
from pulse.domain.sealing import Seal, public_key
from tests.support import sealed_ballots

KEYS = sealed_ballots.keys()


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


def drop_all(manifest: Manifest, people: Iterable[Person]) -> None:
    for person in people:
        token = KEYS.token(manifest)
        body = sealed_ballots.body(manifest, token, person.labels, person.answers)
        with box_transaction() as connection:
            box.drop(connection, body)


def put(manifest: Manifest, slot: int, body: bytes) -> None:
    """Put a sealed shard into the box behind its back."""
    seal = Seal(public_key(KEYS.opening))
    row = {"wave": manifest.wave, "id": token_bytes(16), "slot": slot}
    with box_transaction() as connection:
        sealed = seal.shard(manifest.wave, slot, body)
        connection.execute(insert(model.shard).values(**row, body=sealed))


def invited(manifest: Manifest) -> dict[str, dict[str, int]]:
    return {
        item.key: {node.code: node.invited for node in item.labels} for item in manifest.dimensions
    }


def turnout(manifest: Manifest, issued: Mapping[str, Mapping[str, int]]) -> TurnoutCount:
    with box_transaction() as connection:
        box.seal(connection, manifest.wave)
    with box_reading() as connection:
        return tally.turnout(Opening(connection, manifest, KEYS.opening), issued)


def counted(manifest: Manifest, issued: Mapping[str, Mapping[str, int]] | None = None) -> Tally:
    found = turnout(manifest, issued or invited(manifest))
    with box_reading() as connection:
        return tally.answers(Opening(connection, manifest, KEYS.opening), found)


def totals(manifest: Manifest, found: Tally, question: str) -> list[Counter[int | None]]:
    """Give the totals of a question as each dimension has them."""
    return [
        sum((Counter(marks) for marks in found.answers[item.key, question].values()), Counter())
        for item in manifest.dimensions
    ]


def assert_whole(manifest: Manifest, found: Tally) -> None:
    """Every question of every label has as many answers as ballots; all totals are the same."""
    for (dimension, _), labels in found.answers.items():
        sizes = {label: sum(marks.values()) for label, marks in labels.items()}
        assert sizes == found.turnout[dimension]
    for question in manifest.scored:
        first, second = totals(manifest, found, question.code)
        assert first == second
    assert {sum(labels.values()) for labels in found.turnout.values()} == {found.counted}


def test_the_tally_equals_a_count_by_hand(opened: Manifest) -> None:
    people = company(40)
    drop_all(opened, people)
    found = counted(opened)
    assert (found.ballots, found.unreadable, found.surplus, found.lost) == (40, 0, 0, 0)
    for dimension in opened.dimensions:
        for node in dimension.labels:
            mine = [item for item in people if item.labels[dimension.key] == node.code]
            assert found.turnout[dimension.key][node.code] == len(mine)
            for question in opened.scored:
                by_hand = Counter(item.answers[question.code] for item in mine)
                assert found.answers[dimension.key, question.code][node.code] == by_hand
    written = [
        Comment(opened.comment_labels[item.labels["organisation"]], str(item.answers["needs"]))
        for item in people
        if item.answers["needs"]
    ]
    assert sorted(found.comments["needs"], key=repr) == sorted(written, key=repr)
    assert_whole(opened, found)


def test_an_empty_box_is_counted(opened: Manifest) -> None:
    found = counted(opened)
    assert (found.ballots, found.counted, found.lost) == (0, 0, 0)
    assert found.turnout == {
        "organisation": {"u1": 0, "u2": 0},
        "site": {"c-a": 0, "c-b": 0},
    }
    assert found.answers["site", "enps"] == {"c-a": {}, "c-b": {}}
    assert found.comments == {"needs": ()}


def test_turnout_is_counted_without_opening_any_answer(opened: Manifest) -> None:
    drop_all(opened, company(12))
    with SlotsRead() as read:
        found = turnout(opened, invited(opened))
    assert found.counted == 12
    assert set(read) == {0}


class SlotsRead:
    """Looks on at which slots are read from the box."""

    def __enter__(self) -> list[int]:
        self.read: list[int] = []
        self.engine = db.engines["box"]
        event.listen(self.engine, "before_cursor_execute", self.look)
        return self.read

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self.look)

    def look(self, *event_values) -> None:
        _, _, statement, parameters, _, _ = event_values
        if "shard.body" in statement:
            assert "shard.slot =" in statement
            values = parameters.values() if isinstance(parameters, dict) else parameters
            self.read += [value for value in values if value != 7]


def test_shards_that_cannot_be_read_are_no_answer(opened: Manifest) -> None:
    drop_all(opened, company(3))
    with box_transaction() as connection:
        spoilt = update(model.shard).where(model.shard.c.slot == 1)
        connection.execute(spoilt.values(body=b"x" * 95))
    found = counted(opened)
    assert (found.ballots, found.counted, found.unreadable, found.lost) == (3, 3, 3, 3)
    assert [total[None] for total in totals(opened, found, "tools_1")] == [3, 3]
    assert_whole(opened, found)


def test_shards_that_are_missing_or_in_no_slot_are_unreadable(opened: Manifest) -> None:
    drop_all(opened, company(5))
    with box_transaction() as connection:
        connection.execute(delete(model.shard).where(model.shard.c.slot == 2))
        connection.execute(
            insert(model.shard),
            [{"wave": 7, "id": token_bytes(16), "slot": slot, "body": b"x"} for slot in (99, -1)],
        )
    found = counted(opened)
    assert (found.unreadable, found.lost) == (5 + 2, 5)
    assert_whole(opened, found)


def test_a_label_that_does_not_exist_is_no_answer(opened: Manifest) -> None:
    people = company(4)
    drop_all(opened, people)
    with box_transaction() as connection:
        connection.execute(delete(model.shard).where(model.shard.c.slot == 1))
    plan = opened.slots[1]
    for label in ("u1", "u2", "u3", "c-a"):
        put(opened, 1, f'["{label}",4]'.encode().ljust(plan.length))
    found = counted(opened)
    assert found.unreadable == 2
    assert_whole(opened, found)


def test_a_shard_of_another_slot_is_unreadable_there(opened: Manifest) -> None:
    drop_all(opened, company(4))
    with box_transaction() as connection:
        moved = update(model.shard).where(model.shard.c.slot == 2).values(slot=4)
        connection.execute(delete(model.shard).where(model.shard.c.slot == 4))
        connection.execute(moved)
    found = counted(opened)
    assert found.unreadable == 4 + 4
    assert_whole(opened, found)


def test_a_label_with_more_ballots_than_tokens_loses_some_at_random(opened: Manifest) -> None:
    liar = Person({"organisation": "u2", "site": "c-a"}, {"tools_1": 1, "enps": 0})
    honest = Person({"organisation": "u2", "site": "c-b"}, {"tools_1": 5, "enps": 10})
    drop_all(opened, [*[liar] * 4, *[honest] * 6])
    issued = {"organisation": {"u1": 9, "u2": 8}, "site": {"c-a": 9, "c-b": 9}}
    kept = set()
    for _ in range(30):
        found = counted(opened, issued)
        assert (found.ballots, found.counted, found.surplus) == (10, 8, 2)
        assert found.turnout["organisation"] == {"u1": 0, "u2": 8}
        assert_whole(opened, found)
        kept.add(found.answers["organisation", "tools_1"]["u2"].get(1, 0))
    assert len(kept) > 1


def test_tokens_of_a_dimension_that_was_never_issued_give_no_ballot(opened: Manifest) -> None:
    drop_all(opened, company(3))
    found = counted(opened, {"organisation": {"u1": 9, "u2": 9}})
    assert (found.counted, found.surplus) == (0, 3)


def test_a_ballot_that_contradicts_itself_is_seen(opened: Manifest) -> None:
    """Somebody who votes under one label and answers under another moves nobody's figures."""
    drop_all(opened, [Person({"organisation": "u1", "site": "c-a"}, {"tools_1": 5})] * 6)
    with box_transaction() as connection:
        ids = connection.scalars(
            model.shard.select().where(model.shard.c.slot == 1).with_only_columns(model.shard.c.id)
        ).all()
        connection.execute(delete(model.shard).where(model.shard.c.id == ids[0]))
    put(opened, 1, b'["u2",1]'.ljust(opened.slots[1].length))
    found = counted(opened)
    assert (found.unreadable, found.surplus, found.lost) == (0, 0, 1)
    assert found.answers["organisation", "tools_1"] == {"u1": {5: 5, None: 1}, "u2": {}}
    assert_whole(opened, found)


def test_turnout_put_into_the_box_without_a_token_is_dropped(opened: Manifest) -> None:
    drop_all(opened, company(8))
    forged = b'{"organisation":"u1","site":"c-a"}'.ljust(opened.slots[0].length)
    for _ in range(3):
        put(opened, 0, forged)
    found = counted(opened)
    assert (found.ballots, found.counted, found.surplus) == (8, 8, 3)
    assert_whole(opened, found)


def test_no_more_comments_are_kept_than_ballots(opened: Manifest) -> None:
    drop_all(opened, company(4))
    plan = opened.slots[-1]
    for number in range(20):
        put(opened, plan.number, f'["u1","forged {number}"]'.encode().ljust(plan.length))
    found = counted(opened)
    mine = [comment for comment in found.comments["needs"] if comment.label == "u1"]
    assert (found.unreadable, len(mine)) == (0, found.turnout["organisation"]["u1"])


def test_an_open_box_and_a_destroyed_one_are_not_counted(opened: Manifest) -> None:
    with box_transaction() as connection:
        sealed = Opening(connection, opened, KEYS.opening)
        nobody = TurnoutCount(0, invited(opened), Joint((), {}), 0, 0)
        for step in (lambda: tally.turnout(sealed, {}), lambda: tally.answers(sealed, nobody)):
            with pytest.raises(Conflict):
                step()
        box.seal(connection, opened.wave)
        box.destroy(connection, opened.wave)
        for step in (lambda: tally.turnout(sealed, {}), lambda: tally.answers(sealed, nobody)):
            with pytest.raises(Conflict):
                step()


def test_other_waves_are_not_counted(opened: Manifest) -> None:
    drop_all(opened, company(3))
    other = replace(opened, wave=8)
    with box_transaction() as connection:
        box.open_for(connection, other)
    drop_all(other, company(2))
    assert counted(opened).ballots == 3
    assert counted(other).ballots == 2


def test_a_large_box_is_counted_by_several_processes(opened: Manifest) -> None:
    people = company(12)
    drop_all(opened, people)
    rubbish = [
        {"wave": 7, "id": token_bytes(16), "slot": 1, "body": token_bytes(95)}
        for _ in range(opening.FEW)
    ]
    with box_transaction() as connection:
        connection.execute(insert(model.shard), rubbish)
    found = counted(opened)
    assert (found.counted, found.unreadable) == (12, opening.FEW)
    by_hand = Counter(item.answers["enps"] for item in people)
    assert totals(opened, found, "enps") == [by_hand, by_hand]
