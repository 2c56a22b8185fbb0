from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.dimension import ROOT, Dimension
from pulse.domain.errors import Conflict
from pulse.domain.labels import Cut, Dropped, TreeUnit, cut_classes, cut_tree

K = 8


@dataclass(frozen=True)
class Company:
    units: tuple[TreeUnit, ...]
    own: dict[str, int]

    def subtree(self, top: str) -> set[str]:
        found = {top}
        for unit in self.units:
            if unit.parent in found:
                found.add(unit.code)
        return found


@st.composite
def companies(draw: st.DrawFn) -> Company:
    size = draw(st.integers(min_value=1, max_value=25))
    units = []
    for number in range(size):
        parent = draw(st.integers(min_value=-1, max_value=number - 1)) if number else -1
        above = None if parent < 0 else f"u{parent}"
        units.append(TreeUnit(f"u{number}", f"Unit {number}", above))
    counts = st.one_of(st.integers(0, 9), st.integers(0, 40))
    own = {unit.code: draw(counts) for unit in units}
    own["u0"] += max(0, K - sum(own.values()))
    return Company(tuple(units), own)


def invited_below(dimension: Dimension, code: str) -> int:
    nodes = {node.code: node for node in dimension.nodes}
    below = [node.code for node in dimension.nodes if node.parent == code]
    return nodes[code].invited + sum(invited_below(dimension, child) for child in below)


@given(companies())
def test_every_label_hides_its_people_and_everybody_has_one(company: Company) -> None:
    cut = cut_tree(company.units, company.own, K)
    carried = {node.code: 0 for node in cut.dimension.labels}
    for code, people in company.own.items():
        if people:
            carried[cut.label_of[code]] += people
    assert carried == {node.code: node.invited for node in cut.dimension.labels}
    assert all(people >= K for people in carried.values())
    assert set(cut.label_of) == {code for code, people in company.own.items() if people}


@given(companies())
def test_the_tree_is_sound(company: Company) -> None:
    nodes = cut_tree(company.units, company.own, K).dimension.nodes
    assert (nodes[0].code, nodes[0].parent) == (ROOT, None)
    seen: set[str | None] = set()
    for node in nodes:
        assert node.parent is None or node.parent in seen
        assert node.code not in seen
        seen.add(node.code)
    parents = {node.parent for node in nodes}
    assert all((node.invited > 0) != (node.code in parents) for node in nodes)


@given(companies())
def test_a_unit_that_claims_to_be_whole_is_whole(company: Company) -> None:
    cut = cut_tree(company.units, company.own, K)
    for node in cut.dimension.nodes:
        if node.invited or node.code == ROOT or "(larger teams)" in node.name:
            continue
        people = sum(company.own[code] for code in company.subtree(node.code))
        assert invited_below(cut.dimension, node.code) == people


@given(companies())
def test_members_name_exactly_the_units_that_carry_the_label(company: Company) -> None:
    cut = cut_tree(company.units, company.own, K)
    for node in cut.dimension.labels:
        carrying = [code for code, label in cut.label_of.items() if label == node.code]
        assert sorted(node.members) == sorted(carrying)


def test_small_teams_pool_with_the_office_above() -> None:
    units = (
        TreeUnit("co", "Acme", None),
        TreeUnit("s", "Sales", "co"),
        TreeUnit("s1", "North", "s"),
        TreeUnit("s2", "South", "s"),
        TreeUnit("s3", "West", "s"),
    )
    cut = cut_tree(units, {"s": 5, "s1": 12, "s2": 2, "s3": 3}, K)
    named = {node.code: (node.name, node.invited, node.members) for node in cut.dimension.nodes}
    assert named == {
        ROOT: ("Acme", 0, ()),
        "s": ("Sales", 0, ()),
        "s.own": ("Sales (office and small teams)", 10, ("s", "s3", "s2")),
        "s1": ("North", 12, ("s1",)),
    }


def test_a_small_office_joins_the_smallest_team_beside_it() -> None:
    units = (
        TreeUnit("co", "Acme", None),
        TreeUnit("a", "Bar", "co"),
        TreeUnit("b", "Kitchen", "co"),
    )
    cut = cut_tree(units, {"co": 3, "a": 20, "b": 9}, K)
    names = {node.name: node.invited for node in cut.dimension.labels}
    assert names == {"Bar": 20, "Kitchen and Acme (office)": 12}
    assert cut.label_of["co"] == "b"


def test_a_flat_list_of_departments_hangs_under_one_root() -> None:
    sizes = {"p": 209, "i": 50, "a": 9, "e": 1}
    units = tuple(TreeUnit(code, code.upper(), None) for code in sizes)
    cut = cut_tree(units, sizes, K, "Our company")
    assert cut.dimension.nodes[0].name == "Our company"
    assert cut.label_of == {"p": "p", "i": "i", "a": "a", "e": "a"}
    assert [node.name for node in cut.dimension.labels] == ["P", "I", "A and E"]


def test_an_office_whose_departments_are_all_divided_rises() -> None:
    units = (
        TreeUnit("co", "Acme", None),
        TreeUnit("t", "Technology", "co"),
        TreeUnit("d", "Data", "t"),
        TreeUnit("d1", "Models", "d"),
        TreeUnit("d2", "Reports", "d"),
        TreeUnit("o", "Other", "co"),
    )
    cut = cut_tree(units, {"t": 2, "d1": 9, "d2": 9, "o": 30}, K)
    names = {node.code: node.name for node in cut.dimension.nodes}
    assert names["t"] == "Technology (larger teams)"
    assert cut.label_of["t"] == "o"


def test_too_few_people_are_not_asked() -> None:
    with pytest.raises(Conflict):
        cut_tree((TreeUnit("a", "A", None),), {"a": 7}, K)


CLASSES = st.dictionaries(st.text(max_size=6), st.integers(0, 30), max_size=8)


@given(CLASSES)
def test_every_class_kept_hides_its_people(counts: dict[str, int]) -> None:
    cut = cut_classes("site", "Site", counts, K)
    if isinstance(cut, Dropped):
        assert sum(count >= K for count in counts.values()) <= 1
        return
    carried = {node.code: 0 for node in cut.dimension.labels}
    for value, people in counts.items():
        if people:
            carried[cut.label_of[value]] += people
    assert carried == {node.code: node.invited for node in cut.dimension.labels}
    assert all(people >= K for people in carried.values())
    assert len(carried) > 1


def test_small_classes_become_one() -> None:
    cut = cut_classes("site", "Site", {"Leeds": 40, "York": 5, "": 4, "Hull": 2}, K)
    assert isinstance(cut, Cut)
    names = {node.name: node.invited for node in cut.dimension.labels}
    assert names == {"Leeds": 40, "Other: Not stated, Hull, York": 11}


def test_a_leftover_class_joins_the_smallest() -> None:
    cut = cut_classes("sex", "Sex", {"F": 40, "M": 30, "X": 3}, K)
    assert isinstance(cut, Cut)
    assert {node.name: node.invited for node in cut.dimension.labels} == {"F": 40, "M and X": 33}


def test_one_class_is_no_dimension() -> None:
    assert isinstance(cut_classes("sex", "Sex", {"F": 40, "M": 3}, K), Dropped)


def test_classes_that_differ_in_case_keep_apart() -> None:
    cut = cut_classes("site", "Site", {"hq": 9, "HQ": 9, "H Q": 9}, K)
    assert isinstance(cut, Cut)
    assert len(set(cut.label_of.values())) == 3
