"""What one dimension hides, another one does not tell."""

from collections.abc import Mapping
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import joint_coding
from pulse.domain.blocks import DimensionPlan, PlannedGroup
from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.dimension import ORGANISATION
from pulse.domain.joint import Joint
from pulse.domain.kinds import Place
from tests.campaign import oracle
from tests.campaign.oracle import Shown

FLOOR = 5


def plan(key: str, sizes: Mapping[str, int]) -> DimensionPlan:
    groups = [
        PlannedGroup(code, code, None, (code,), size, is_block=True) for code, size in sizes.items()
    ]
    return DimensionPlan(tuple(groups), {})


def coded(people: list[tuple[str, str, bool]], width: int = 1) -> dict[Place, Counts]:
    """Code one question of units and sites from people: their unit, their site, if favourable."""
    joint = Joint.of((ORGANISATION, "site"), [{ORGANISATION: u, "site": s} for u, s, _ in people])
    plans = {key: plan(key, joint.by_label(key)) for key in joint.keys}
    exact = {}
    for place, key in enumerate(joint.keys):
        for code, size in joint.by_label(key).items():
            good = sum(one[2] for one in people if one[place] == code)
            exact[key, code] = ClassCounts(size, good, size - good, 4 * good + 2 * (size - good))
    return joint_coding.coded(joint_coding.ground(joint, plans), exact, width)


def mixed(unit: str, site: str, good: int, bad: int) -> list[tuple[str, str, bool]]:
    return [(unit, site, True)] * good + [(unit, site, False)] * bad


def test_sites_do_not_tell_what_the_one_unit_of_one_mind_hides() -> None:
    people = [*mixed("a", "york", 5, 0), *mixed("a", "leeds", 4, 0)]
    people += [*mixed("b", "york", 3, 4), *mixed("b", "leeds", 6, 5)]
    found = coded(people)
    assert found[ORGANISATION, "a"].favourable == Span(8, 9)
    assert found[ORGANISATION, "b"].favourable == exactly(9)
    # The smaller site is exact; the larger one would say that all nine of the unit agree.
    assert found["site", "york"].favourable == exactly(8)
    assert found["site", "leeds"].favourable == Span(9, 10)


def test_only_units_have_a_sum_of_scores() -> None:
    found = coded(
        [*mixed("a", "york", 5, 5), *mixed("b", "leeds", 5, 5), *mixed("a", "leeds", 3, 3)]
    )
    assert all((counts.score_sum is None) == (key == "site") for (key, _), counts in found.items())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_no_class_of_anybody_is_certain_by_two_dimensions(seed: int) -> None:
    random = Random(seed)
    people: list[tuple[str, str, bool]] = []
    for unit in ("a", "b", "c")[: random.randint(2, 3)]:
        share = random.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        people += [
            (unit, random.choice(("york", "leeds")), random.random() < share)
            for _ in range(random.randint(5, 7))
        ]
    sites = Joint.of(("site",), [{"site": site} for _, site, _ in people]).by_label("site")
    if len(sites) < 2 or min(sites.values()) < FLOOR:
        return
    found = coded(people)
    places = list(found)
    inside = [[places.index((ORGANISATION, u)), places.index(("site", s))] for u, s, _ in people]
    spans = [(counts.favourable.low, counts.favourable.high) for counts in found.values()]
    assert not oracle.is_certain(Shown.of(inside, len(places)), spans, FLOOR)


def middling() -> list[tuple[str, str, bool]]:
    """Give 800 people of 40 units, the first three of one mind, at five sites."""
    return [
        (f"u{at % 40}", f"s{at // 3 % 5}", at % 40 < 3 or at // 40 % 2 == 0) for at in range(800)
    ]


def test_the_last_site_is_open_where_units_are() -> None:
    people = middling()
    found = coded(people)
    sites = {place: counts for place, counts in found.items() if place[0] == "site"}
    last = list(sites)[-1]
    true = sum(good for _, site, good in people if site == last[1])
    # Three units may hide a dissenter each; other sites were published to the last person.
    assert [counts.favourable.is_exact for counts in sites.values()] == [True] * 4 + [False]
    assert sites[last].favourable.low <= true <= sites[last].favourable.high
    assert sites[last].favourable.high - sites[last].favourable.low <= 3


def test_what_damage_left_of_a_count_is_told_within_what_is_known() -> None:
    """Shards that were lost let two dimensions disagree; the later one gives way."""
    joint = Joint((ORGANISATION, "site"), {("a", "york"): 10, ("b", "york"): 10})
    plans = {key: plan(key, joint.by_label(key)) for key in joint.keys}
    exact = {
        (ORGANISATION, "a"): ClassCounts(10, 5, 4, 30),
        (ORGANISATION, "b"): ClassCounts(10, 4, 3, 30),
        ("site", "york"): ClassCounts(20, 11, 7, 60),
    }
    found = joint_coding.coded(joint_coding.ground(joint, plans), exact, 1)
    assert found["site", "york"].favourable == exactly(9)
    assert found["site", "york"].unfavourable == exactly(7)
