"""Proportional odds on `soccer`: K. McNulty, Handbook of Regression Modeling in People Analytics
(2021), the chapter on ordered outcomes. The same call checks the order of drivers.
"""

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel, OrderedResults

from tests.published import data

ORDER = ("None", "Yellow", "Red")


@pytest.fixture(scope="module")
def found() -> OrderedResults:
    table = data.table("soccer")
    words = table[["position", "result", "country", "level"]].astype(str)
    columns = pd.concat(
        [table[["n_yellow_25", "n_red_25"]], pd.get_dummies(words, drop_first=True)], axis=1
    )
    outcome = np.array([ORDER.index(word) for word in table.discipline])
    model = OrderedModel(outcome, columns.to_numpy(dtype=np.float64), distr="logit")
    return model.fit(method="newton", disp=0)


def test_coefficient(found: OrderedResults) -> None:
    assert (round(found.params[0], 5), round(found.bse[0], 5)) == (0.32236, 0.03308)


def test_threshold(found: OrderedResults) -> None:
    """Behind the first, thresholds are logarithms of steps until they are brought back."""
    between = found.model.transform_threshold_params(found.params)[1:-1]
    assert round(between[0], 5) == 2.50851


def test_the_whole_model(found: OrderedResults) -> None:
    assert round(found.aic, 3) == 3464.534
