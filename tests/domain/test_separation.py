import pytest

from pulse.domain.separation import Meaning, Separation, meaning


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Voluntarily Terminated", Separation.VOLUNTARY),
        ("career change", Separation.VOLUNTARY),
        ("maternity leave - did not return", Separation.VOLUNTARY),
        ("Voluntary - Better Pay", Separation.VOLUNTARY),
        ("Resignation (personal)", Separation.VOLUNTARY),
        ("Terminated for Cause", Separation.INVOLUNTARY),
        ("no-call, no-show", Separation.INVOLUNTARY),
        ("Involuntary: Performance", Separation.INVOLUNTARY),
        ("Redundancy 2024", Separation.INVOLUNTARY),
        ("retiring", Separation.OTHER),
        ("Early retirement", Separation.OTHER),
        ("Active", Meaning.EMPLOYED),
        ("N/A-StillEmployed", Meaning.EMPLOYED),
        ("Leave of Absence", Meaning.EMPLOYED),
        ("Terminated", Meaning.LEFT),
        ("Learned that he is a gangster", Meaning.UNKNOWN),
        ("  ", None),
    ],
)
def test_the_words_of_the_field(word, expected):
    assert meaning(word) is expected
