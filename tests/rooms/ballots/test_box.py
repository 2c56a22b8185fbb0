import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from os import urandom

import pytest
from flask import Flask
from sqlalchemy import func, select

from pulse.ballots import box, model
from pulse.ballots.box import BoxState
from pulse.db import box_transaction
from pulse.domain import blind_rsa, wire
from pulse.domain import token as tokens
from pulse.domain.ballot import Ballot, Value
from pulse.domain.errors import Conflict, Invalid, NotFound, PulseError, TokenSpent, WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.domain.token import Token
from tests.support import sealed_ballots
from tests.support.sealed_ballots import WaveKeys

LABELS = {"organisation": "u1", "site": "c-a"}
SLOTS = 7
HEAD = tokens.PREPARED_BYTES + tokens.SIGNATURE_BYTES


def body_of(manifest: Manifest, token: Token, **answers: Value) -> bytes:
    return sealed_ballots.body(manifest, token, LABELS, answers)


@pytest.fixture
def body(manifest: Manifest, keys: WaveKeys) -> bytes:
    """One whole ballot on its way to the box."""
    return body_of(manifest, keys.token(manifest), tools_1=4, enps=9)


def signed_by_another(manifest: Manifest) -> Token:
    """A token with the right message, signed with a key that somebody made themselves."""
    private = blind_rsa.new_key()
    public = blind_rsa.public_key(private)
    prepared = tokens.prepare(manifest.wave, manifest.digest, urandom(64))
    blinded = blind_rsa.blind(public, prepared, urandom)
    signature = blind_rsa.sign(private, blinded.value)
    return Token(prepared, blind_rsa.finalize(public, prepared, signature, blinded.inverse))


def drop(body: bytes) -> None:
    with box_transaction() as connection:
        box.drop(connection, body)


def holds(receipt: bytes) -> bool:
    with box_transaction() as connection:
        return box.holds(connection, 7, receipt)


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
            barrier.wait(timeout=60)
            try:
                work(index)
            except PulseError as error:
                return type(error)
            return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(attempt, range(number)))


def test_a_ballot_leaves_one_shard_in_each_slot(opened: Manifest, body: bytes) -> None:
    drop(body)
    assert rows() == (SLOTS, 1)
    with box_transaction() as connection:
        found = connection.execute(select(model.shard.c.slot, model.shard.c.body)).all()
    start, kept = HEAD, {row.slot: bytes(row.body) for row in found}
    assert sorted(kept) == list(range(SLOTS))
    for slot in opened.slots:
        assert kept[slot.number] == body[start : start + slot.length + 81]
        start += slot.length + 81


def test_fifty_parallel_drops_of_one_token_give_one_ballot(
    app: Flask, opened: Manifest, keys: WaveKeys
) -> None:
    token = keys.token(opened)
    bodies = [body_of(opened, token, enps=number % 11) for number in range(50)]
    ended = at_once(app, 50, lambda index: drop(bodies[index]))
    assert sorted(map(str, ended)) == sorted([str(None), *[str(TokenSpent)] * 49])
    assert rows() == (SLOTS, 1)


def test_thirty_two_ballots_at_once_all_arrive(
    app: Flask, opened: Manifest, keys: WaveKeys
) -> None:
    bodies = [body_of(opened, keys.token(opened)) for _ in range(32)]
    ended = at_once(app, 32, lambda index: drop(bodies[index]))
    assert ended == [None] * 32
    assert rows() == (32 * SLOTS, 32)


def test_a_seal_waits_for_the_ballot_that_is_being_dropped(
    app: Flask, opened: Manifest, body: bytes
) -> None:
    """Two threads, each holding still where the other must not get past it."""
    dropped, seen = threading.Event(), []

    def close() -> None:
        with app.app_context(), box_transaction() as connection:
            dropped.wait(timeout=30)
            box.seal(connection, 7)
            seen.append(connection.scalar(select(func.count()).select_from(model.spent)))

    sealing = threading.Thread(target=close)
    with box_transaction() as connection:
        box.drop(connection, body)
        sealing.start()
        dropped.set()
        sealing.join(timeout=1)
    sealing.join(timeout=30)
    assert seen == [1]


def test_no_ballot_crosses_a_seal(app: Flask, opened: Manifest, keys: WaveKeys) -> None:
    bodies = [body_of(opened, keys.token(opened)) for _ in range(16)]
    seen: list[tuple[int, int]] = []

    def work(index: int) -> None:
        if index == 8:
            seal()
            seen.append(rows())
        else:
            drop(bodies[index])

    ended = at_once(app, 16, work)
    accepted = ended.count(None) - 1
    assert set(ended) <= {None, WaveNotOpen}
    assert seen == [(accepted * SLOTS, accepted)]


def test_a_spent_token_leaves_nothing_behind(opened: Manifest, keys: WaveKeys) -> None:
    token = keys.token(opened)
    drop(body_of(opened, token, enps=9))
    for again in (9, 1):
        with pytest.raises(TokenSpent):
            drop(body_of(opened, token, enps=again))
    assert rows() == (SLOTS, 1)


def test_foreign_tokens_are_refused(opened: Manifest, keys: WaveKeys) -> None:
    genuine = keys.token(opened)
    other_manifest = replace(opened, title="June")
    foreign = (
        signed_by_another(opened),
        keys.token(other_manifest),
        replace(genuine, signature=bytes(256)),
        replace(genuine, signature=keys.token(opened).signature),
        replace(genuine, prepared=genuine.prepared[:-1] + b"\0"),
    )
    for token in foreign:
        with pytest.raises(Invalid):
            drop(body_of(opened, token))
    assert rows() == (0, 0)


def test_a_token_of_another_wave_opens_no_box(opened: Manifest, keys: WaveKeys) -> None:
    """Neither this one, nor that other one's with shards sealed for this one."""
    other = replace(opened, wave=8)
    theirs = keys.token(other)
    with pytest.raises(WaveNotOpen):
        drop(body_of(opened, theirs))
    with box_transaction() as connection:
        box.open_for(connection, other)
    mine = keys.token(opened)
    forged = Token(mine.prepared.replace(opened.digest, other.digest), theirs.signature)
    with pytest.raises(Invalid):
        drop(body_of(opened, forged))
    assert rows() == (0, 0)


@pytest.mark.parametrize("cut", [1, 81, 113])
def test_bodies_of_any_other_length_are_refused(opened: Manifest, body: bytes, cut: int) -> None:
    """With one shard more or less there is no place for it, whatever else is right."""
    for wrong in (body[:-cut], body + bytes(cut), body[:HEAD], body[: HEAD - 1], b"", bytes(cut)):
        with pytest.raises(Invalid):
            drop(wrong)
    assert rows() == (0, 0)


def test_a_slot_filled_twice_in_place_of_another_is_refused(
    opened: Manifest, keys: WaveKeys
) -> None:
    """The lengths of slots differ, so a body with one shard twice has another length."""
    token = keys.token(opened)
    whole = body_of(opened, token)
    _, ballot = wire.decode(whole, 7, [slot.length + 81 for slot in opened.slots])
    twice = (*ballot.shards[:-1], replace(ballot.shards[1], slot=SLOTS - 1))
    with pytest.raises(Invalid):
        drop(wire.encode(token, Ballot(7, twice)))
    assert rows() == (0, 0)


def test_no_byte_of_a_token_may_change(opened: Manifest, body: bytes) -> None:
    """Each of its 368 bytes, one after the other."""
    for place in range(HEAD):
        changed = bytearray(body)
        changed[place] ^= 1
        with pytest.raises((Invalid, WaveNotOpen)):
            drop(bytes(changed))
    assert rows() == (0, 0)


def test_waves_that_no_column_can_hold_are_no_ballots(opened: Manifest, body: bytes) -> None:
    for wave in (2**31, 2**63, 2**64 - 1):
        with pytest.raises(Invalid):
            drop(body[:40] + wave.to_bytes(8) + body[48:])


def test_a_receipt_is_found_while_the_wave_is_open(opened: Manifest, keys: WaveKeys) -> None:
    token = keys.token(opened)
    assert not holds(token.receipt)
    drop(body_of(opened, token))
    assert holds(token.receipt)
    assert not holds(keys.token(opened).receipt)
    assert not holds(b"")
    seal()
    with pytest.raises(WaveNotOpen):
        holds(token.receipt)


def test_there_is_no_receipt_from_a_wave_that_never_opened(app: Flask) -> None:
    with pytest.raises(WaveNotOpen):
        holds(bytes(32))


def test_a_sealed_box_takes_nothing(opened: Manifest, body: bytes) -> None:
    seal()
    seal()
    with pytest.raises(WaveNotOpen):
        drop(body)


def test_a_box_that_never_opened_takes_nothing(app: Flask, body: bytes) -> None:
    with pytest.raises(WaveNotOpen):
        drop(body)
    with pytest.raises(NotFound):
        seal()
    with box_transaction() as connection:
        assert box.state(connection, 7) is None
        with pytest.raises(NotFound):
            box.destroy(connection, 7)


def test_opening_again_changes_nothing_and_never_swaps_manifest_or_key(opened: Manifest) -> None:
    others = (replace(opened, floor=6), WaveKeys().on(opened))
    with box_transaction() as connection:
        box.open_for(connection, opened)
        for manifest in others:
            with pytest.raises(Conflict):
                box.open_for(connection, manifest)
        assert box.state(connection, 7) is BoxState.OPEN


def test_a_sealed_box_is_not_opened_again(opened: Manifest) -> None:
    seal()
    with box_transaction() as connection:
        box.open_for(connection, opened)
        assert box.state(connection, 7) is BoxState.SEALED


def test_two_workers_open_one_box(app: Flask, manifest: Manifest) -> None:
    def work(index: int) -> None:
        with box_transaction() as connection:
            box.open_for(connection, manifest)

    assert at_once(app, 8, work) == [None] * 8


def test_destroying_leaves_no_ballot(opened: Manifest, keys: WaveKeys, body: bytes) -> None:
    drop(body)
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
        drop(body)
