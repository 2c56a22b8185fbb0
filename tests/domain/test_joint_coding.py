"""What one dimension hides, another one does not tell."""

from collections.abc import Mapping
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import dependent, joint_coding
from pulse.domain.blocks import DimensionPlan, PlannedGroup
from pulse.domain.cells import Counts, Span, exactly
from pulse.domain.counting import ClassCounts
from pulse.domain.dependent import Place
from pulse.domain.dimension import ORGANISATION
from pulse.domain.joint import Joint
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


def large() -> list[tuple[str, str, bool]]:
    """A company beyond what is looked at exactly: each of 400 units has people at many sites."""
    return [
        (f"u{at % 400}", f"s{(at // 400 + at % 300) % 300}", at % 400 < 3 or at % 2 == 0)
        for at in range(4_000)
    ]


def test_in_a_very_large_company_the_last_block_follows_from_all_others() -> None:
    people = large()
    joint = Joint.of((ORGANISATION, "site"), [{ORGANISATION: u, "site": s} for u, s, _ in people])
    plans = {key: plan(key, joint.by_label(key)) for key in joint.keys}
    assert not joint_coding.ground(joint, plans).is_small
    ((last, parts),) = dependent.combinations(joint, plans).items()
    assert last[0] == "site"
    assert joint.by_label("site")[last[1]] == max(joint.by_label("site").values())
    assert {times for place, times in parts.items() if place[0] == ORGANISATION} == {1.0}
    assert {times for place, times in parts.items() if place[0] == "site"} == {-1.0}
    found = coded(people)
    true = sum(good for _, site, good in people if site == last[1])
    span = found[last].favourable
    # All units are of one mind, so what is known of the rest is as wide as they are many.
    assert span.low <= true <= span.high
