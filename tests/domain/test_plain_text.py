import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.plain_text import harmless

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    '"=1',
    "'=1",
    "\uff1d1",
    "\uff20A1",
    "\x00=1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}" or harmless(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("good;=1+1", "good;'=1+1"),
        ("good; =1+1;end", "good; '=1+1;end"),
        ("good\t@SUM(A1)", "good\t'@SUM(A1)"),
        ("one\n- two", "one\n'- two"),
        ("one\r\n=two", "one\r\n'=two"),
        ("North | -South", "North | '-South"),
    ],
)
def test_a_formula_behind_a_separator_gets_one_too(text: str, written: str) -> None:
    """A program that cuts at another separator begins a cell there."""
    assert harmless(text) == written


@pytest.mark.parametrize("text", ["", "Care, north", "a-b", "1+1=2", "5 = five", "Łódź; Ω"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_however_a_line_is_cut_no_piece_begins_like_a_formula(text: str) -> None:
    written = harmless(text)
    for separator in ("\n", "\r", "\t", ";", "|"):
        assert not any(
            piece.strip(' "').startswith(("=", "+", "-", "@")) for piece in written.split(separator)
        )


@given(st.text())
def test_nothing_is_lost(text: str) -> None:
    assert harmless(text).replace("'", "") == text.replace("'", "")
