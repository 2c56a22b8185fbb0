"""The labels of a crossing: everybody has one, each hides enough people, and it says what it is."""

from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain.blocks import Turnout
from pulse.domain.certificate import LIMIT
from pulse.domain.crossing_labels import cut_crossing
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node, crossing
from pulse.domain.disclosure import decide
from pulse.domain.joint import Joint
from pulse.domain.labels import Cut, Dropped, TreeUnit, cut_classes, cut_tree
from tests.support.isolation import isolated

K = 8
UNITS = (
    TreeUnit("co", "Acme", None),
    TreeUnit("d1", "Care", "co"),
    TreeUnit("d1a", "North", "d1"),
    TreeUnit("d1b", "South", "d1"),
    TreeUnit("d2", "Shops", "co"),
    TreeUnit("d2a", "East", "d2"),
    TreeUnit("o", "Office", "co"),
)
TEAMS = ("d1a", "d1b", "d2", "d2a", "o")
AGES = ("18-29", "30-39", "40-49", "50+")
SITE = Dimension(
    "site",
    "Site",
    (Node(ROOT, "Everyone", None, 0), *(Node(f"c-{x}", x, ROOT, 30, (x,)) for x in "LY")),
)
PARTS = Dimension(
    ORGANISATION,
    "Organisation",
    (
        Node(ROOT, "Acme", None, 0),
        Node("u1", "Care", ROOT, 0),
        Node("u3", "North", "u1", 20, ("u3",)),
        Node("u4", "South", "u1", 10, ("u4", "u5")),
        Node("u2", "Shops", ROOT, 30, ("u2",)),
    ),
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from(TEAMS), st.sampled_from(AGES)), min_size=K, max_size=160
)


@dataclass(frozen=True)
class Divided:
    """A company divided by unit and by age, and everybody's labels in both."""

    units: Cut
    ages: Cut
    carried: list[tuple[str, str]]

    def crossed(self, minimum: int) -> Cut | Dropped:
        units, ages = self.units.dimension, self.ages.dimension
        return cut_crossing(units, ages, Counter(self.carried), minimum)


def divided(people: list[tuple[str, str]], minimum: int) -> Divided | None:
    units = cut_tree(UNITS, Counter(team for team, _ in people), minimum)
    ages = cut_classes("age", "Age", Counter(age for _, age in people), minimum)
    if isinstance(ages, Dropped):
        return None
    carried = [(units.label_of[team], ages.label_of[age]) for team, age in people]
    return Divided(units, ages, carried)


@given(PEOPLE)
def test_everybody_has_one_label_and_each_hides_enough_people(
    people: list[tuple[str, str]],
) -> None:
    company = divided(people, K)
    cut = company.crossed(K) if company else None
    if not isinstance(cut, Cut):
        return
    assert company is not None
    carried = Counter(cut.label_of[crossing(*pair)] for pair in company.carried)
    assert carried == {node.code: node.invited for node in cut.dimension.labels}
    assert all(count >= K for count in carried.values())
    assert len(carried) >= 2


@given(PEOPLE)
def test_each_label_lies_within_one_part_under_a_name_of_its_own(
    people: list[tuple[str, str]],
) -> None:
    company = divided(people, K)
    cut = company.crossed(K) if company else None
    if not isinstance(cut, Cut):
        return
    nodes = cut.dimension.nodes
    roofs = {node.code: node for node in nodes if node.parent == ROOT and not node.invited}
    assert [node.name for node in nodes if node.parent is None] == ["Acme"]
    assert all(label.parent in roofs for label in cut.dimension.labels)
    for label in cut.dimension.labels:
        assert label.name.startswith(f"{roofs[label.parent or ''].name}: ")
    for texts in ([node.code for node in nodes], [node.name for node in nodes]):
        assert len(set(texts)) == len(nodes)


@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_cut_is_the_same_in_whatever_order_people_come(people, random) -> None:
    turned = random.sample(people, len(people))
    one, two = divided(people, K), divided(turned, K)
    if one and two:
        assert one.crossed(K) == two.crossed(K)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(TEAMS), st.sampled_from(AGES)), min_size=6, max_size=14))
def test_a_plan_with_a_crossing_isolates_nobody(people: list[tuple[str, str]]) -> None:
    """Three stand for eight and for five here, so that exact algebra can look at everybody."""
    company = divided(people, 3)
    cut = company.crossed(3) if company else None
    if not isinstance(cut, Cut):
        return
    assert company is not None
    dimensions = (company.units.dimension, company.ages.dimension, cut.dimension)
    labels = [(*pair, cut.label_of[crossing(*pair)]) for pair in company.carried]
    keys = [item.key for item in dimensions]
    joint = Joint.of(keys, (dict(zip(keys, each, strict=True)) for each in labels))
    found = decide(dimensions, Turnout(joint, joint), 3)
    assert found.bound < LIMIT
    groups = [
        frozenset(at for at, each in enumerate(labels) if each[place] in group.labels)
        for place, key in enumerate(keys)
        for group in found.plans[key].groups
    ]
    assert isolated(groups, len(labels), 3) is None


def cut(first: Dimension = PARTS, **people: int) -> Cut | Dropped:
    """Cut with so many people by part and site, such as `u3_L=12`."""
    counted = {
        (place.partition("_")[0], f"c-{place.partition('_')[2]}"): n for place, n in people.items()
    }
    return cut_crossing(first, SITE, counted, K)


def test_classes_are_counted_within_the_largest_parts() -> None:
    found = cut(u3_L=9, u3_Y=11, u4_L=3, u4_Y=7, u2_L=20, u2_Y=10)
    assert isinstance(found, Cut)
    assert (found.dimension.key, found.dimension.name) == (
        "organisation*site",
        "Organisation and Site together",
    )
    named = {node.code: (node.name, node.invited) for node in found.dimension.nodes}
    assert named == {
        ROOT: ("Acme", 0),
        "u1": ("Care", 0),
        "u1*c-L": ("Care: L", 12),
        "u1*c-Y": ("Care: Y", 18),
        "u2": ("Shops", 0),
        "u2*c-L": ("Shops: L", 20),
        "u2*c-Y": ("Shops: Y", 10),
    }
    assert found.label_of["u4*c-Y"] == "u1*c-Y"


def test_people_directly_under_the_whole_are_a_part_of_their_own() -> None:
    office = (replace(PARTS.nodes[0], invited=20, members=("u9",)), *PARTS.nodes[1:])
    found = cut(replace(PARTS, nodes=office), all_L=9, all_Y=11, u2_L=20, u2_Y=10)
    assert isinstance(found, Cut)
    nodes = found.dimension.nodes
    assert len({node.code for node in nodes}) == len(nodes)
    assert (nodes[0].parent, nodes[0].members) == (None, ("all*u9",))
    inside = [(node.code, node.invited) for node in nodes if node.parent == ROOT and node.invited]
    assert inside == [("all*c-L", 9), ("all*c-Y", 11)]


def test_seven_of_a_class_are_too_few_and_the_part_stays_whole() -> None:
    found = cut(u3_L=13, u3_Y=7, u4_L=10, u4_Y=0, u2_L=20, u2_Y=10)
    assert isinstance(found, Cut)
    assert [(node.code, node.name, node.invited) for node in found.dimension.labels] == [
        ("u1*all", "Care: everybody", 30),
        ("u2*c-L", "Shops: L", 20),
        ("u2*c-Y", "Shops: Y", 10),
    ]
    assert found.label_of["u3*c-Y"] == found.label_of["u4*c-L"] == "u1*all"


def test_a_class_that_is_too_small_joins_the_next_one_of_its_part() -> None:
    ages = Dimension(
        "age",
        "Age",
        (Node(ROOT, "Everyone", None, 0), *(Node(x, x, ROOT, 20, (x,)) for x in AGES)),
    )
    people = dict(zip((("u2", age) for age in AGES), (3, 9, 20, 7), strict=True))
    found = cut_crossing(PARTS, ages, people | {("u3", "18-29"): 30}, K)
    assert isinstance(found, Cut)
    assert [(node.code, node.name, node.invited) for node in found.dimension.labels] == [
        ("u1*all", "Care: everybody", 30),
        ("u2*30-39", "Shops: 18-29 and 30-39", 12),
        ("u2*40-49", "Shops: 40-49 and 50+", 27),
    ]


def test_members_tell_when_a_unit_moved_or_a_class_changed() -> None:
    found = cut(u3_L=9, u3_Y=11, u4_L=3, u4_Y=7, u2_L=20, u2_Y=10)
    assert isinstance(found, Cut)
    members = {node.code: node.members for node in found.dimension.nodes}
    assert members["u1"] == ("u1*u3", "u1*u4", "u1*u5")
    assert members["u1*c-L"] == ("u1*L",)


def test_two_attributes_are_crossed_class_by_class() -> None:
    sex = Dimension(
        "sex",
        "Sex",
        (Node(ROOT, "Everyone", None, 0), *(Node(f"c-{x}", x, ROOT, 30, (x,)) for x in "FM")),
    )
    people = {("c-F", "c-L"): 10, ("c-F", "c-Y"): 20, ("c-M", "c-L"): 22, ("c-M", "c-Y"): 8}
    found = cut_crossing(sex, SITE, people, K)
    assert isinstance(found, Cut)
    assert found.dimension.key == "sex*site"
    names = ["F: L", "F: Y", "M: L", "M: Y"]
    assert [node.name for node in found.dimension.labels] == names


def test_what_would_say_nothing_more_is_dropped_with_its_reason() -> None:
    whole = cut(u3_L=7, u3_Y=13, u4_L=0, u4_Y=10, u2_L=26, u2_Y=4)
    assert whole == Dropped(
        "organisation*site",
        "Organisation and Site together",
        "in no part do two classes have at least 8 people each",
    )
    one = Dimension(ORGANISATION, "Organisation", PARTS.nodes[:4])
    found = cut(one, u3_L=10, u3_Y=10, u4_L=5, u4_Y=5)
    assert isinstance(found, Dropped)
    assert found.reason == "Organisation has only one part"


def test_a_part_of_fewer_people_than_a_label_needs_is_never_cut() -> None:
    found = cut(u3_L=10, u3_Y=10, u2_L=4, u2_Y=3)
    assert isinstance(found, Dropped)
    assert found.reason == "a part of it has fewer than 8 people"
