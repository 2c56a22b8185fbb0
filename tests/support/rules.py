"""Cadences drawn at random, for property tests: every rule, any time that may be asked for."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from pulse.domain.cadence import Cadence, Repeats

FIRST, LAST = date(2026, 1, 1), date(2037, 12, 31)
days = st.dates(FIRST, LAST)
times = st.times().map(lambda at: time(at.hour, at.minute)).filter(lambda at: at.hour != 2)
moments = st.integers(0, 4000 * 24 * 4).map(
    lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15) * quarters
)
weekends = st.sampled_from([{5, 6}, {4, 5}, {4}, {6}, {4, 6}]).map(frozenset)


@st.composite
def cadences(draw: st.DrawFn, *, ends: bool = True) -> Cadence:
    repeats = draw(st.sampled_from(Repeats))
    starts_on = draw(days)
    return Cadence(
        repeats=repeats,
        starts_on=starts_on,
        at=draw(times),
        days=draw(st.integers(1, 92)),
        every=draw(st.integers(1, 6)),
        weekday=draw(st.none() | st.integers(0, 6)),
        day=draw(st.none() | st.integers(1, 31)),
        week=draw(st.none() | st.integers(1, 5)),
        ends_on=draw(st.none() | st.dates(starts_on, date(2039, 1, 1))) if ends else None,
        keeps_holidays=draw(st.booleans()),
    )
