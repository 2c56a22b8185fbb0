from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import rates
from pulse.domain.exposure import Window

days = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@given(days, days)
def test_periods_are_whole_adjoining_and_end_in_time(first: date, last: date) -> None:
    found = rates.periods(first, last)
    assert all(window.ends_on - window.starts_on == timedelta(weeks=4) for window in found)
    assert all(a.ends_on == b.starts_on for a, b in pairwise(found))
    if found:
        assert found[0].starts_on <= first < found[0].starts_on + rates.PERIOD
        assert found[-1].ends_on <= last < found[-1].ends_on + rates.PERIOD


@given(days, days, st.integers(0, 3000))
def test_a_later_last_day_only_adds_periods(first: date, last: date, more: int) -> None:
    before = rates.periods(first, last)
    after = rates.periods(first, last + timedelta(days=more))
    assert after[: len(before)] == before


@given(st.lists(st.integers(0, 20), max_size=60))
def test_windows_hold_the_latest_periods_and_none_twice(leavers: list[int]) -> None:
    width = rates.periods_per_window(leavers)
    used = [at for group in rates.window_groups(len(leavers), width) for at in group]
    assert used == list(range(len(leavers) % width, len(leavers)))


counts = st.lists(st.integers(0, 20), min_size=13, max_size=60)


def reached(leavers: list[int], since: int, width: int) -> float:
    groups = rates.window_groups(len(leavers), width)
    sums = [sum(leavers[at] for at in group) for group in groups if group[-1] >= since]
    return sum(total >= rates.LEAVER_FLOOR for total in sums) / len(sums)


@given(counts, st.integers(0, 12))
def test_the_width_is_the_least_that_fills_most_windows(leavers: list[int], since: int) -> None:
    chosen = rates.periods_per_window(leavers, since)
    assert chosen == 13 or reached(leavers, since, chosen) >= rates.MOST_WINDOWS
    for width in (1, 2, 3, 6):
        if width < chosen:
            assert reached(leavers, since, width) < rates.MOST_WINDOWS


@given(counts, st.integers(0, 60))
def test_no_gap_follows_from_a_total(leavers: list[int], known: int) -> None:
    totalled = [count if at < known else None for at, count in enumerate(leavers)]
    hidden = rates.kept_back(leavers, totalled, 5)
    assert all(leavers[at] >= 5 for at in range(len(leavers)) if at not in hidden)
    gaps = [at for at in hidden if at < known]
    if gaps and len(gaps) < min(known, len(leavers)):
        assert len(gaps) >= 2
        assert sum(leavers[at] for at in gaps) >= 5
    if not any(count < 5 for count in leavers[:known]):
        assert not gaps


@given(counts)
def test_windows_are_only_kept_back_to_cover_a_gap(leavers: list[int]) -> None:
    hidden = rates.kept_back(leavers, [None] * len(leavers), 5)
    assert hidden == {at for at, count in enumerate(leavers) if count < 5}


def test_the_two_rates_agree_over_a_year_and_not_over_a_month() -> None:
    year = Window(date(2023, 1, 1), date(2024, 1, 1))
    month = Window(date(2023, 1, 1), date(2023, 1, 31))
    assert rates.per_100_person_years(9, 90 * 365) == pytest.approx(
        rates.per_100_headcount(9, 90 * 365, year), rel=1e-3
    )
    assert rates.per_100_headcount(9, 90 * 30, month) == pytest.approx(10)
    assert rates.per_100_person_years(9, 90 * 30) == pytest.approx(121.75)


# The first is printed in Newcombe's paper of 1998 on intervals of proportions; the others show
# that the limits stay within 0 and 1.
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0)],
)
def test_wilson_gives_the_published_limits(successes: int, n: int, low: float, high: float) -> None:
    found = rates.wilson(successes, n)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)
