"""Released scores meet exposure in sums, nobody twice, and a planted link is found again."""

from dataclasses import replace

import pytest

from pulse.churn import computing, linking
from pulse.churn.panel import Flow
from pulse.domain.panel_cell import Cell
from tests.support import panels
from tests.support.panels import PERIODS, mood, panel, steady


def named(found: list[linking.Team]) -> list[str]:
    return ["".join(sorted(team.units)) for team in found]


def test_a_cell_adds_up_the_waves_of_its_period() -> None:
    flows = steady("ab", 20, 1)
    moods = [mood("ab", 3, 10, 0.5), mood("ab", 3, 30, 0.7, wave=1)]
    cells = {cell.period: cell for cell in linking.cells(panel(moods, flows))}
    assert len(cells) == len(PERIODS)
    # Score is in tens of favourable points: 5 of 10 and 21 of 30 people, times ten.
    cell = cells[3]
    assert (cell.answers, cell.score_sum) == (40, pytest.approx(260))
    assert cell.headcount == 14 + 34
    assert cell.separations == 2
    assert cell.person_years == pytest.approx(2 * 20 * 28 / 365.25)
    silent = cells[4]
    assert (silent.answers, silent.score_sum, silent.headcount) == (0, 0, 40)


def test_one_question_has_the_variance_of_yes_and_no_and_more_questions_less() -> None:
    def variance(cell: Cell) -> float:
        return (cell.score_sumsq - cell.score_sum**2 / cell.answers) / (cell.answers - 1)

    moods = [mood("a", 3, 20, 0.6)]
    cell = next(c for c in linking.cells(panel(moods, steady("a"))) if c.answers)
    assert variance(cell) == pytest.approx(100 * 0.6 * 0.4)
    three = [replace(moods[0], questions=3)]
    cell = next(c for c in linking.cells(panel(three, steady("a"))) if c.answers)
    assert variance(cell) == pytest.approx(100 * 0.6 * 0.4 / 3)


def test_the_published_spread_less_what_teams_differ_by_is_the_variance_within() -> None:
    moods = [mood("a", 3, 20, 0.7), mood("b", 3, 20, 0.5)]
    found = replace(panel(moods, steady("ab")), spreads={300: 0.3})
    # Seen between the teams: 0.01; of what is left, one twentieth hides in that.
    assert linking.variance_within(found, linking.teams(found)) == pytest.approx(
        (0.3**2 - 0.01) * 20 / 19
    )
    assert linking.variance_within(panel(moods, steady("ab")), linking.teams(found)) is None


def test_the_estimated_variance_within_is_the_true_one() -> None:
    drawn = panels.drawn(3, 0.0)
    waves = {one.wave: one for one in drawn.moods if one.everyone}
    # One question: a person's index is 0 or 1, and its spread over everybody is known.
    spreads = {wave: (one.favourable * (1 - one.favourable)) ** 0.5 for wave, one in waves.items()}
    found = replace(drawn, spreads=spreads)
    teams = linking.teams(found)
    each = [m.favourable * (1 - m.favourable) for t in teams for ms in t.moods.values() for m in ms]
    true = sum(each) / len(each) * 42 / 41
    assert linking.variance_within(found, teams) == pytest.approx(true, rel=0.01)


def test_everyone_together_is_no_team_and_units_without_people_have_no_cell() -> None:
    flows = {("a", 5): Flow(560, 1)}
    found = linking.cells(panel([mood("all", 3, 50, 0.5), mood("a", 4, 9, 0.5)], flows))
    assert [(cell.period, cell.answers) for cell in found] == [(5, 0)]


def test_parts_are_taken_for_their_whole_where_they_have_as_many_scores() -> None:
    parts = [mood(unit, at, 9, 0.5) for unit in "ab" for at in range(6)]
    whole = [mood("ab", at, 18, 0.5) for at in range(6)]
    assert named(linking.teams(panel(parts + whole, steady("ab")))) == ["a", "b"]


def test_a_whole_that_was_released_more_often_than_its_parts_together_is_taken() -> None:
    part = [mood("a", at, 9, 0.5) for at in range(2)]
    whole = [mood("ab", at, 18, 0.5) for at in range(6)]
    assert named(linking.teams(panel(part + whole, steady("ab")))) == ["ab"]


def test_after_a_reorganisation_both_divisions_stand_each_in_its_time() -> None:
    before = [mood("ab", at, 18, 0.5) for at in range(6)]
    after = [mood(unit, at, 9, 0.5) for unit in "ab" for at in range(7, 12)]
    assert named(linking.teams(panel(before + after, steady("ab")))) == ["a", "ab", "b"]


def test_nobody_is_in_two_teams_at_the_same_time() -> None:
    moods = [mood("abc"[at % 2 : at % 2 + 2], at, 9, 0.5) for at in range(10)]
    moods += [mood("c", at, 9, 0.4) for at in (2, 5, 9)]
    found = linking.teams(panel(moods, steady("abc")))
    for at in range(10):
        there = [
            unit
            for team in found
            if min(team.moods) <= at <= max(team.moods)
            for unit in team.units
        ]
        assert len(there) == len(set(there))


def test_a_wave_outside_every_whole_period_has_no_score() -> None:
    early, flows = mood("a", 0, 9, 0.5), steady("a")
    assert sum(cell.answers for cell in linking.cells(panel([early], flows))) == 9
    later = replace(panel([early], flows), periods=PERIODS[1:])
    assert sum(cell.answers for cell in linking.cells(later)) == 0


def test_the_study_of_own_releases_finds_what_was_planted() -> None:
    covered = 0
    for seed in range(10):
        link = computing.compute(panels.drawn(seed, -0.3)).link
        assert link is not None
        assert link.teams == 80
        within = link.headline.within
        assert within is not None, link.headline.refusals
        covered += within.interval[0] < -0.3 < within.interval[1]
    assert covered >= 8


def test_the_study_of_own_releases_says_points_of_favourable_answers() -> None:
    found = computing.compute(panels.drawn(1, -0.3))
    assert found.link is not None
    assert found.link.headline.sentence is not None
    assert "10 points below its own usual level" in found.link.headline.sentence
    assert found.link.own_level is not None
    assert found.link.lags.refusal is None
    assert found.rates is not None
    assert found.kinds is not None
