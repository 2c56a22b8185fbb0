"""Sealed shards: what the holder of the opening key reads, and in which place only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import sealing
from pulse.domain.errors import Invalid
from pulse.domain.sealing import OVERHEAD, Opener, Seal

PRIVATE = sealing.new_key()
SEAL = Seal(sealing.public_key(PRIVATE))
OPENER = Opener(PRIVATE)
WAVES = st.integers(min_value=0, max_value=2**63 - 1)
SLOTS = st.integers(min_value=0, max_value=2**16 - 1)
BODIES = st.binary(max_size=300)


@given(WAVES, SLOTS, BODIES)
def test_what_was_sealed_is_opened_and_81_bytes_longer(wave, slot, body):
    sealed = SEAL.shard(wave, slot, body)
    assert len(sealed) == len(body) + OVERHEAD == len(body) + 81
    assert OPENER.open(wave, slot, sealed) == body


@given(WAVES, SLOTS, BODIES, st.data())
def test_a_shard_is_read_in_no_other_slot_and_no_other_wave(wave, slot, body, data):
    sealed = SEAL.shard(wave, slot, body)
    other_wave = data.draw(WAVES.filter(lambda other: other != wave))
    other_slot = data.draw(SLOTS.filter(lambda other: other != slot))
    assert OPENER.open(wave, other_slot, sealed) is None
    assert OPENER.open(other_wave, slot, sealed) is None


def test_each_changed_byte_makes_a_shard_unreadable():
    sealed = SEAL.shard(7, 3, b'["u1",4]  ')
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert OPENER.open(7, 3, bytes(changed)) is None, place


@settings(max_examples=30)
@given(st.binary(max_size=400))
def test_bytes_that_nobody_sealed_are_unreadable_and_no_error(sealed):
    assert OPENER.open(7, 3, sealed) is None


def test_cut_and_extended_shards_are_unreadable():
    sealed = SEAL.shard(7, 3, b'["u1",4]  ')
    for wrong in (sealed[:-1], sealed[1:], sealed + b"\0", sealed[:80], b""):
        assert OPENER.open(7, 3, wrong) is None


def test_another_key_opens_nothing_and_equal_bodies_look_different():
    one, two = (SEAL.shard(7, 3, b'["u1",4]  ') for _ in range(2))
    assert Opener(sealing.new_key()).open(7, 3, one) is None
    assert one[:65] != two[:65]
    assert one[65:] != two[65:]


@pytest.mark.parametrize("public", [b"", bytes(65), b"\4" + bytes(64), b"\2" + b"\xff" * 32])
def test_what_is_no_point_of_the_curve_is_no_opening_key(public):
    with pytest.raises(Invalid):
        Seal(public)


def test_keys_are_a_point_of_65_bytes():
    assert len(sealing.public_key(PRIVATE)) == 65
    assert sealing.public_key(PRIVATE)[0] == 4
