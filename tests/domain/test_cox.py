import numpy as np
import pytest

from pulse.domain import cox, steadiness
from pulse.domain.consented import ConsentedFile, Row
from pulse.domain.cox import Fit
from pulse.domain.errors import Invalid
from pulse.domain.steadiness import Observed

PEOPLE = 3000


def drawn(ratio: float = 2.0, *, later: float = 1.0, late: bool = False) -> Observed:
    """Draw people of two kinds; from month 6 on the ratio is multiplied by `later`."""
    random = np.random.default_rng(7)
    kind = random.integers(0, 2, PEOPLE).astype(float)
    months, left = np.full(PEOPLE, 12.0), np.zeros(PEOPLE, dtype=bool)
    entry = np.where(random.random(PEOPLE) < 0.5, 4.0, 0.0) if late else np.zeros(PEOPLE)
    for month in range(12, 0, -1):
        rate = 0.03 * np.where(kind > 0, ratio * (later if month > 6 else 1), 1)
        gone = random.random(PEOPLE) < 1 - np.exp(-rate)
        months[gone], left[gone] = month, True
    seen = months > entry
    return Observed(months[seen], left[seen], entry[seen], kind[seen][:, None])


def likelihood(observed: Observed, at: float) -> float:
    """Write Efron's partial likelihood down as it stands in books."""
    weight = np.exp(at * observed.columns[:, 0])
    total = 0.0
    for month in np.unique(observed.months[observed.left]):
        there = (observed.months >= month) & (observed.entry < month)
        gone = observed.left & (observed.months == month)
        many = gone.sum()
        shares = weight[there].sum() - np.arange(many) / many * weight[gone].sum()
        total += at * observed.columns[gone].sum() - np.log(shares).sum()
    return total


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "some come later"])
def test_the_estimate_is_where_the_likelihood_is_highest(late: bool) -> None:
    observed = drawn(late=late)
    found = cox.fit(observed)
    best, step = float(found.estimate[0]), 1e-3
    below, here, above = (likelihood(observed, best + by) for by in (-step, 0, step))
    assert (above - below) / (2 * step) == pytest.approx(0, abs=1e-3)
    curved = (above - 2 * here + below) / step**2
    assert found.covariance[0, 0] == pytest.approx(-1 / curved, rel=1e-3)
    assert best == pytest.approx(np.log(2), abs=3 * found.standard_error[0])


def test_whoever_comes_after_the_last_leaver_changes_nothing() -> None:
    before = drawn()
    more = Observed(
        np.append(before.months, 30.0),
        np.append(before.left, False),
        np.append(before.entry, 20.0),
        np.vstack([before.columns, [[1.0]]]),
    )
    assert cox.fit(more).estimate == pytest.approx(cox.fit(before).estimate, abs=1e-9)


@pytest.mark.parametrize("late", [False, True], ids=["from the start", "some come later"])
def test_residuals_sum_to_nothing(late: bool) -> None:
    observed = drawn(late=late)
    when, found = steadiness.residuals(observed, cox.fit(observed).estimate)
    assert found.sum() == pytest.approx(0, abs=1e-6)
    assert when.tolist() == sorted(observed.months[observed.left])


def statistic(observed: Observed) -> float:
    found: Fit = cox.fit(observed)
    return float(steadiness.statistics(observed, found.estimate, found.covariance)[0])


def test_a_ratio_that_turns_is_noticed_and_one_that_stays_is_not() -> None:
    assert statistic(drawn(ratio=2.0)) < 3.84
    assert statistic(drawn(ratio=2.0, later=0.3)) > 10


def file(columns: dict[str, list[float | str]]) -> ConsentedFile:
    months = [float(1 + at % 12) for at in range(240)]
    rows = tuple(
        Row(month, at % 3 == 0, "all", 0.0, tuple(values[at] for values in columns.values()))
        for at, month in enumerate(months)
    )
    return ConsentedFile(rows, tuple(columns))


def test_columns_that_say_the_same_are_refused() -> None:
    ages: list[float | str] = [20.0 + at % 11 for at in range(240)]
    born: list[float | str] = [2000.0 - at % 11 for at in range(240)]
    assert len(cox.hazards(file({"age": ages}))) == 1
    with pytest.raises(Invalid, match="Columns say the same"):
        cox.hazards(file({"age": ages, "born": born}))


def test_a_column_that_parts_all_who_left_is_refused() -> None:
    told: list[float | str] = [float(at % 3 == 0) for at in range(240)]
    with pytest.raises(Invalid, match="part all who left from all who stayed"):
        cox.hazards(file({"told": told}))


def test_a_ratio_does_not_depend_on_the_unit_of_the_column() -> None:
    pay: list[float | str] = [20_000.0 + 37 * (at % 41) for at in range(240)]
    scaled: list[float | str] = [float(value) / 1000 for value in pay]
    ratio, thousand = (cox.hazards(file({"pay": one}))[0].ratio for one in (pay, scaled))
    assert ratio**1000 == pytest.approx(thousand, rel=1e-6)
