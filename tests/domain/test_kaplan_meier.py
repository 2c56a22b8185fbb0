from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain.consented import Curve, Row
from pulse.domain.kaplan_meier import curve


def people(*counts: tuple[int, float, bool], entry: float = 0.0) -> list[Row]:
    return [Row(months, left, "all", entry) for many, months, left in counts for _ in range(many)]


def drawn(rows: list[Row]) -> Curve:
    found = curve("all", rows)
    assert found is not None
    return found


def test_a_curve_by_hand() -> None:
    """Of 40, 4 leave in month 1 and 6 are last seen then; of 30, 3 leave in month 3."""
    found = drawn(people((4, 1, True), (6, 1, False), (3, 3, True), (27, 5, False)))
    assert [step.at_risk for step in found.steps] == [40, 40, 30, 30, 27, 27]
    assert [round(step.stayed, 6) for step in found.steps] == [1, 0.9, 0.9, 0.81, 0.81, 0.81]
    greenwood = 0.81 * (4 / (40 * 36) + 3 / (30 * 27)) ** 0.5
    assert found.steps[3].error == pytest.approx(greenwood)


def test_the_interval_is_symmetric_on_the_scale_of_log_log() -> None:
    step = drawn(people((10, 1, True), (30, 2, False))).steps[1]
    low, high = (log(-log(end)) for end in (step.high, step.low))
    assert (low + high) / 2 == pytest.approx(log(-log(0.75)))
    assert (high - low) / 2 == pytest.approx(1.959964 * step.error / (0.75 * abs(log(0.75))))
    assert step.low == pytest.approx(0.75 ** exp((high - low) / 2))


def test_a_share_of_everybody_has_no_interval() -> None:
    first = drawn(people((10, 2, True), (30, 3, False))).steps[1]
    assert (first.stayed, first.low, first.high) == (1, None, None)


@pytest.mark.parametrize(("left_over", "last"), [(10, 6), (9, 3)])
def test_a_curve_ends_where_fewer_than_ten_are_left(left_over: int, last: int) -> None:
    found = drawn(people((8, 2, True), (20, 3, False), (left_over, 6, False)))
    assert found.steps[-1].month == last


def test_a_curve_ends_with_the_month_before_few_are_left_within_one() -> None:
    rows = people((5, 1, True), (26, 2.2, False), (1, 2.5, True), (8, 3, False))
    assert drawn(rows).steps[-1].month == 2


def test_parts_of_months_count_for_the_month_they_lie_in() -> None:
    found = drawn(people((10, 0.5, True), (30, 2, False)))
    assert [round(step.stayed, 2) for step in found.steps] == [1, 0.75, 0.75]


def test_whoever_is_observed_from_some_month_on_counts_from_then_on() -> None:
    early = people((10, 2, True), (30, 4, False))
    late = people((10, 4, True), (30, 4, False), entry=3)
    found = drawn(early + late)
    assert [step.at_risk for step in found.steps] == [40, 40, 40, 30, 70]
    assert found.steps[4].stayed == pytest.approx(0.75 * (1 - 10 / 70))


def test_a_curve_begins_where_ten_are_under_observation() -> None:
    found = drawn(people((9, 1, True)) + people((10, 4, True), (30, 5, False), entry=2))
    assert found.steps[0].month == 2
    assert (found.rows, found.leavers) == (40, 10)
    assert found.steps[2].stayed == pytest.approx(0.75)


def test_too_few_together_have_no_curve() -> None:
    assert curve("all", [Row(at + 1.0, True, "all", float(at)) for at in range(40)]) is None


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=60, max_size=90))
def test_shares_fall_and_lie_in_their_intervals(seen: list[tuple[int, bool]]) -> None:
    found = curve("all", [Row(float(months), left, "all") for months, left in seen])
    if found is None:
        assert sum(left for _, left in seen) < 5
        return
    shares = [step.stayed for step in found.steps]
    assert shares == sorted(shares, reverse=True)
    for step in found.steps:
        if step.low is not None:
            assert 0 <= step.low < step.stayed < step.high <= 1
