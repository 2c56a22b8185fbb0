import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from secrets import token_bytes

import pytest
from flask import Flask
from sqlalchemy import func, select

from pulse.ballots import box, model
from pulse.ballots.box import BoxState
from pulse.db import box_transaction
from pulse.domain import token as tokens
from pulse.domain.ballot import Ballot, Shard, Value, shred
from pulse.domain.errors import Conflict, Invalid, NotFound, PulseError, TokenSpent, WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.token import Token

LABELS = {"organisation": "u1", "site": "c-a"}
SLOTS = 7


def ballot_of(manifest: Manifest, **answers: Value) -> Ballot:
    return shred(manifest, LABELS, answers)


def new_token(signing_key: bytes, wave: int = 7) -> Token:
    return tokens.sign(signing_key, wave, token_bytes(32))


def drop(token: Token, ballot: Ballot) -> None:
    with box_transaction() as connection:
        box.drop(connection, token, ballot)


def rows() -> tuple[int, int]:
    """How many shards and spent tokens there are."""
    with box_transaction() as connection:
        counted = [
            connection.scalar(select(func.count()).select_from(table))
            for table in (model.shard, model.spent)
        ]
    return counted[0] or 0, counted[1] or 0


def seal() -> None:
    with box_transaction() as connection:
        box.seal(connection, 7)


def at_once(app: Flask, number: int, work: Callable[[int], None]) -> list[type[PulseError] | None]:
    """Do the same thing in many threads that start together; give the error of each."""
    barrier = threading.Barrier(number)

    def attempt(index: int) -> type[PulseError] | None:
        with app.app_context():
            barrier.wait(timeout=30)
            try:
                work(index)
            except PulseError as error:
                return type(error)
            return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_a_ballot_leaves_one_shard_in_each_slot(opened: Manifest, signing_key: bytes) -> None:
    drop(new_token(signing_key), ballot_of(opened, tools_1=4, needs="a printer"))
    assert rows() == (SLOTS, 1)
    with box_transaction() as connection:
        found = connection.scalars(select(model.shard.c.slot))
        assert sorted(found) == list(range(SLOTS))


def test_twenty_parallel_drops_of_one_token_give_one_ballot(
    app: Flask, opened: Manifest, signing_key: bytes
) -> None:
    token, ballot = new_token(signing_key), ballot_of(opened, enps=9)
    ended = at_once(app, 20, lambda _: drop(token, ballot))
    assert sorted(map(str, ended)) == sorted([str(None), *[str(TokenSpent)] * 19])
    assert rows() == (SLOTS, 1)


def test_thirty_two_ballots_at_once_all_arrive(
    app: Flask, opened: Manifest, signing_key: bytes
) -> None:
    ballot = ballot_of(opened, enps=9)
    given = [new_token(signing_key) for _ in range(32)]
    ended = at_once(app, 32, lambda index: drop(given[index], ballot))
    assert ended == [None] * 32
    assert rows() == (32 * SLOTS, 32)


def test_no_ballot_crosses_a_seal(app: Flask, opened: Manifest, signing_key: bytes) -> None:
    ballot = ballot_of(opened, enps=9)
    seen: list[tuple[int, int]] = []

    def work(index: int) -> None:
        if index == 8:
            seal()
            seen.append(rows())
        else:
            drop(new_token(signing_key), ballot)

    ended = at_once(app, 16, work)
    accepted = ended.count(None) - 1
    assert set(ended) <= {None, WaveNotOpen}
    assert seen == [(accepted * SLOTS, accepted)]


def test_a_spent_token_leaves_nothing_behind(opened: Manifest, signing_key: bytes) -> None:
    token = new_token(signing_key)
    drop(token, ballot_of(opened, enps=9))
    with pytest.raises(TokenSpent):
        drop(token, ballot_of(opened, enps=1))
    assert rows() == (SLOTS, 1)


def test_foreign_tokens_are_refused(opened: Manifest, signing_key: bytes) -> None:
    good = new_token(signing_key)
    forged = (
        new_token(bytes(32)),
        new_token(signing_key, wave=8),
        Token(good.message[:-1], good.signature),
        Token(good.message, good.signature[:-1]),
        replace(good, message=good.message[:-1] + b"\0"),
    )
    for token in forged:
        with pytest.raises(Invalid):
            drop(token, ballot_of(opened))
    assert rows() == (0, 0)


def test_ballots_with_anything_but_one_shard_for_each_slot_are_refused(
    opened: Manifest, signing_key: bytes
) -> None:
    shards = ballot_of(opened).shards
    wrong = (
        shards[:-1],
        (*shards, shards[1]),
        (*shards[:-1], shards[1]),
        (Shard(0, shards[0].body + b" "), *shards[1:]),
        (Shard(1, shards[0].body), *shards[1:]),
        (),
    )
    for attempt in wrong:
        with pytest.raises(Invalid):
            drop(new_token(signing_key), Ballot(opened.wave, attempt))
    assert rows() == (0, 0)


def test_a_sealed_box_takes_nothing(opened: Manifest, signing_key: bytes) -> None:
    seal()
    seal()
    with pytest.raises(WaveNotOpen):
        drop(new_token(signing_key), ballot_of(opened))


def test_a_box_that_never_opened_takes_nothing(
    app: Flask, manifest: Manifest, signing_key: bytes
) -> None:
    with pytest.raises(WaveNotOpen):
        drop(new_token(signing_key), ballot_of(manifest))
    with pytest.raises(NotFound):
        seal()
    with box_transaction() as connection:
        assert box.state(connection, 7) is None
        with pytest.raises(NotFound):
            box.destroy(connection, 7)


def test_opening_again_changes_nothing_and_never_swaps_manifest_or_key(
    opened: Manifest, signing_key: bytes
) -> None:
    key = tokens.verify_key(signing_key)
    other = replace(opened, floor=6)
    with box_transaction() as connection:
        box.open_for(connection, opened, key)
        for manifest, verify_key in ((other, key), (opened, bytes(32))):
            with pytest.raises(Conflict):
                box.open_for(connection, manifest, verify_key)
        assert box.state(connection, 7) is BoxState.OPEN


def test_a_sealed_box_is_not_opened_again(opened: Manifest, signing_key: bytes) -> None:
    seal()
    with box_transaction() as connection:
        box.open_for(connection, opened, tokens.verify_key(signing_key))
        assert box.state(connection, 7) is BoxState.SEALED


def test_two_workers_open_one_box(app: Flask, manifest: Manifest, signing_key: bytes) -> None:
    key = tokens.verify_key(signing_key)

    def work(index: int) -> None:
        with box_transaction() as connection:
            box.open_for(connection, manifest, key)

    assert at_once(app, 8, work) == [None] * 8


def test_destroying_leaves_no_ballot(opened: Manifest, signing_key: bytes) -> None:
    drop(new_token(signing_key), ballot_of(opened))
    with box_transaction() as connection, pytest.raises(Conflict):
        box.destroy(connection, 7)
    seal()
    with box_transaction() as connection:
        box.destroy(connection, 7)
        box.destroy(connection, 7)
        assert box.state(connection, 7) is BoxState.DESTROYED
    assert rows() == (0, 0)
    seal()
    with pytest.raises(WaveNotOpen):
        drop(new_token(signing_key), ballot_of(opened))
