from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.churn.intervals import rate_interval
from pulse.churn.panel import Flow, Mood, Panel, study_periods
from pulse.churn.teams import REST, teams
from pulse.churn.timeline import timeline

TODAY = date(2026, 3, 2)
FIRST_WAVE = date(2025, 6, 2)
YEAR_DAYS = 364


def mood(name: str, n: int, favourable: float, *, wave: int = 1, units: str = "") -> Mood:
    closed_on = FIRST_WAVE + timedelta(days=30 * wave)
    members = frozenset(units or name)
    return Mood(wave, closed_on, name, members, n, favourable, everyone=name == "all")


def panel(
    moods: list[Mood], leavers: dict[str, list[int]], people: dict[str, int] | None = None
) -> Panel:
    """A year and more of periods; `leavers` lists those of the latest periods, in order."""
    periods = study_periods(FIRST_WAVE, TODAY)
    flows = {}
    for unit, counts in leavers.items():
        padded = ([0] * len(periods) + counts)[-len(periods) :]
        days = (people or {}).get(unit, 50) * 28
        flows |= {(unit, at): Flow(days, count) for at, count in enumerate(padded)}
    return Panel(TODAY, 5, periods, tuple(moods), flows)


def everyone(*parts: Mood, wave: int = 1) -> Mood:
    n = sum(part.n for part in parts)
    share = sum(part.n * part.favourable for part in parts) / n
    units = "".join(sorted("".join(part.units) for part in parts))
    return mood("all", n, share, wave=wave, units=units)


def test_every_window_with_enough_leavers_has_a_rate_and_an_interval() -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": [5, 8, 6] * 6}), rate_interval)
    assert found.weeks == 4
    assert found.below_floor == 0
    for window in found.windows:
        assert window.rate is not None
        assert window.rate.low < window.rate.value < window.rate.high


def test_the_rate_is_per_year_and_the_headcount_rate_is_not() -> None:
    # 50 people for 4 weeks are 1400 days; 5 leavers in them are 130 per 100 person-years.
    found = timeline(panel([mood("all", 100, 0.6)], {"a": [5] * 20}), rate_interval).windows[-1]
    assert found.rate is not None
    assert found.rate.value == pytest.approx(100 * 5 / (1400 / 365.25))
    assert found.per_100_headcount == pytest.approx(10)
    assert found.person_years == pytest.approx(1400 / 365.25)


@given(st.lists(st.integers(0, 12), max_size=15))
def test_fewer_leavers_than_the_floor_never_stand_beside_sentiment(counts: list[int]) -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": counts}), rate_interval)
    for window in found.windows:
        assert (window.rate is None) == (window.voluntary is None)
        assert window.voluntary is None or window.voluntary >= 5


@given(st.lists(st.integers(0, 12), max_size=15))
def test_windows_adjoin_and_are_of_one_width(counts: list[int]) -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": counts}), rate_interval)
    for before, after in pairwise(found.windows):
        assert before.ends_on == after.starts_on
    widths = {window.ends_on - window.starts_on for window in found.windows}
    assert widths <= {timedelta(weeks=found.weeks)}


def test_units_with_time_and_leavers_are_drawn_and_the_others_pooled() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4), mood("c", 30, 0.5), mood("d", 8, 0.5)]
    people = {"a": 50, "b": 50, "c": 50, "d": 9}
    leavers = {"a": [6], "b": [9], "c": [4], "d": [3]}
    found = teams(panel([everyone(*parts), *parts], leavers, people), rate_interval)
    assert found is not None
    assert [point.name for point in found.points] == ["a", "b"]
    assert (found.pooled.little_time, found.pooled.few_leavers) == (1, 1)
    assert found.rest is not None
    assert (found.rest.name, found.rest.n, found.rest.voluntary) == (REST, 38, 7)
    assert found.rest.favourable.value == pytest.approx(0.5)
    assert found.rest.person_years == pytest.approx(59 * YEAR_DAYS / 365.25)


def test_others_too_few_even_together_are_not_drawn() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4), mood("c", 30, 0.5)]
    given_panel = panel([everyone(*parts), *parts], {"a": [6], "b": [9], "c": [4]})
    found = teams(given_panel, rate_interval)
    assert found is not None
    assert found.rest is None
    assert found.pooled.total == 1


def test_a_group_above_a_smaller_released_group_is_not_drawn_beside_it() -> None:
    parts = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    above = mood("ab", 80, 0.55, units="ab")
    given_panel = panel([everyone(*parts), above, *parts], {"a": [6], "b": [9]})
    found = teams(given_panel, rate_interval)
    assert found is not None
    assert [point.name for point in found.points] == ["a", "b"]


def test_waves_are_pooled_only_where_the_group_had_the_same_units() -> None:
    early = [mood("ab", 60, 0.9, wave=0, units="ab"), mood("c", 40, 0.2, wave=0)]
    late = [mood("a", 40, 0.7), mood("c", 20, 0.5)]
    moods = [everyone(*early, wave=0), *early, everyone(*late), *late]
    found = teams(panel(moods, {"a": [6], "b": [9], "c": [7]}), rate_interval)
    assert found is not None
    first, second = found.points
    assert (first.name, first.waves, first.n) == ("a", 1, 40)
    assert (second.name, second.waves, second.n) == ("c", 2, 60)
    assert second.favourable.value == pytest.approx((40 * 0.2 + 20 * 0.5) / 60)


def test_more_waves_of_the_same_people_promise_no_more_certainty() -> None:
    once = [mood("a", 40, 0.7), mood("b", 40, 0.4)]
    twice = [mood(one.name, one.n, one.favourable, wave=0) for one in once]
    leavers = {"a": [6], "b": [9]}
    single = teams(panel([everyone(*once), *once], leavers), rate_interval)
    double = teams(
        panel([everyone(*twice, wave=0), *twice, everyone(*once), *once], leavers), rate_interval
    )
    assert single is not None
    assert double is not None
    assert double.points[0].favourable == single.points[0].favourable


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 9), min_size=2))
def test_no_unit_below_the_floor_of_leavers_is_ever_drawn(leavers: dict[str, int]) -> None:
    parts = [mood(name, 30, 0.5) for name in leavers]
    counts = {name: [count] for name, count in leavers.items()}
    found = teams(panel([everyone(*parts), *parts], counts), rate_interval)
    assert found is not None
    drawn = [*found.points, *([found.rest] if found.rest else [])]
    assert all(point.voluntary >= 5 and point.person_years >= 10 for point in drawn)
    assert len(found.points) + found.pooled.total == len(leavers)


def test_without_a_released_unit_there_is_nothing_to_compare() -> None:
    assert teams(panel([mood("all", 100, 0.6, units="a")], {"a": [9]}), rate_interval) is None
