"""Links that are worked out: always the same, never the same for two, never without the key."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import link_secrets, short_code

KEYS = st.binary(min_size=32, max_size=32)
IDS = st.integers(1, 2**31)


@given(KEYS, IDS, IDS)
def test_the_same_person_has_the_same_link(key: bytes, wave: int, person: int) -> None:
    first = link_secrets.derived(key, wave, person)
    assert first == link_secrets.derived(key, wave, person)
    assert short_code.normalise(first.code) == first.code
    assert first.secret not in repr(first)
    assert first.code not in repr(first)


def test_no_two_people_waves_or_keys_share_a_link() -> None:
    found = [
        link_secrets.derived(sha256(bytes([key])).digest(), wave, person)
        for key in range(5)
        for wave in range(1, 25)
        for person in range(1, 25)
    ]
    assert len({one.secret for one in found}) == len({one.code for one in found}) == 5 * 24 * 24


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        link_secrets.derived(bytes(length), 1, 1)
