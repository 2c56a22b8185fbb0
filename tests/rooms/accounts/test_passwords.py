import pytest
from argon2 import PasswordHasher

from pulse.accounts import passwords
from pulse.domain.errors import Invalid

RIGHT = "a long sentence that nobody guesses"


def test_the_right_password_and_a_wrong_one() -> None:
    stored = passwords.hashed(RIGHT, "ann@acme.example")
    assert stored.startswith("$argon2id$")
    assert passwords.check(stored, RIGHT).right
    assert passwords.check(stored, RIGHT).renewed_hash is None
    assert not passwords.check(stored, RIGHT + "x").right


def test_nobody_has_no_password() -> None:
    assert not passwords.check(None, "nobody has this password").right
    assert not passwords.check(None, "").right


def test_a_weaker_hash_is_renewed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(RIGHT)
    renewed = passwords.check(weak, RIGHT).renewed_hash
    assert renewed
    assert passwords.check(renewed, RIGHT).right


@pytest.mark.parametrize(
    "bad", ["", "short", "x" * 201, "aaaaaaaaaaaaaaaa", "ann.long@acme.example"]
)
def test_a_bad_password_is_refused(bad: str) -> None:
    with pytest.raises(Invalid) as refusal:
        passwords.hashed(bad, "Ann.Long@acme.example")
    assert refusal.value.field == "password"


def test_the_longest_password_works() -> None:
    longest = "ab" * 100
    stored = passwords.hashed(longest, "ann@acme.example")
    assert passwords.check(stored, longest).right
    assert not passwords.check(stored, longest + "x").right
