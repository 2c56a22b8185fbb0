import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pulse.domain import apartness
from pulse.domain.apartness import Ends


def coded(counts: np.ndarray, people: np.ndarray) -> Ends:
    """Publish counts as a release does: none or one, and all or all but one, as an interval."""
    low = np.where(counts <= 1, 0, np.where(counts >= people - 1, people - 1, counts))
    high = np.where(counts <= 1, 1, np.where(counts >= people - 1, people, counts))
    return Ends(low / people, high / people)


def drawn(chance: np.random.Generator, people: np.ndarray, rate: np.ndarray | float) -> float:
    """Give the p-value of groups drawn at random."""
    counts = chance.binomial(people.astype(int), rate)
    ends = coded(counts, people)
    share = float(np.average((ends.low + ends.high) / 2, weights=people))
    return apartness.apart(ends, people, apartness.of_shares(share)).p


def test_with_exact_counts_it_is_pearsons_test() -> None:
    """At a half, answers scatter no more than the table of chi-squared says."""
    counts, people = np.array([30.0, 20, 25, 25]), np.array([50.0, 50, 50, 50])
    ends = Ends(counts / people, counts / people)
    found = apartness.apart(ends, people, apartness.of_shares(0.5))
    expected = stats.chi2_contingency([counts, people - counts], correction=False)
    assert found.p == pytest.approx(expected.pvalue)
    assert found.observed == pytest.approx(np.std(counts / people, ddof=1))
    assert found.by_chance == pytest.approx(np.sqrt(0.25 / 50))


def test_yes_or_no_is_a_case_of_three_answers() -> None:
    one, other = apartness.of_shares(0.3), apartness.of_enps(0.3, 0.0)
    assert (one.variance, one.excess) == pytest.approx((other.variance, other.excess))


@pytest.mark.parametrize(
    ("groups", "people", "rate"),
    [(100, 8, 0.5), (100, 8, 0.9), (30, 12, 0.7), (5, 40, 0.7), (2, 6, 0.9)],
)
def test_groups_that_are_alike_are_hardly_ever_called_different(groups, people, rate) -> None:
    chance = np.random.default_rng(groups + people)
    sizes = np.full(groups, float(people))
    found = sum(drawn(chance, sizes, rate) < 0.05 for _ in range(1000))
    assert found <= 1000 * 0.07


def test_groups_that_differ_by_ten_points_are_mostly_found() -> None:
    chance = np.random.default_rng(3)
    sizes = np.full(100, 12.0)
    found = sum(
        drawn(chance, sizes, np.clip(chance.normal(0.65, 0.1, 100), 0.02, 0.98)) < 0.05
        for _ in range(200)
    )
    assert found >= 200 * 0.7


def test_coding_near_the_edge_is_never_read_as_a_difference() -> None:
    people = np.array([8.0, 8, 8])
    ends = Ends(np.array([0, 1, 1]) / 8, np.array([1, 1, 1]) / 8)
    found = apartness.apart(ends, people, apartness.of_shares(1 / 8))
    assert (
        found.observed
        < apartness.apart(
            Ends((ends.low + ends.high) / 2, (ends.low + ends.high) / 2),
            people,
            apartness.of_shares(1 / 8),
        ).observed
    )


@given(st.lists(st.tuples(st.integers(5, 60), st.floats(0, 1)), min_size=2, max_size=30))
def test_any_groups_can_be_compared(groups) -> None:
    people = np.array([size for size, _ in groups], dtype=float)
    ends = coded(np.round(people * [part for _, part in groups]), people)
    share = float(np.average((ends.low + ends.high) / 2, weights=people))
    found = apartness.apart(ends, people, apartness.of_shares(share))
    assert 0 <= found.p <= 1
    assert 0 <= found.beyond <= found.observed
    assert found.by_chance > 0
