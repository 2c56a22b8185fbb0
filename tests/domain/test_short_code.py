from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import short_code


@given(st.binary(min_size=8, max_size=8), st.sampled_from(["", " ", "-", "–", ". "]))
def test_a_code_survives_being_typed(random: bytes, joint: str) -> None:
    code = short_code.make(random)
    typed = short_code.spoken(code).lower().replace("-", joint)
    assert short_code.normalise(typed) == code
    assert short_code.normalise(typed.replace("0", "o").replace("1", "l")) == code


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_normal_form_or_nothing(typed: str) -> None:
    found = short_code.normalise(typed)
    assert found is None or short_code.normalise(short_code.spoken(found)) == found


def test_sixty_of_the_random_bits_are_used() -> None:
    codes = {short_code.make((1 << bit).to_bytes(8)) for bit in range(60)}
    assert len(codes) == 60
