from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.org_tree import MAX_UNITS, UnitBook, UnitRef, caught, from_path, parents_first

NAMES = st.sampled_from("abcdefgh")
FORESTS = st.dictionaries(NAMES, NAMES | st.none())


def test_paths_with_several_signs_name_the_same_units():
    for path in ("Sales / North", "Sales  /  North", "Sales > North", "Sales | North /  "):
        assert [unit.key for unit in from_path(path)] == ["Sales", "Sales / North"]


def test_a_slash_without_spaces_is_part_of_a_name():
    assert from_path("IT/IS") == (UnitRef("IT/IS", "IT/IS", None),)
    assert from_path("") == ()


@given(FORESTS)
def test_parents_stand_before_their_children_and_circles_are_left_out(parents):
    order = parents_first(parents)
    circular = caught(parents)
    assert set(order) == parents.keys() - circular.keys()
    for place, unit in enumerate(order):
        above = parents[unit]
        assert above is None or above not in parents or order.index(above) < place


@given(FORESTS)
def test_exactly_the_units_that_never_reach_a_top_are_caught(parents):
    for unit in parents:
        seen, here = set(), unit
        while here in parents and parents[here] is not None and here not in seen:
            seen.add(here)
            here = parents[here]
        assert (unit in caught(parents)) == (here in seen)


def test_a_circle_is_named():
    assert caught({"a": "b", "b": "c", "c": "a", "d": "a"})["d"][0] in "abc"
    assert caught({"a": "a"}) == {"a": ("a", "a")}


def test_a_long_chain_is_no_trouble():
    parents = {str(n): str(n - 1) for n in range(1, 5000)} | {"0": None}
    assert len(parents_first(parents)) == 5000


def test_two_rows_may_not_disagree_about_a_unit():
    book = UnitBook()
    assert book.add(UnitRef("12", "North", "1"), 2) is None
    assert book.add(UnitRef("12", "North", "1"), 3) is None
    reason = book.add(UnitRef("12", "North", "2"), 4)
    assert reason == "unit 12 is “North” under 2 here, but “North” under 1 on line 2"


def test_a_book_is_full_at_some_point():
    book = UnitBook({str(n): UnitRef(str(n), "x", None) for n in range(MAX_UNITS)})
    assert not book.full
    book.add(UnitRef("one more", "x", None), 1)
    assert book.full
