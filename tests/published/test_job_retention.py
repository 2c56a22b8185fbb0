"""Kaplan-Meier and Cox on `job_retention`: K. McNulty, Handbook of Regression Modeling in People
Analytics (2021), the chapter on survival analysis.

The check of proportional hazards is that of lifelines 0.30.3 (`proportional_hazard_test`, time as
"km" and as "rank"); the book's, from R's `cox.zph`, is another statistic.
"""

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from pulse.domain import cox, kaplan_meier, steadiness
from pulse.domain.consented import ConsentedFile, Row, by_group, terms
from pulse.domain.steadiness import Observed
from tests.published import data

# Name, coefficient on the log scale as printed.
COEFFICIENTS = {
    "gender: M beside F": -0.04548,
    "field: Finance beside Education and Training": 0.22334,
    "field: Health beside Education and Training": 0.27830,
    "level: Medium beside High": 0.17666,
    "sentiment, one more": -0.11756,
}
# Month, at risk, left in it, share still there, Greenwood's standard error.
STEPS = {
    "High": ((6, None, None, 0.837, None), (12, 1827, 45, 0.634, 0.00882)),
    "Not High": ((6, None, None, 0.739, None), (12, 254, 8, 0.517, 0.02218)),
}
# Column, statistic with time as "km", and as "rank".
CHECK = {
    "sentiment, one more": (2.78, 2.32),
    "field: Health beside Education and Training": (4.27, 4.10),
}


@pytest.fixture(scope="module")
def file() -> ConsentedFile:
    return data.retention()


@pytest.fixture(scope="module")
def model(file: ConsentedFile) -> tuple[list[str], Observed]:
    """The book's model, in which sentiment is a number and no group is compared."""
    rows = tuple(Row(row.months, row.left, "all", 0.0, row.further) for row in file.rows)
    together = ConsentedFile(rows, file.columns)
    compared = terms(together)
    return [term.name for term in compared], cox.observe(together, compared)


@pytest.mark.parametrize("group", STEPS)
def test_kaplan_meier(file: ConsentedFile, group: str) -> None:
    curve = kaplan_meier.curve(group, by_group(file.rows)[group])
    for month, at_risk, left, stayed, error in STEPS[group]:
        step, before = curve.at(month), curve.at(month - 1)
        assert round(step.stayed, 3) == stayed
        if error is not None:
            assert round(step.error, 5) == error
            assert step.at_risk == at_risk
            assert round(at_risk * (1 - step.stayed / before.stayed), 6) == left


def test_the_interval_is_that_of_log_log_and_not_the_one_the_book_prints(
    file: ConsentedFile,
) -> None:
    """The book prints R's default ("log"): 0.617 to 0.651. lifelines gives 0.616 to 0.651."""
    found = kaplan_meier.curve("High", by_group(file.rows)["High"]).at(12)
    assert (round(found.low, 3), round(found.high, 3)) == (0.616, 0.651)


def test_coefficients(model: tuple[list[str], Observed]) -> None:
    names, observed = model
    found = dict(zip(names, cox.fit(observed).estimate, strict=True))
    assert {name: round(float(found[name]), 5) for name in COEFFICIENTS} == COEFFICIENTS
    assert len(found) == 9


def test_the_ratio_of_sentiment(file: ConsentedFile, model: tuple[list[str], Observed]) -> None:
    names, observed = model
    found = cox.fit(observed)
    at = names.index("sentiment, one more")
    error = found.standard_error[at]
    assert round(error, 5) == 0.01397
    assert round(found.estimate[at] / error, 3) == -8.415
    rows = tuple(Row(row.months, row.left, "all", 0.0, row.further) for row in file.rows)
    ratio = next(
        one for one in cox.hazards(ConsentedFile(rows, file.columns)) if one.name == names[at]
    )
    assert ratio.ratio == pytest.approx(0.88909, abs=1e-5)
    assert (round(ratio.low, 4), round(ratio.high, 4)) == (0.8651, 0.9138)


def test_the_whole_model(model: tuple[list[str], Observed]) -> None:
    """Partial log-likelihood -10724.52, likelihood ratio 89.18, Wald 94.95, both with 9 df."""
    _, observed = model
    found = cox.fit(observed)
    likelihood = PHReg(
        observed.months, observed.columns, observed.left.astype(float), ties="efron"
    ).loglike
    fitted = likelihood(found.estimate)
    assert round(fitted, 2) == -10724.52
    assert round(2 * (fitted - likelihood(np.zeros(9))), 2) == 89.18
    wald = found.estimate @ np.linalg.solve(found.covariance, found.estimate)
    assert round(wald, 2) == 94.95


def test_concordance(model: tuple[list[str], Observed]) -> None:
    """Harrell's: of two people, the one who left first had the higher expected rate; 0.578."""
    _, observed = model
    rate = observed.columns @ cox.fit(observed).estimate
    agreed = pairs = 0.0
    for month in np.unique(observed.months[observed.left]):
        now = observed.left & (observed.months == month)
        after = rate[(observed.months > month) | ((observed.months == month) & ~observed.left)]
        ranks = stats.rankdata(np.concatenate([rate[now], after]))
        first = np.sum(ranks[: now.sum()] - stats.rankdata(rate[now]))
        agreed, pairs = agreed + first, pairs + now.sum() * len(after)
    assert round(agreed / pairs, 3) == 0.578


@pytest.mark.parametrize("name", CHECK)
def test_whether_hazards_are_proportional(model: tuple[list[str], Observed], name: str) -> None:
    names, observed = model
    found = cox.fit(observed)
    by_share = steadiness.statistics(observed, found.estimate, found.covariance)
    ranks = np.arange(1.0, observed.left.sum() + 1)
    by_rank = steadiness.statistics(observed, found.estimate, found.covariance, ranks)
    at = names.index(name)
    assert (round(by_share[at], 2), round(by_rank[at], 2)) == CHECK[name]
