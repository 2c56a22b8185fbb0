"""However often it is asked, a domain never gets more than its minute and what the bucket holds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import backoff, token_bucket

NOON = datetime(2037, 3, 2, 12, tzinfo=UTC)


@given(
    st.integers(1, 6000),
    st.lists(st.tuples(st.floats(0, 90), st.integers(0, 500)), max_size=40),
)
def test_no_more_than_the_rate_and_one_bucket(
    per_minute: int, asked: list[tuple[float, int]]
) -> None:
    bucket, at, given_out = token_bucket.full(per_minute, NOON), NOON, 0
    for seconds, wanted in asked:
        at += timedelta(seconds=seconds)
        bucket = token_bucket.filled(bucket, per_minute, at)
        got, bucket = token_bucket.taken(bucket, wanted)
        assert 0 <= got <= wanted
        given_out += got
    minutes = (at - NOON).total_seconds() / 60
    assert given_out <= minutes * per_minute + token_bucket.capacity(per_minute) + 0.001


@given(st.integers(1, 600), st.integers(1, 100_000))
def test_a_clock_that_is_set_back_takes_nothing_and_gives_nothing(rate: int, back: int) -> None:
    _, bucket = token_bucket.taken(token_bucket.full(rate, NOON), 1)
    earlier = token_bucket.filled(bucket, rate, NOON - timedelta(seconds=back))
    assert earlier.left == bucket.left


@given(st.integers(0, 200), st.floats(0, 1))
def test_waits_grow_and_stay_within_a_half_of_four_hours(attempts: int, chance: float) -> None:
    waited = backoff.pause(attempts, chance)
    assert timedelta(seconds=30) <= waited <= 1.5 * backoff.LONGEST
    assert backoff.pause(attempts + 1, chance) >= waited
