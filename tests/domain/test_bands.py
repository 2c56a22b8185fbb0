from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.bands import band, what_if


@given(st.integers(5, 99_999))
def test_a_number_lies_in_its_band_and_the_band_says_no_more(people: int) -> None:
    low, high = (int(end.replace(",", "")) for end in band(people).split(" to "))
    assert low <= people <= high
    assert {band(low), band(high)} == {band(people)}
    assert high - low >= 4


@given(st.floats(0, 100), st.floats(0.05, 0.99))
def test_the_silent_can_only_lower_a_figure_and_by_no_more_than_was_supposed(value, rate) -> None:
    for each in what_if(value, rate):
        assert max(0, value - each.points) <= each.value <= value
