"""The picture of teams against themselves agrees with the model that it stands beside."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from pulse.domain import pairing, within_between
from pulse.domain.errors import Invalid
from pulse.domain.own_level import own_level
from pulse.domain.panel_cell import Cell
from pulse.domain.study_values import OwnLevel
from tests.domain.test_headline import company


def drawn(cells: list[Cell], floor: int = 5) -> OwnLevel | None:
    found = pairing.usable(cells)
    return own_level(found, within_between.sides(found), floor)


def test_parts_hold_everything_and_fall_with_the_score() -> None:
    cells = company(1, -0.6, teams=100)
    found = drawn(cells)
    assert found is not None
    assert len(found.parts) == 5
    assert sum(part.separations for part in found.parts) == pairing.usable(cells).separations
    assert sum(part.expected for part in found.parts) == pytest.approx(
        sum(part.separations for part in found.parts)
    )
    assert found.parts[0].ratio > 1 > found.parts[-1].ratio
    assert [part.deviation for part in found.parts] == sorted(p.deviation for p in found.parts)


def test_bars_are_exact_intervals() -> None:
    found = drawn(company(2, -0.4))
    assert found is not None
    part = found.parts[0]
    # With as many expected as the upper end says, so few as were counted happen one time in forty.
    assert stats.poisson.cdf(part.separations, part.high * part.expected) == pytest.approx(0.025)
    assert stats.poisson.sf(part.separations - 1, part.low * part.expected) == pytest.approx(0.025)


def test_the_curve_is_the_slope_of_the_headline() -> None:
    cells = company(3, -0.5, teams=80)
    found, model = drawn(cells), within_between.linked(pairing.usable(cells))
    assert found is not None
    first, last = found.curve[0], found.curve[-1]
    slope = np.log(last.ratio / first.ratio) / (last.deviation - first.deviation)
    assert slope == pytest.approx(model.within.estimate)
    assert first.low < first.ratio < first.high


def test_a_part_without_leavers_or_teams_enough_is_joined_or_nothing_is_drawn() -> None:
    cells = company(4, -0.5, teams=80)
    most = drawn(cells)
    assert most is not None
    few = max(part.separations for part in most.parts) + 1
    joined = drawn(cells, floor=few)
    assert joined is not None
    assert len(joined.parts) < 5
    assert all(part.separations >= few for part in joined.parts)
    assert drawn(company(4, -0.5, teams=9)) is None


def test_where_nobody_moves_nothing_is_drawn() -> None:
    cells = [
        replace(cell, answers=10, score_sum=30, score_sumsq=100, headcount=80)
        for cell in company(5, 0.0)
    ]
    with pytest.raises(Invalid, match="does not vary"):
        drawn(cells)
