"""Units in the funnel, and separations by kind: no name and no count that must not be told."""

from dataclasses import astuple

from pulse.churn.funnel import MOST_DRAWN, funnel
from pulse.churn.kinds import kinds
from pulse.churn.panel import Flow, Panel
from tests.support.panels import PERIODS, panel


def company(
    leavers: dict[str, int], people: int = 40, names: dict[str, str] | None = None
) -> Panel:
    """Units with so many leavers in the last period."""
    last = len(PERIODS) - 1
    flows = {
        (unit, at): Flow(people * 28, count if at == last else 0)
        for unit, count in leavers.items()
        for at in range(len(PERIODS))
    }
    made = panel([], flows)
    return Panel(made.covers_until, 5, PERIODS, (), flows, names or {})


def test_only_a_unit_outside_all_limits_has_a_name() -> None:
    leavers = {f"u{at}": 6 + at % 3 for at in range(30)} | {"u7": 34}
    found = funnel(company(leavers, names={"u7": "Night shift", "u3": "Day shift"}))
    assert found is not None
    assert [unit.name for unit in found.units if unit.name] == ["Night shift"]
    assert found.units[0].name == "Night shift"
    assert len(found.units) == 30


def test_few_leavers_or_little_time_leave_the_shrunken_rate_alone() -> None:
    leavers = {f"u{at}": at for at in range(8)}
    found = funnel(company(leavers))
    assert found is not None
    hidden = [unit for unit in found.units if unit.rate is None]
    assert len(hidden) == 5
    # Neither the time nor the rate is fine enough to tell nobody from four leavers.
    assert {unit.person_years for unit in hidden} == {40.0}
    assert all(value % 5 == 0 for unit in hidden for value in astuple(unit.shrunken))
    short = funnel(company(leavers, people=9))
    assert short is not None
    assert all(unit.rate is None for unit in short.units)
    assert all(unit.shrunken.low <= unit.shrunken.value for unit in short.units)


def test_few_units_or_nobody_who_left_make_no_funnel() -> None:
    assert funnel(company({"a": 9, "b": 9, "c": 9, "d": 9})) is None
    assert funnel(company(dict.fromkeys("abcdef", 0))) is None


def test_a_very_large_company_is_drawn_in_part_and_counted_whole() -> None:
    found = funnel(company({f"u{at}": 3 for at in range(MOST_DRAWN + 25)}, people=20))
    assert found is not None
    assert (len(found.units), found.left_out) == (MOST_DRAWN, 25)


def test_kinds_stand_apart_and_small_counts_are_not_told() -> None:
    last = len(PERIODS) - 1
    flows = {("a", at): Flow(100 * 28) for at in range(len(PERIODS))}
    flows["a", last] = Flow(100 * 28, 12, 4, 5, 9)
    found = kinds(Panel(PERIODS[-1].ends_on, 5, PERIODS, (), flows))
    assert found is not None
    voluntary, involuntary, other = found.kinds
    assert (voluntary.count, involuntary.count, other.count) == (12, None, 5)
    assert involuntary.per_100_person_years is None
    assert found.by_notice == 9
    years = 100 * 13 * 28 / 365.25
    assert voluntary.per_100_person_years is not None
    assert abs(voluntary.per_100_person_years - 1200 / years) < 1e-9
    assert voluntary.per_100_headcount == 12.0
