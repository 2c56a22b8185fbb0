"""`make simulate`, small: the study says what is true of companies whose truth is known.

The true slopes are steeper than any in the world, so that forty companies are enough to tell a
broken method: without calibration the mean estimate is -0.68 instead of -1, beside the mood of
the same period -0.58, without the finite team -5.5, and without the team's own level -1.54.
"""

from dataclasses import replace
from statistics import fmean

import pytest

from pulse.domain import pairing, study_panel, within_between
from pulse.domain.within_between import Estimate
from tests.simulation import runs, tables
from tests.simulation.runs import SURE, Line
from tests.simulation.tables import Summary
from tests.simulation.truth import CONFOUNDING, FAVOURABLE, LEAVING, MEANS, Shape

COMPANIES = 40
TEAMS = Shape(5_000, 200)
STEEP, FLAT = Line(TEAMS, MEANS, -1.0), Line(TEAMS, MEANS, 0.0)
STEEP_SHARE = Line(TEAMS, FAVOURABLE, -0.24)


def within(line: Line) -> list[Estimate]:
    panels = (runs.company(line, 1, at) for at in range(COMPANIES))
    return [within_between.linked(pairing.usable(panel)).within for panel in panels]


@pytest.mark.parametrize("line", [STEEP, STEEP_SHARE], ids=["means", "favourable shares"])
def test_the_slope_within_teams_is_the_true_one(line: Line) -> None:
    found = within(line)
    # Three standard errors of the mean of forty.
    assert fmean(one.estimate for one in found) == pytest.approx(line.slope, rel=0.12)
    covered = sum(one.interval[0] <= line.slope <= one.interval[1] for one in found)
    assert covered >= 0.85 * COMPANIES


def test_where_there_is_nothing_only_the_naive_correlation_finds_it() -> None:
    found = runs.run(FLAT, 1, COMPANIES)
    assert sum(one.finds for one in found) <= 0.15 * COMPANIES
    assert sum(one.naive_p < SURE for one in found) >= 0.95 * COMPANIES
    # What differs between teams is seen between them, and only there.
    assert fmean(one.between for one in found) < 0.5 * CONFOUNDING


def test_a_seed_is_a_company_however_many_work_on_them() -> None:
    line = Line(Shape(1_000, 40), MEANS, -0.25)
    assert runs.run(line, 7, 4, processes=2) == runs.run(line, 7, 4)
    assert runs.company(line, 7, 0) != runs.company(line, 8, 0)


def test_companies_are_as_they_are_described() -> None:
    cells = runs.company(STEEP, 3, 0)
    assert study_panel.faults(cells) == []
    assert sum(cell.headcount for cell in cells if cell.period == 0) == TEAMS.people
    years = sum(cell.person_years for cell in cells)
    assert sum(cell.separations for cell in cells) / years == pytest.approx(LEAVING, rel=0.1)
    answered = sum(cell.answers for cell in cells) / sum(cell.headcount for cell in cells)
    assert answered == pytest.approx(0.65, abs=0.01)


def test_a_method_that_does_not_keep_its_word_is_told() -> None:
    found = runs.run(FLAT, 1, 4)
    good = [replace(one, interval=(-1.0, 1.0)) for one in found]
    bad = [replace(one, interval=(0.1, 1.0)) for one in found]
    assert Summary(FLAT, good).is_good
    assert not Summary(FLAT, bad).is_good
    assert Summary(replace(FLAT, shape=Shape(1_000, 40)), bad).is_good
    told = list(tables.lines([Summary(FLAT, good), Summary(FLAT, bad)]))
    assert [line for line in told if line.startswith("BROKEN")] == told[-1:]
    assert "| 1.000 | 0.0 % |" in told[2]
    assert "| 0.000 | 100.0 % |" in told[3]
