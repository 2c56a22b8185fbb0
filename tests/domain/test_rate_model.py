"""The model with periods concentrated out is the model with a dummy for each, to the last digit."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from pulse.domain import rate_model
from pulse.domain.errors import Invalid
from pulse.domain.rate_model import Rows


def rows(seed: int, groups: int = 30, periods: int = 8) -> Rows:
    random = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), periods)
    period = np.tile(np.arange(periods), groups)
    columns = random.normal(size=(groups * periods, 2))
    columns[:, 1] = columns[group * periods, 1]
    years = random.uniform(0.5, 3, groups * periods)
    mean = years * np.exp(-0.3 * columns[:, 0] - 0.8 * columns[:, 1] + 0.1 * period)
    separations = random.poisson(mean * random.gamma(2, 0.5, groups)[group]).astype(float)
    return Rows(separations, years, group, period, columns)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_it_is_the_glm_of_statsmodels_with_period_dummies(seed: int) -> None:
    given_rows = rows(seed)
    found = rate_model.fit(given_rows)
    dummies = np.eye(8)[given_rows.period]
    model = sm.GLM(
        given_rows.separations,
        np.hstack([given_rows.columns, dummies]),
        family=sm.families.Poisson(),
        offset=np.log(given_rows.person_years),
    )
    clustered = model.fit(
        cov_type="cluster", cov_kwds={"groups": given_rows.group}, use_t=True, tol=1e-12
    )
    plain = model.fit(scale="X2", tol=1e-12)
    assert found.estimate == pytest.approx(clustered.params[:2], abs=1e-8)
    assert found.clustered == pytest.approx(clustered.cov_params()[:2, :2], rel=1e-6, abs=1e-12)
    assert found.dispersion == pytest.approx(plain.scale, rel=1e-6)
    if plain.scale > 1:
        assert found.quasi == pytest.approx(plain.cov_params()[:2, :2], rel=1e-6, abs=1e-12)
    error = max(clustered.bse[0], plain.bse[0] / min(1, plain.scale**0.5))
    assert found.standard_error([1, 0]) == pytest.approx(error, rel=1e-6)
    # statsmodels counts degrees of freedom by clusters when it uses Student's t.
    assert found.df == clustered.df_resid_inference == 29


def test_periods_without_separations_change_nothing() -> None:
    full = rows(3)
    quiet = np.append(full.period, np.full(30, 8))
    more = Rows(
        np.append(full.separations, np.zeros(30)),
        np.append(full.person_years, np.ones(30)),
        np.append(full.group, np.arange(30)),
        quiet,
        np.vstack([full.columns, np.ones((30, 2))]),
    )
    assert rate_model.fit(more).estimate == pytest.approx(rate_model.fit(full).estimate)


def test_columns_that_cannot_be_told_apart_are_refused() -> None:
    one = rows(4)
    same = np.column_stack([one.columns[:, 0], 2 * one.columns[:, 0]])
    with pytest.raises(Invalid, match="does not vary"):
        rate_model.fit(Rows(one.separations, one.person_years, one.group, one.period, same))
    with pytest.raises(Invalid, match="Nobody separated"):
        rate_model.fit(
            Rows(0 * one.separations, one.person_years, one.group, one.period, one.columns)
        )


def test_looks_widen_an_interval() -> None:
    found = rate_model.fit(rows(5))
    once, often = found.interval([1, 0]), found.interval([1, 0], looks=13)
    assert often[0] < once[0] < once[1] < often[1]
