"""The plan of what may be shown is attacked with rational linear algebra on small trees.

The attacker here shares no code with the planner: it knows only which people belong to which
group shown, and looks for any linear combination of published sums that touches too few.
"""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain.tree_plan import Branch, shown_groups, subtree_totals

Tree = dict[str, Branch]


@st.composite
def trees(draw: st.DrawFn, largest: int = 8, ballots: int = 9) -> Tree:
    """Any small tree with ballots on inner groups as well as on leaves."""
    size = draw(st.integers(1, largest))
    parents = [None] + [draw(st.integers(0, child - 1)) for child in range(1, size)]
    counts = [draw(st.integers(0, ballots)) for _ in range(size)]
    return {
        f"g{child}": Branch(None if parent is None else f"g{parent}", count, count > 0)
        for child, (parent, count) in enumerate(zip(parents, counts, strict=True))
    }


def shown(tree: Tree, floor: int) -> set[str]:
    return set(shown_groups(tree, floor))


def below(tree: Tree, code: str) -> set[str]:
    """The labels that a group covers: its own and those of everything below it."""
    return {code}.union(*(below(tree, child) for child in tree if tree[child].parent == code))


def rank(rows: list[list[Fraction]]) -> int:
    rows, found = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for index, row in enumerate(rows):
            if index != found and row[column]:
                factor = row[column] / pivot[column]
                rows[index] = [mine - factor * its for mine, its in zip(row, pivot, strict=True)]
        found += 1
    return found


def isolates(tree: Tree, published: set[str], floor: int) -> bool:
    """Whether some combination of published sums touches 1 to floor - 1 people.

    It does for the people of a set of labels exactly if the published sums lose rank when
    those labels are struck out: then a combination exists that is nothing everywhere else.
    """
    labels = [code for code in tree if tree[code].ballots]
    cover = [below(tree, code) for code in published]
    full = rank([[Fraction(label in group) for label in labels] for group in cover])
    for size in range(1, len(labels) + 1):
        for few in combinations(labels, size):
            if sum(tree[label].ballots for label in few) >= floor:
                continue
            rest = [label for label in labels if label not in few]
            if rank([[Fraction(label in group) for label in rest] for group in cover]) < full:
                return True
    return False


@settings(max_examples=300)
@given(trees(), st.integers(2, 9))
def test_no_combination_of_groups_shown_isolates_fewer_than_the_floor(
    tree: Tree, floor: int
) -> None:
    assert not isolates(tree, shown(tree, floor), floor)


@settings(max_examples=100)
@given(trees(largest=6), st.integers(2, 5))
def test_no_safe_plan_shows_more_groups(tree: Tree, floor: int) -> None:
    totals = subtree_totals(tree)
    large = [code for code in tree if totals[code] >= floor]
    best = max(
        len(choice) + len(rests(tree, {*choice}))
        for size in range(len(large) + 1)
        for choice in combinations(large, size)
        if (not choice or "g0" in choice) and not isolates(tree, {*choice}, floor)
    )
    found = shown(tree, floor)
    assert len(found) + len(rests(tree, found)) == best


def rests(tree: Tree, published: set[str]) -> set[str]:
    """The groups shown that hold others, and people whom none of those covers."""
    found = set()
    for code in published:
        inside = [below(tree, other) for other in published & (below(tree, code) - {code})]
        left = below(tree, code).difference(*inside)
        if inside and any(tree[label].ballots for label in left):
            found.add(code)
    return found


def test_the_attacker_finds_a_planted_leak() -> None:
    tree = {"all": Branch(None, 0, False), "a": Branch("all", 3), "b": Branch("all", 9)}
    assert isolates(tree, {"all", "b"}, 5)
    assert not isolates(tree, {"all"}, 5)


@given(trees(largest=12, ballots=15), st.integers(5, 14))
def test_a_higher_floor_never_shows_what_a_lower_one_hid(tree: Tree, floor: int) -> None:
    assert shown(tree, floor + 1) <= shown(tree, floor)


def test_one_small_class_takes_its_smallest_neighbour_with_it() -> None:
    tree = {
        "all": Branch(None, 0, False),
        "x": Branch("all", 2),
        "y": Branch("all", 40),
        "z": Branch("all", 6),
    }
    assert shown(tree, 5) == {"all", "y"}


def test_staff_of_an_inner_group_protect_its_small_team() -> None:
    tree = {"all": Branch(None, 0, False), "north": Branch("all", 4), "team": Branch("north", 3)}
    assert shown(tree, 5) == {"all", "north"}


def test_an_inner_group_without_staff_may_be_shown_beside_all_its_teams() -> None:
    tree = {"all": Branch(None, 0, False), "a": Branch("all", 5), "b": Branch("all", 5)}
    assert shown(tree, 5) == {"all", "a", "b"}


def test_a_team_of_which_nobody_took_part_is_not_told_by_its_neighbours() -> None:
    tree = {
        "all": Branch(None, 0, False),
        "silent": Branch("all", 0),
        "a": Branch("all", 9),
        "b": Branch("all", 6),
    }
    assert shown(tree, 5) == {"all", "a"}


def test_a_group_that_must_not_be_shown_goes_into_the_rest() -> None:
    tree = {"all": Branch(None, 0, False), "a": Branch("all", 9), "b": Branch("all", 6)}
    assert shown_groups(tree, 5, frozenset({"all", "a"})) == {"all", "a"}


def test_nothing_is_shown_of_a_tree_below_the_floor() -> None:
    assert shown({"all": Branch(None, 1), "a": Branch("all", 3)}, 5) == set()


def test_a_tree_deeper_than_the_stack_is_planned() -> None:
    tree = {"n0": Branch(None, 6)} | {f"n{i}": Branch(f"n{i - 1}", 6) for i in range(1, 3000)}
    assert len(shown(tree, 5)) == 3000


def test_two_thousand_groups_take_well_under_a_second() -> None:
    tree = {"n0": Branch(None, 0, False)} | {
        f"n{i}": Branch(f"n{(i - 1) // 7}", i % 11) for i in range(1, 2001)
    }
    assert len(shown(tree, 10)) > 100
