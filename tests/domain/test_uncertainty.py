"""Published figures of the literature, each named by its source, and what must always be true."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.domain import uncertainty
from pulse.domain.uncertainty import Changes, Promoters, Range, Shares

# Newcombe, Interval estimation for the difference between independent proportions, Statistics in
# Medicine 17 (1998) 873-890, table II, method 10.
NEWCOMBE = [
    ((56, 70), (48, 80), (0.0524, 0.3339)),
    ((9, 10), (3, 10), (0.1705, 0.8090)),
    ((10, 10), (0, 20), (0.6791, 1.0)),
    ((5, 56), (0, 29), (-0.0381, 0.1926)),
]
# Benjamini and Hochberg, Controlling the false discovery rate, Journal of the Royal Statistical
# Society B 57 (1995) 289-300, section 4: four hypotheses are rejected, Bonferroni rejects three.
THROMBOLYSIS = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459),
    *(0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]


def vector(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


def shares(*pairs: tuple[float, float]) -> Shares:
    counts, people = zip(*pairs, strict=True)
    return Shares(vector(*counts), vector(*people))


@pytest.mark.parametrize(("one", "other", "ends"), NEWCOMBE)
def test_newcombe_1998(one, other, ends) -> None:
    found = uncertainty.change_of_shares(shares(one), shares(other))
    assert (round(found.range.low[0], 4), round(found.range.high[0], 4)) == ends


def test_wilson_of_newcombe_1998() -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, ibid. 857-872: 81/263."""
    found = uncertainty.wilson(shares((81, 263)))
    assert (round(found.low[0], 4), round(found.high[0], 4)) == (0.2553, 0.3662)


def test_benjamini_and_hochberg_1995() -> None:
    p = vector(*THROMBOLYSIS)
    assert uncertainty.kept(p).tolist() == [True] * 4 + [False] * 11
    assert (p < 0.05 / 15).sum() == 3
    assert uncertainty.kept(p[::-1]).tolist() == [False] * 11 + [True] * 4


# A count as it is published: whole, or ending in a half; none and all among them.
halves = st.integers(0, 400).flatmap(
    lambda people: st.tuples(
        st.integers(0, 2 * max(people, 5)).map(lambda twice: twice / 2), st.just(max(people, 5))
    )
)


@given(st.lists(halves, min_size=1, max_size=20))
def test_an_interval_of_a_share_holds_it_and_stays_on_the_scale(pairs) -> None:
    counted = shares(*pairs)
    found = uncertainty.wilson(counted)
    assert ((found.low >= 0) & (found.low <= counted.value)).all()
    assert ((counted.value <= found.high) & (found.high <= 1)).all()
    assert (found.low < found.high).all()


@given(halves, halves)
def test_a_change_lies_in_its_interval_and_its_p_value_says_the_same(one, other) -> None:
    now, before = shares(one), shares(other)
    found = uncertainty.change_of_shares(now, before)
    low, high, p = found.range.low[0], found.range.high[0], found.p[0]
    assert -1 <= low <= found.value[0] <= high <= 1
    assert ((low > 0) or (high < 0)) == (p < 0.05)
    back = uncertainty.change_of_shares(before, now)
    assert (back.range.low[0], back.range.high[0]) == pytest.approx((-high, -low))
    assert back.p[0] == pytest.approx(p)


people_of_three = st.integers(5, 300).flatmap(
    lambda n: st.tuples(st.integers(0, 2 * n), st.integers(0, 2 * n), st.just(n)).filter(
        lambda each: each[0] + each[1] <= 2 * each[2]
    )
)


def promoters(*counted: tuple[int, int, int]) -> Promoters:
    good, bad, people = (vector(*each) for each in zip(*counted, strict=True))
    return Promoters(good / 2, bad / 2, people)


@given(people_of_three, people_of_three)
def test_intervals_of_enps_hold_it_and_stay_on_the_scale(one, other) -> None:
    now, before = promoters(one), promoters(other)
    found = uncertainty.enps(now)
    assert -1 <= found.low[0] <= now.value[0] <= found.high[0] <= 1
    change = uncertainty.change_of_enps(now, before)
    assert -2 <= change.range.low[0] <= change.value[0] <= change.range.high[0] <= 2
    assert 0 <= change.p[0] <= 1


@pytest.mark.parametrize("people", [10, 20, 50])
@pytest.mark.parametrize(("good", "bad"), [(0.2, 0.4), (0.35, 0.35), (0.6, 0.1), (0.1, 0.6)])
def test_the_interval_of_enps_covers_what_it_claims(people: int, good: float, bad: float) -> None:
    """Among 20,000 groups drawn; the plain Wald interval covers 87 to 91 per cent at ten people."""
    drawn = np.random.default_rng(people).multinomial(people, [good, bad, 1 - good - bad], 20_000)
    counts = Promoters(drawn[:, 0].astype(float), drawn[:, 1].astype(float), vector(people))
    found = uncertainty.enps(counts)
    covered = ((found.low <= good - bad) & (good - bad <= found.high)).mean()
    assert 0.935 < covered < 0.98


def test_where_nothing_changed_hardly_any_release_has_an_arrow() -> None:
    """Of 300 releases with 120 figures each, at most one in twenty, give or take chance."""
    chance = np.random.default_rng(7)
    people = chance.integers(10, 60, 120).astype(float)
    rate = chance.uniform(0.2, 0.9, 120)
    arrows = 0
    for _ in range(300):
        one, other = (chance.binomial(people.astype(int), rate).astype(float) for _ in range(2))
        changes = uncertainty.change_of_shares(Shares(one, people), Shares(other, people))
        (held,) = uncertainty.hold([changes])
        arrows += held.any()
    assert arrows <= 300 * 0.08


def test_a_change_holds_only_among_all_that_were_looked_at() -> None:
    """Alone it would; beside many that did not change it does not, whichever batch they are in."""
    clear = Changes(vector(0.2), Range(vector(0.01), vector(0.4)), vector(0.03))
    many = Changes(*_nothing(30))
    assert uncertainty.hold([clear])[0].tolist() == [True]
    held = uncertainty.hold([many, clear])
    assert [flags.tolist() for flags in held] == [[False] * 30, [False]]


def test_without_any_change_nothing_holds() -> None:
    assert [flags.tolist() for flags in uncertainty.hold([Changes(*_nothing(0))])] == [[]]


def _nothing(count: int) -> tuple[np.ndarray, Range, np.ndarray]:
    zero = np.zeros(count)
    return zero, Range(zero - 0.3, zero + 0.3), zero + 0.9


@given(st.integers(5, 40), st.integers(2, 6))
def test_several_questions_never_count_as_more_people(people: int, questions: int) -> None:
    """The interval of an index is that of one question: narrower would take answers for people."""
    share = 0.6
    one = uncertainty.wilson(shares((people * share, people)))
    many = uncertainty.wilson(shares((people * questions * share, people * questions)))
    assert one.high[0] - one.low[0] > many.high[0] - many.low[0]
