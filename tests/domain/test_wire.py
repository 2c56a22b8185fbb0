"""A ballot on the wire: one shard for each slot, because there is no place for another."""

from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import sealing, wire
from pulse.domain.ballot import Ballot, Shard
from pulse.domain.errors import Invalid
from pulse.domain.sealing import Opener, Seal
from pulse.domain.token import Token

HEAD = 112 + 256
LENGTHS = st.lists(st.integers(min_value=1, max_value=200), min_size=1, max_size=30)
TOKEN = Token(urandom(112), urandom(256))


def ballot_of(lengths: list[int], wave: int = 7) -> Ballot:
    return Ballot(wave, tuple(Shard(slot, urandom(size)) for slot, size in enumerate(lengths)))


@given(LENGTHS, st.randoms())
def test_what_is_written_is_read_in_whatever_order_the_shards_were(lengths, random):
    ballot = ballot_of(lengths)
    mixed = list(ballot.shards)
    random.shuffle(mixed)
    body = wire.encode(TOKEN, Ballot(7, tuple(mixed)))
    assert len(body) == HEAD + sum(lengths)
    assert wire.decode(body, 7, lengths) == (TOKEN, ballot)


@given(LENGTHS, st.integers(min_value=-500, max_value=500).filter(bool))
def test_a_body_of_any_other_length_is_refused(lengths, change):
    body = wire.encode(TOKEN, ballot_of(lengths))
    wrong = body[:change] if change < 0 else body + bytes(change)
    with pytest.raises(Invalid):
        wire.decode(wrong, 7, lengths)


@given(LENGTHS)
def test_every_slot_has_exactly_one_shard(lengths):
    _, found = wire.decode(urandom(HEAD + sum(lengths)), 7, lengths)
    assert [shard.slot for shard in found.shards] == list(range(len(lengths)))
    assert [len(shard.body) for shard in found.shards] == lengths


def test_each_changed_byte_of_a_shard_makes_exactly_that_one_unreadable():
    private = sealing.new_key()
    seal, opener = Seal(sealing.public_key(private)), Opener(private)
    plain = (b'{"site":"a"} ', b'["u1",4]', b'["",""]   ')
    lengths = [len(part) + sealing.OVERHEAD for part in plain]
    ballot = seal.ballot(Ballot(7, tuple(Shard(slot, part) for slot, part in enumerate(plain))))
    body = wire.encode(TOKEN, ballot)
    hit = [slot for slot, size in enumerate(lengths) for _ in range(size)]
    for place, slot in enumerate(hit, start=HEAD):
        changed = bytearray(body)
        changed[place] ^= 1
        _, found = wire.decode(bytes(changed), 7, lengths)
        opened = [opener.open(7, shard.slot, shard.body) for shard in found.shards]
        assert opened == [None if at == slot else part for at, part in enumerate(plain)], place
