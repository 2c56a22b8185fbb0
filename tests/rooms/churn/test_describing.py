from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.churn.intervals import rate_interval
from pulse.churn.panel import Flow, Mood, Panel, study_periods
from pulse.churn.timeline import timeline

TODAY = date(2026, 3, 2)
FIRST_WAVE = date(2025, 6, 2)


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


def test_every_window_with_enough_leavers_has_a_rate_and_an_interval() -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": [5, 8, 6] * 6}), rate_interval)
    assert found.weeks == 4
    assert found.gaps == 0
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


def test_a_quiet_month_is_a_gap_and_widens_nothing() -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": [8] * 10 + [2] + [8] * 8}), rate_interval)
    assert found.weeks == 4
    assert found.windows[-9].rate is None
    # The groups over the year give its total, so one gap alone would be no gap.
    assert found.gaps == 2


def test_windows_before_the_first_wave_do_not_widen_the_line() -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": [8] * 9}), rate_interval)
    assert found.weeks == 4
    assert found.windows[0].rate is None
    assert all(window.rate for window in found.windows[-8:])


@given(st.lists(st.integers(0, 12), min_size=13, max_size=15))
def test_no_count_of_a_gap_follows_from_the_total_of_the_year(counts: list[int]) -> None:
    found = timeline(panel([mood("all", 100, 0.6)], {"a": counts}), rate_interval)
    if found.weeks == 4:
        year = found.windows[-13:]
        gaps = [window for window in year if window.rate is None]
        left = sum(counts[-13:]) - sum(window.voluntary or 0 for window in year)
        assert not gaps or len(gaps) >= 2
        assert not gaps or left >= 5 or len(gaps) == 13
