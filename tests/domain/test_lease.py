"""The lease under any course of bids and any clock: one holder at a time, and numbers that grow."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import lease
from pulse.domain.lease import Lease

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TERM = timedelta(seconds=30)
# Bids: who, and how far the clock has moved since the last one, backwards too.
BIDS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-90_000, 90_000)), max_size=40)


@given(BIDS)
def test_the_number_grows_just_when_the_holder_changes(bids):
    stands, now = Lease("", 0, NOON, NOON), NOON
    for who, seconds in bids:
        now += timedelta(seconds=seconds)
        after = lease.bid(stands, who, now, TERM)
        assert after.epoch - stands.epoch == (after.holder != stands.holder)
        stands = after


@given(BIDS)
def test_of_all_who_ever_held_it_at_most_the_last_may_write(bids):
    stands, now, ever = Lease("", 0, NOON, NOON), NOON, []
    for who, seconds in bids:
        now += timedelta(seconds=seconds)
        stands = lease.bid(stands, who, now, TERM)
        ever.append(stands)
        may = {(one.holder, one.epoch) for one in ever if lease.still_holds(stands, one, now)}
        assert len(may) <= 1


@given(st.integers(-90_000, 90_000))
def test_no_clock_keeps_the_lease_from_everybody_for_longer_than_its_term(seconds):
    """Whatever the clock is set to, within a term of standing still somebody else can have it."""
    stands, now = Lease("a", 1, NOON, NOON + TERM), NOON + timedelta(seconds=seconds)
    assert lease.is_free(stands, now) or lease.is_free(stands, now + TERM + lease.SLACK)


@given(st.integers(0, 29))
def test_in_its_time_it_is_nobody_elses(seconds):
    stands = Lease("a", 1, NOON, NOON + TERM)
    assert lease.bid(stands, "b", NOON + timedelta(seconds=seconds), TERM) is stands
