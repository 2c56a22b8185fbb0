"""A panel that counts people twice, or asks after the fact, is refused with the reason."""

from dataclasses import replace

import pytest

from pulse.domain import study_panel
from pulse.domain.panel_cell import Cell
from tests.domain.test_headline import company


def codes(cells: list[Cell]) -> list[str]:
    return [reason.code for reason in study_panel.faults(cells)]


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    return company(1, -0.5, teams=24, periods=6)


def added(cells: list[Cell], units: set[str], name: str) -> list[Cell]:
    """Add a unit that is the sum of others."""
    rows = []
    for period in {cell.period for cell in cells}:
        parts = [cell for cell in cells if cell.period == period and cell.unit in units]
        rows.append(
            Cell(
                name,
                period,
                sum(cell.answers for cell in parts),
                sum(cell.score_sum for cell in parts),
                sum(cell.score_sumsq for cell in parts),
                sum(cell.headcount for cell in parts),
                sum(cell.person_years for cell in parts),
                sum(cell.separations for cell in parts),
            )
        )
    return [*cells, *rows]


def test_an_honest_panel_has_no_faults(cells: list[Cell]) -> None:
    assert codes(cells) == []


def test_a_total_and_a_division_beside_their_teams_are_found(cells: list[Cell]) -> None:
    everybody = {cell.unit for cell in cells}
    assert codes(added(cells, everybody, "Company")) == ["sum_of_others"]
    (fault,) = study_panel.faults(added(cells, {"team 1", "team 4", "team 7"}, "Shops"))
    assert fault.text == "Shops is the sum of 3 other units. Leave totals out: people count once."


def test_repeated_and_impossible_rows_are_named(cells: list[Cell]) -> None:
    assert codes([*cells, cells[0]]) == ["repeated"]
    assert codes([replace(cells[0], person_years=0), *cells[1:]]) == ["no_exposure"]
    assert codes([replace(cells[0], separations=81), *cells[1:]]) == ["more_leavers_than_people"]
    assert codes([replace(cells[0], answers=81, score_sumsq=9999), *cells[1:]]) == [
        "more_answers_than_people"
    ]
    assert codes([replace(cells[0], score_sumsq=1), *cells[1:]]) == ["impossible_squares"]


def test_a_mood_asked_for_after_the_fact_is_refused(cells: list[Cell]) -> None:
    late = [
        cell if cell.period == 5 else replace(cell, answers=0, score_sum=0, score_sumsq=0)
        for cell in cells
    ]
    assert codes(late) == ["asked_too_late"]
