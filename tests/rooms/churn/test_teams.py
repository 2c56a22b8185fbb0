from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.churn.intervals import rate_interval
from pulse.churn.panel import Flow, Mood, Panel, study_periods
from pulse.churn.result import TeamPoint, Teams
from pulse.churn.teams import REST, teams

TODAY = date(2026, 3, 2)
FIRST_WAVE = date(2025, 6, 2)
YEAR_DAYS = 364


def mood(name: str, n: int, favourable: float, *, wave: int = 1, units: str = "") -> Mood:
    closed_on = FIRST_WAVE + timedelta(days=30 * wave)
    members = frozenset(units or name)
    return Mood(wave, closed_on, name, members, n, favourable, everyone=name == "all")


def everyone(*parts: Mood, wave: int = 1) -> Mood:
    n = sum(part.n for part in parts)
    share = sum(part.n * part.favourable for part in parts) / n
    units = "".join(sorted("".join(part.units) for part in parts))
    return mood("all", n, share, wave=wave, units=units)


def compared(
    moods: list[Mood], leavers: dict[str, int], people: dict[str, int] | None = None
) -> Teams:
    """Compare units that lost `leavers` in the last period and have 50 people or `people`."""
    periods = study_periods(FIRST_WAVE, TODAY)
    last = len(periods) - 1
    flows = {
        (unit, at): Flow((people or {}).get(unit, 50) * 28, count if at == last else 0)
        for unit, count in leavers.items()
        for at in range(len(periods))
    }
    found = teams(Panel(TODAY, 5, periods, tuple(moods), flows), rate_interval)
    assert found is not None
    return found


def names(found: Teams) -> list[str]:
    return [point.name for point in found.points]


def test_units_with_time_and_leavers_are_drawn_and_the_others_pooled() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4), mood("c", 30, 0.5), mood("d", 8, 0.5)]
    people = {"a": 50, "b": 50, "c": 50, "d": 9}
    found = compared([everyone(*parts), *parts], {"a": 6, "b": 9, "c": 4, "d": 3}, people)
    assert names(found) == ["a", "b"]
    assert found.rest_units == 2
    assert found.rest is not None
    assert (found.rest.name, found.rest.n, found.rest.voluntary) == (REST, 38, 7)
    assert found.rest.favourable.value == pytest.approx(0.5)
    assert found.rest.person_years == pytest.approx(59 * YEAR_DAYS / 365.25)


def test_a_rest_too_small_takes_the_smallest_group_with_it() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4), mood("c", 30, 0.5)]
    found = compared([everyone(*parts), *parts], {"a": 6, "b": 9, "c": 4})
    assert names(found) == ["b"]
    assert found.rest is not None
    assert (found.rest.voluntary, found.rest.units) == (10, 2)


def test_a_group_is_split_where_nearly_all_of_it_can_be_drawn() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    above = mood("both", 80, 0.55, units="ab")
    found = compared([everyone(*parts), above, *parts], {"a": 6, "b": 9})
    assert names(found) == ["a", "b"]


def test_a_group_stays_whole_where_splitting_would_lose_much_of_it() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    others = mood("c", 40, 0.5)
    above = mood("North", 80, 0.55, units="ab")
    found = compared([everyone(*parts, others), above, *parts, others], {"a": 6, "b": 2, "c": 7})
    assert names(found) == ["North", "c"]
    assert [point.units for point in found.points] == [2, 1]
    assert [point.voluntary for point in found.points] == [8, 7]


def test_only_groups_of_the_same_units_in_most_waves_are_drawn() -> None:
    early = [mood("ab", 60, 0.9, wave=0, units="ab"), mood("c", 40, 0.2, wave=0)]
    late = [mood("a", 40, 0.7), mood("b", 40, 0.6), mood("c", 20, 0.5)]
    moods = [everyone(*early, wave=0), *early, everyone(*late), *late]
    found = compared(moods, {"a": 6, "b": 9, "c": 7})
    (point,) = found.points
    assert (point.name, point.waves, point.n) == ("c", 2, 60)
    assert point.favourable.value == pytest.approx((40 * 0.2 + 20 * 0.5) / 60)
    assert found.rest is not None
    assert (found.rest.units, found.rest.voluntary, found.rest.waves) == (2, 15, 2)


def test_two_released_names_of_the_same_units_are_one_group() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    twice = mood("Roof of a", 40, 0.7, units="a")
    found = compared([everyone(*parts), twice, *parts], {"a": 6, "b": 9})
    assert [(point.units, point.n) for point in found.points] == [(1, 40), (1, 40)]


def test_more_waves_of_the_same_people_promise_no_more_certainty() -> None:
    once = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    twice = [mood(one.name, one.n, one.favourable, wave=0) for one in once]
    leavers = {"a": 6, "b": 9}
    single = compared([everyone(*once), *once], leavers)
    double = compared([everyone(*twice, wave=0), *twice, everyone(*once), *once], leavers)
    assert double.points[0].favourable == single.points[0].favourable


def test_without_a_released_unit_there_is_nothing_to_compare() -> None:
    periods = study_periods(FIRST_WAVE, TODAY)
    flows = {("a", 0): Flow(1400, 9)}
    only = (mood("all", 100, 0.6, units="a"),)
    assert teams(Panel(TODAY, 5, periods, only, flows), rate_interval) is None


UNITS = "abcdefghijkl"


@st.composite
def trees(draw: st.DrawFn, units: str = UNITS) -> list[str]:
    """Released groups of one wave: any part of any tree over the units."""
    found = [units] if units != UNITS and draw(st.booleans()) else []
    if len(units) > 1:
        cut = draw(st.integers(1, len(units) - 1))
        found += draw(trees(units[:cut])) + draw(trees(units[cut:]))
    return found


leaver_counts = st.fixed_dictionaries({unit: st.integers(0, 7) for unit in UNITS})
sizes = st.fixed_dictionaries({unit: st.integers(1, 40) for unit in UNITS})


@given(trees(), leaver_counts, sizes, st.randoms(use_true_random=False))
def test_groups_share_no_unit_and_each_is_large_enough(
    released: list[str], leavers: dict[str, int], people: dict[str, int], random: object
) -> None:
    moods = [mood(f"group {units}", 10 * len(units), 0.5, units=units) for units in released]
    if not moods:
        return
    moods = [mood("all", 10 * len(UNITS), 0.5, units=UNITS), *moods]
    found = compared(moods, leavers, people)
    names_drawn = "".join(name.removeprefix("group ") for name in names(found))
    assert len(set(names_drawn)) == len(names_drawn)
    assert found.rest_units == len(UNITS) - len(names_drawn)
    shown = shown_points(found)
    assert all(point.voluntary >= 5 and point.person_years >= 10 for point in shown)
    if found.points:
        # Nothing is left over whose leavers could be had by subtraction.
        assert sum(point.voluntary for point in shown) == sum(leavers.values())
    random.shuffle(moods)  # type: ignore[attr-defined]
    assert compared(moods, dict(reversed(leavers.items())), people) == found


def shown_points(found: Teams) -> list[TeamPoint]:
    return [*found.points, *([found.rest] if found.rest else [])]
