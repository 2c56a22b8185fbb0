from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import token

KEY = bytes(range(32))
WAVES = st.integers(min_value=0, max_value=2**63 - 1)
NONCES = st.binary(min_size=32, max_size=32)


@given(WAVES, NONCES)
def test_a_token_is_genuine_and_names_its_wave(wave: int, nonce: bytes) -> None:
    made = token.sign(KEY, wave, nonce)
    assert token.genuine(token.verify_key(KEY), made)
    assert token.wave_of(made) == wave


@given(st.integers(min_value=0, max_value=47), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed(place: int, change: int) -> None:
    made = token.sign(KEY, 3, bytes(32))
    altered = bytearray(made.message)
    altered[place] ^= change
    assert not token.genuine(token.verify_key(KEY), token.Token(bytes(altered), made.signature))


def test_the_key_of_another_wave_does_not_do() -> None:
    made = token.sign(KEY, 3, bytes(32))
    assert not token.genuine(token.verify_key(bytes(32)), made)


def test_a_cut_or_foreign_message_names_no_wave() -> None:
    made = token.sign(KEY, 3, bytes(32))
    assert token.wave_of(token.Token(made.message[:-1], made.signature)) is None
    assert token.wave_of(token.Token(b"x" + made.message[1:], made.signature)) is None


def test_a_cut_signature_is_not_genuine() -> None:
    made = token.sign(KEY, 3, bytes(32))
    cut = token.Token(made.message, made.signature[:-1])
    assert not token.genuine(token.verify_key(KEY), cut)
