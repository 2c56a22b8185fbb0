"""The plan of all dimensions together, attacked with exact algebra on tiny companies."""

from collections.abc import Mapping
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import certificate
from pulse.domain.blocks import DimensionPlan, Turnout
from pulse.domain.cells import Merged, Reason, Suppressed
from pulse.domain.certificate import LIMIT
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.disclosure import decide
from pulse.domain.joint import Joint
from tests.support.isolation import isolated

FLOOR = 3
QUICK = ("unit", "site", "contract", "unit*site", "site*contract")
TEAMS = ("d1a", "d1b", "d1c", "d2a", "d2b", "o")


def organisation(sizes: Mapping[str, int]) -> Dimension:
    """Two divisions of three teams each, and an office under the root."""
    nodes = [Node(ROOT, "All", None, 0), Node("d1", "One", ROOT, 0), Node("d2", "Two", ROOT, 0)]
    nodes += [
        Node(code, code.upper(), code[:2], sizes.get(code, 1), (code,)) for code in TEAMS[:-1]
    ]
    return Dimension(ORGANISATION, "Organisation", (*nodes, Node("o", "Office", ROOT, 1, ("o",))))


def classes(key: str, *names: str) -> Dimension:
    nodes = (Node(ROOT, "Everyone", None, 0), *(Node(name, name, ROOT, 1) for name in names))
    return Dimension(key, key, nodes)


def crossing() -> Dimension:
    """The sexes within each division, and within the office under the root."""
    divisions = [Node(code, code, ROOT, 0) for code in ("d1", "d2", "o")]
    parts = [Node(f"{top.code}{sex}", sex, top.code, 1) for top in divisions for sex in "fm"]
    return Dimension(
        f"{ORGANISATION}*sex", "Sex", (Node(ROOT, "Everyone", None, 0), *divisions, *parts)
    )


DIMENSIONS = (
    organisation({}),
    classes("age", "18-29", "30-39", "40+"),
    classes("sex", "f", "m"),
    crossing(),
)
KEYS = tuple(item.key for item in DIMENSIONS)


@st.composite
def companies(draw: st.DrawFn, most: int = 14) -> tuple[Joint, Joint]:
    """Everybody asked, and those who took part, by the labels they carry together."""
    one = st.tuples(
        st.sampled_from(TEAMS), st.sampled_from(["18-29", "30-39", "40+"]), st.sampled_from("fm")
    )
    asked = draw(st.lists(one, min_size=FLOOR, max_size=most))
    took_part = draw(st.lists(st.booleans(), min_size=len(asked), max_size=len(asked)))
    return joint(asked), joint([who for who, came in zip(asked, took_part, strict=True) if came])


def joint(people: list[tuple[str, str, str]]) -> Joint:
    carried = [
        dict(zip(KEYS, (team, age, sex, (team[:2] if team != "o" else "o") + sex), strict=True))
        for team, age, sex in people
    ]
    return Joint.of(KEYS, carried)


def groups_of(plans: Mapping[str, DimensionPlan], people: Joint) -> list[frozenset[int]]:
    """Give every group shown as the set of people in it, each person numbered."""
    each = [labels for labels, count in people.counts.items() for _ in range(count)]
    return [
        frozenset(at for at, labels in enumerate(each) if labels[place] in group.labels)
        for place, key in enumerate(people.keys)
        for group in plans[key].groups
    ]


@settings(max_examples=250, deadline=None)
@given(companies())
def test_no_combination_of_all_groups_shown_isolates_fewer_than_the_floor(
    company: tuple[Joint, Joint],
) -> None:
    asked, came = company
    if came.total < FLOOR:
        return
    found = decide(DIMENSIONS, Turnout(asked, came), FLOOR)
    assert found.bound < LIMIT
    for people in (came, asked):
        assert isolated(groups_of(found.plans, people), people.total, FLOOR) is None


@settings(max_examples=150, deadline=None)
@given(companies(40))
def test_every_label_lies_in_one_block_and_every_block_reaches_the_floor(
    company: tuple[Joint, Joint],
) -> None:
    asked, came = company
    if came.total < FLOOR:
        return
    for key, plan in decide(DIMENSIONS, Turnout(asked, came), FLOOR).plans.items():
        labels = [label for block in plan.blocks for label in block.labels]
        assert len(labels) == len(set(labels))
        assert all(block.ballots >= FLOOR for block in plan.blocks)
        ballots = came.by_label(key)
        for group in plan.groups:
            assert group.ballots == sum(ballots.get(label, 0) for label in group.labels)
        shown = {group.code for group in plan.groups}
        for code, fate in plan.hidden.items():
            assert code not in shown
            assert isinstance(fate, Suppressed) or fate.into in {b.code for b in plan.blocks}


def random_company(random: Random, people: int) -> list[tuple[str, str, str]]:
    return [
        (random.choice(TEAMS), random.choice(["18-29", "30-39", "40+"]), random.choice("fm"))
        for _ in range(people)
    ]


def even_company() -> Joint:
    one_each = [(team, age, sex) for team in TEAMS for age in ("18-29", "40+") for sex in "fm"]
    return joint(3 * one_each)


def test_classes_that_are_too_small_are_merged_with_their_neighbour() -> None:
    people = joint([("d1a", age, "f") for age in ["18-29"] * 6 + ["30-39"] * 2 + ["40+"] * 7])
    found = decide(DIMENSIONS, Turnout(people, people), FLOOR).plans["age"]
    assert [group.code for group in found.groups] == ["18-29", "30-39+40+"]
    assert found.groups[1].name == "30-39 and 40+"
    assert found.hidden["30-39"] == Merged("30-39+40+")


def test_a_dimension_with_one_block_only_shows_nothing() -> None:
    people = joint([("d1a", "40+", "f")] * 9)
    found = decide(DIMENSIONS, Turnout(people, people), FLOOR).plans["age"]
    assert found.groups == ()
    assert found.hidden["40+"] == Suppressed(Reason.BELOW_FLOOR, FLOOR)


def test_a_division_whose_crossing_is_not_safe_is_left_out_of_it() -> None:
    """The office is too small, so a team joins it: the total of that division would part them."""
    people = joint(
        [("d1a", "40+", "f")] * 4
        + [("d1a", "40+", "m")] * 4
        + [(team, "40+", sex) for team in ("d1b", "d2a", "d2b") for sex in "fm"] * 5
        + [("o", "40+", "m"), ("o", "40+", "f")]
    )
    found = decide(DIMENSIONS, Turnout(people, people), FLOOR).plans
    parts = found[f"{ORGANISATION}*sex"]
    assert [group.code for group in parts.groups] == ["d2f", "d2m"]
    assert parts.hidden["d1f"] == Suppressed(Reason.OUTSIDE, FLOOR)
    shown = [*groups_of(found, people)]
    division = [labels[0][:2] for labels, count in people.counts.items() for _ in range(count)]
    total = frozenset(at for at, code in enumerate(division) if code == "d1")
    assert isolated(shown, people.total, FLOOR) is None
    assert isolated([*shown, total], people.total, FLOOR) is not None


def three_men_of(team: str) -> Joint:
    """Of the men of one division three took part, and enough of everybody else."""
    other = "d2a" if team == "d1a" else "d1a"
    sizes = {(team, "f"): 10, (team, "m"): 3, (other, "f"): 10, (other, "m"): 10}
    return joint([(at, "40+", sex) for (at, sex), n in sizes.items() for _ in range(n)])


@pytest.mark.parametrize("team", ["d1a", "d2a"])
def test_a_crossing_that_is_not_safe_is_left_out_with_its_reason(team: str) -> None:
    """All men less those of the other division would be the three; so it shows nothing at all."""
    people = three_men_of(team)
    found = decide(DIMENSIONS, Turnout(people, people), 5)
    crossing = found.plans[f"{ORGANISATION}*sex"]
    assert crossing.groups == ()
    assert set(crossing.hidden.values()) == {Suppressed(Reason.OUTSIDE, 5)}
    assert [group.ballots for group in found.plans["sex"].groups] == [20, 13]
    assert found.bound < LIMIT


def test_a_crossing_of_which_one_block_remains_is_below_the_floor() -> None:
    people = joint([("d1a", "40+", sex) for sex in "fffmmm"])
    crossing = decide(DIMENSIONS, Turnout(people, people), 5).plans[f"{ORGANISATION}*sex"]
    assert set(crossing.hidden.values()) == {Suppressed(Reason.BELOW_FLOOR, 5)}


def test_a_quick_bound_that_is_doubtful_is_looked_at_more_closely() -> None:
    """The quick bound of this company is near 1; its largest row sum, added up plainly, is 0.9."""
    random, carried = Random(14), []
    for team, _ in product(range(25), range(9)):
        site, contract = random.choices("abcd", (4, 3, 2, 1))[0], random.choices("fp", (7, 3))[0]
        both = (f"{team // 5}{site}", site + contract)
        carried.append(dict(zip(QUICK, (f"t{team}", site, contract, *both), strict=True)))
    people = Joint.of(QUICK, carried)
    block_of = {key: {label: label for label in found} for key, found in people.marginals().items()}
    everybody = [labels for labels, count in people.counts.items() for _ in range(count)]
    shown = np.array(
        [
            [labels[place] == label for labels in everybody]
            for place, key in enumerate(people.keys)
            for label in block_of[key]
        ],
        dtype=float,
    )
    entries = np.abs(np.linalg.pinv(shown) @ shown)
    own = np.diag(entries).copy()
    np.fill_diagonal(entries, 0)
    largest = (own + np.sort(entries, axis=1)[:, -3:].sum(axis=1)).max()
    assert certificate.bound(people, block_of, 5).value == pytest.approx(largest, abs=1e-9)


def test_crossings_are_shown_where_they_are_safe() -> None:
    people = even_company()
    found = decide(DIMENSIONS, Turnout(people, people), FLOOR)
    crossing = found.plans[f"{ORGANISATION}*sex"]
    assert [group.ballots for group in crossing.groups] == [18, 18, 12, 12, 6, 6]


def test_a_small_team_is_named_in_the_block_that_it_joins() -> None:
    people = joint(
        [("d1a", "40+", "f")] * 6
        + [("d1b", "40+", "m")]
        + [("d1c", "18-29", "m")] * 2
        + [("d2a", "18-29", "f")] * 5
        + [("d2b", "40+", "m")] * 5
        + [("o", "18-29", "f")] * 4
    )
    found = decide(DIMENSIONS[:1], Turnout(people, people), FLOOR).plans[ORGANISATION]
    rest = next(group for group in found.groups if group.code == "d1+rest")
    assert (rest.name, rest.ballots, rest.parent, rest.is_block) == ("D1B and D1C", 3, "d1", True)
    assert found.hidden["d1b"] == Merged("d1+rest")


@pytest.mark.parametrize("seed", range(20))
def test_the_plan_is_the_same_in_whatever_order_people_come(seed: int) -> None:
    people = random_company(Random(seed), 60)
    turned = Random(seed + 1).sample(people, len(people))
    first, second = (joint(each) for each in (people, turned))
    one = decide(DIMENSIONS, Turnout(first, first), 5)
    two = decide(DIMENSIONS, Turnout(second, second), 5)
    assert one.plans == two.plans
