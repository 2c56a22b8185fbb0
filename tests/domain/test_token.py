"""The message of a token, and what the box makes of altered ones."""

from hashlib import sha256
from os import urandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import blind_rsa, token
from pulse.domain.token import Token

WAVES = st.integers(min_value=0, max_value=2**63 - 1)
DIGESTS = st.binary(min_size=32, max_size=32)
RANDOM = st.binary(min_size=64, max_size=64)
PRIVATE = blind_rsa.new_key()
PUBLIC = blind_rsa.public_key(PRIVATE)
DIGEST = sha256(b"a manifest").digest()


def made(wave: int = 3, random: bytes | None = None) -> Token:
    prepared = token.prepare(wave, DIGEST, random or urandom(64))
    blinded = blind_rsa.blind(PUBLIC, prepared, urandom)
    signature = blind_rsa.sign(PRIVATE, blinded.value)
    return Token(prepared, blind_rsa.finalize(PUBLIC, prepared, signature, blinded.inverse))


def genuine(found: Token) -> bool:
    ours = token.belongs(found, 3, DIGEST)
    return ours and blind_rsa.verify(PUBLIC, found.prepared, found.signature)


@given(WAVES, DIGESTS, RANDOM)
def test_a_message_is_112_bytes_and_names_its_wave_and_manifest(wave, digest, random):
    prepared = token.prepare(wave, digest, random)
    assert len(prepared) == 112
    assert prepared == random[:32] + b"pulse/v1" + wave.to_bytes(8) + digest + random[32:]
    assert token.wave_of(prepared) == wave
    assert token.belongs(Token(prepared, b""), wave, digest)


@given(WAVES, DIGESTS, RANDOM, st.data())
def test_a_message_belongs_to_no_other_wave_and_no_other_manifest(wave, digest, random, data):
    found = Token(token.prepare(wave, digest, random), b"")
    other_wave = data.draw(WAVES.filter(lambda other: other != wave))
    other_digest = data.draw(DIGESTS.filter(lambda other: other != digest))
    assert not token.belongs(found, other_wave, digest)
    assert not token.belongs(found, wave, other_digest)


@given(RANDOM, RANDOM)
def test_receipts_differ_where_tokens_do(first, second):
    one, two = (Token(token.prepare(3, DIGEST, random), b"") for random in (first, second))
    assert one.receipt == sha256(one.prepared).digest()
    assert (one.receipt == two.receipt) is (first == second)


@given(st.binary(max_size=200).filter(lambda value: len(value) != 64))
def test_a_token_is_not_made_of_less_randomness(random):
    with pytest.raises(ValueError, match="64 random bytes"):
        token.prepare(3, DIGEST, random)


@given(st.binary(max_size=300).filter(lambda value: len(value) != 112))
def test_a_message_of_any_other_length_names_no_wave(prepared):
    assert token.wave_of(prepared) is None
    assert not token.belongs(Token(prepared, b""), 3, DIGEST)


def test_each_changed_byte_of_a_token_is_noticed():
    """All of the 112 bytes of the message and the 256 of the signature."""
    good = made()
    assert genuine(good)
    for place in range(112):
        assert not genuine(Token(flipped(good.prepared, place), good.signature)), place
    for place in range(256):
        assert not genuine(Token(good.prepared, flipped(good.signature, place))), place


def test_cut_and_extended_tokens_are_not_genuine():
    good = made()
    for prepared in (good.prepared[:-1], good.prepared[1:], good.prepared + b"\0", b""):
        assert not genuine(Token(prepared, good.signature))
    for signature in (good.signature[:-1], good.signature + b"\0", b"\0" + good.signature, b""):
        assert not genuine(Token(good.prepared, signature))


def test_the_signature_of_another_token_wave_or_key_does_not_do():
    good = made()
    other_key = blind_rsa.public_key(blind_rsa.new_key())
    assert not genuine(Token(good.prepared, made().signature))
    assert not genuine(made(wave=4))
    assert not blind_rsa.verify(other_key, good.prepared, good.signature)


def flipped(value: bytes, place: int) -> bytes:
    changed = bytearray(value)
    changed[place] ^= 1
    return bytes(changed)
