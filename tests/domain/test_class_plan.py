from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.blocks import DimensionPlan
from pulse.domain.cells import Merged, Reason, Suppressed
from pulse.domain.class_plan import crossed, plan
from pulse.domain.dimension import ROOT, Dimension, Node

AGES = tuple(f"{start}-{start + 9}" for start in range(20, 70, 10))


def dimension(codes: tuple[str, ...] = AGES, roofs: tuple[str, ...] = ()) -> Dimension:
    """Classes in their order, each under the roof that its code begins with, if any."""
    top = [Node(ROOT, "Everyone", None, 0), *(Node(roof, roof, ROOT, 0) for roof in roofs)]
    parents = [next((roof for roof in roofs if code.startswith(roof)), ROOT) for code in codes]
    labels = [Node(code, code, parent, 9) for code, parent in zip(codes, parents, strict=True)]
    return Dimension("age", "Age", (*top, *labels))


@given(st.lists(st.integers(0, 12), min_size=5, max_size=5), st.integers(2, 9))
def test_each_block_reaches_the_floor_and_holds_neighbours(sizes: list[int], floor: int) -> None:
    found = plan(dimension(), dict(zip(AGES, sizes, strict=True)), floor)
    assert all(block.ballots >= floor for block in found.blocks)
    labels = [label for block in found.blocks for label in block.labels]
    assert labels in ([], list(AGES))
    assert len(found.blocks) != 1


@given(st.lists(st.integers(0, 12), min_size=5, max_size=5), st.integers(2, 8))
def test_a_higher_floor_only_merges_further(sizes: list[int], floor: int) -> None:
    ballots = dict(zip(AGES, sizes, strict=True))
    coarse = plan(dimension(), ballots, floor + 1).blocks
    fine = plan(dimension(), ballots, floor).blocks
    assert all(any({*one.labels} <= {*two.labels} for two in coarse) or not coarse for one in fine)


def test_four_of_five_are_too_few() -> None:
    found = plan(dimension(), dict(zip(AGES, (9, 4, 8, 7, 6), strict=True)), 5)
    assert [block.code for block in found.blocks] == [
        "20-29",
        "30-39+40-49",
        "50-59",
        "60-69",
    ]


CODES = ("north-f", "north-m", "north-x", "south-f", "south-m", "south-x")


def crossing(sizes: tuple[int, ...], **floors: int) -> DimensionPlan:
    ballots = dict(zip(CODES, sizes, strict=True))
    return crossed(dimension(CODES, ("north", "south")), ballots, floors, 5)


def test_a_crossing_merges_within_its_division() -> None:
    found = crossing((9, 3, 8, 2, 6, 7), north=5, south=5)
    assert [block.labels for block in found.blocks] == [
        ("north-f",),
        ("north-m", "north-x"),
        ("south-f", "south-m"),
        ("south-x",),
    ]
    assert found.hidden["south-f"] == Merged("south-f+south-m")


def test_a_division_may_be_coarser_than_another_or_left_out() -> None:
    found = crossing((9, 9, 9, 9, 9, 9), south=10)
    assert [block.labels for block in found.blocks] == []
    found = crossing((9, 9, 9, 9, 9, 12), south=10)
    assert [block.labels for block in found.blocks] == [("south-f", "south-m"), ("south-x",)]
    assert found.hidden["north-f"] == Suppressed(Reason.OUTSIDE, 5)


def test_a_division_with_a_single_block_shows_nothing() -> None:
    found = crossing((9, 1, 2, 9, 9, 9), north=5, south=5)
    assert {block.labels[0] for block in found.blocks} == {"south-f", "south-m", "south-x"}
    assert found.hidden["north-f"] == Suppressed(Reason.COMPLEMENTARY, 5)
    assert found.hidden["north-m"] == Suppressed(Reason.BELOW_FLOOR, 5)


def test_a_block_of_a_crossing_names_its_part_once() -> None:
    nodes = [Node(ROOT, "Acme", None, 0)]
    for roof in ("Care", "Shops"):
        nodes.append(Node(roof, roof, ROOT, 0))
        nodes += [Node(f"{roof}*{x}", f"{roof}: {x}", roof, 9) for x in "FMX"]
    crossed = Dimension("organisation*sex", "Organisation and Sex together", tuple(nodes))

    def names(*ballots: int) -> list[str]:
        sizes = dict(zip((node.code for node in crossed.labels), ballots, strict=True))
        return [block.name for block in plan(crossed, sizes, 5).blocks]

    assert names(9, 3, 3, 5, 5, 2) == ["Care: F", "Care: M and X", "Shops: F", "Shops: M and X"]
    assert names(9, 3, 3, 2, 2, 2) == ["Care: F", "Care: M and X", "Shops: everybody"]
    assert names(9, 3, 3, 1, 2, 1) == ["Care: F", "Care: M and X; Shops: everybody"]


def test_a_block_that_was_refused_is_merged_further() -> None:
    sizes = dict.fromkeys(AGES, 9)
    found = plan(dimension(), sizes, 5, frozenset({"30-39"}))
    assert found.blocks[1].code == "30-39+40-49"
