"""The study says what was planted, with an interval, and refuses where it could not know."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pulse.domain import pairing, within_between
from pulse.domain.headline import headline
from pulse.domain.panel_cell import Cell
from pulse.domain.study_values import Headline

BANNED = ("predict", "drive", "cause ", "causes", "impact", "flight risk")


def company(seed: int, slope: float, **wishes: float) -> list[Cell]:
    """Invent teams whose resignations follow their mood of the period before, and their level.

    `wishes` may name teams, people in each, periods, how far moods move, and the share who answer.
    """
    random = np.random.default_rng(seed)
    teams, people = int(wishes.get("teams", 60)), int(wishes.get("people", 80))
    periods, moves = int(wishes.get("periods", 13)), wishes.get("moves", 0.3)
    many = int(people * wishes.get("share", 0.7))
    level = random.normal(0, 0.35, teams)
    move = np.zeros((teams, periods))
    for at in range(1, periods):
        move[:, at] = 0.6 * move[:, at - 1] + random.normal(0, moves, teams)
    years = people * 28 / 365.25
    cells = []
    for team in range(teams):
        for period in range(periods):
            before = move[team, max(0, period - 1)]
            mean = years * 0.5 * np.exp(slope * before - 1.2 * level[team])
            answers = random.normal(3.6 + level[team] + move[team, period], 0.8, many)
            cells.append(
                Cell(
                    f"team {team}",
                    period,
                    len(answers),
                    float(answers.sum()),
                    float((answers**2).sum()),
                    people,
                    years,
                    int(min(random.poisson(mean), people)),
                )
            )
    return cells


def codes(found: Headline) -> set[str]:
    return {reason.code for reason in found.refusals}


def test_it_finds_what_was_planted_within_teams_and_between_them() -> None:
    found = headline(company(1, -0.5))
    assert found.refusals == ()
    assert found.within is not None
    assert found.between is not None
    assert found.within.interval[0] < -0.5 < found.within.interval[1] < 0
    assert found.between.estimate == pytest.approx(-1.2, abs=0.25)
    assert {reason.code for reason in found.warnings} == {"simpson"}
    assert found.reliability is not None
    assert found.reliability > 0.9
    assert found.sentence is not None
    assert "below its own usual level, resignations ran" in found.sentence
    assert not any(word in found.sentence for word in BANNED)


def test_it_covers_the_truth_and_finds_nothing_where_there_is_nothing() -> None:
    runs = 60
    covered = false = 0
    for seed in range(runs):
        true, none = headline(company(seed, -0.4)).within, headline(company(seed, 0.0)).within
        assert true is not None
        assert none is not None
        covered += true.interval[0] <= -0.4 <= true.interval[1]
        false += none.p < 0.05
    assert covered >= 0.88 * runs
    assert false <= 0.12 * runs


def _few_teams(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if int(cell.unit.split()[1]) < 19]


def _few_leave(cells: list[Cell]) -> list[Cell]:
    total = 0
    found = []
    for cell in cells:
        kept = cell.separations if cell.period and total + cell.separations < 50 else 0
        total += kept
        found.append(replace(cell, separations=kept))
    return found


def _once(cells: list[Cell]) -> list[Cell]:
    return [
        cell if cell.period == 3 else replace(cell, answers=0, score_sum=0, score_sumsq=0)
        for cell in cells
    ]


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (_few_teams, "few_teams", "You have 19."),
        (_few_leave, "few_separations", "resignations so far. Below 50"),
        (_once, "asked_once", "Each team was asked once."),
    ],
)
def test_each_refusal_has_its_words_and_no_size(
    spoil: Callable[[list[Cell]], list[Cell]], code: str, words: str
) -> None:
    found = headline(spoil(company(2, -0.5)))
    assert code in codes(found)
    assert any(words in reason.text for reason in found.refusals)
    assert found.within is None
    assert found.sentence is None
    assert (found.between is not None) == (codes(found) == {"asked_once"})


def test_twenty_teams_and_fifty_resignations_are_enough_to_be_looked_at() -> None:
    found = headline(company(3, -0.5, teams=20))
    assert not codes(found) & {"few_teams", "few_separations"}


def test_after_one_wave_teams_are_compared_with_each_other_only() -> None:
    found = headline(_once(company(7, -0.5)))
    assert codes(found) == {"asked_once"}
    assert found.within is None
    assert found.between is not None
    assert found.between.interval[0] < -1.2 < found.between.interval[1]


def test_a_warning_of_silence_stands_beside_every_refusal() -> None:
    found = headline(company(4, -0.5, people=60, share=0.15, moves=0.05))
    assert "unreliable" in codes(found)
    assert [reason.code for reason in found.warnings] == ["hardly_any_answer"]


def test_noise_and_weak_data_are_refused() -> None:
    noisy = headline(company(4, -0.5, people=60, share=0.15, moves=0.05))
    assert "unreliable" in codes(noisy)
    assert noisy.within is None
    weak = headline(company(5, -0.5, teams=20, people=40, periods=6))
    assert "weak" in codes(weak)
    assert weak.within is None
    assert "more periods" in next(r.change for r in weak.refusals if r.code == "weak")


def test_fewer_answers_than_the_floor_are_no_score() -> None:
    cells = [replace(cell, answers=4, score_sum=14, score_sumsq=50) for cell in company(6, 0)]
    found = headline(cells)
    assert codes(found) == {"nobody_asked"}
    assert not found.is_usable


def test_moods_of_three_periods_are_those_of_periods_that_follow_each_other() -> None:
    whole = company(7, -0.5)
    with_gaps = [cell for cell in whole if cell.period % 3 != 2]
    linked, gaps = (within_between.linked(pairing.usable(cells)) for cells in (whole, with_gaps))
    assert linked.next_period is not None
    assert gaps.within.estimate == pytest.approx(-0.5, abs=0.25)
    # Every row has a score of the period before, and none has one of the period after its own.
    assert gaps.next_period is None
