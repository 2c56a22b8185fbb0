"""Each refusal at its edge: one less and it is said, as many as needed and it is not."""

from collections.abc import Sequence

import numpy as np
import pytest

from pulse.domain import study_refusals
from pulse.domain.pairing import Usable, usable
from pulse.domain.panel_cell import Cell, Reason
from pulse.domain.study_values import Estimate
from pulse.domain.within_between import Linked


def cell(unit: int, period: int, *, answers: int = 10, left: int = 0, people: int = 20) -> Cell:
    return Cell(f"t{unit}", period, answers, 3.0 * answers, 10.0 * answers, people, 1.5, left)


def panel(teams: int, periods: int, left: int = 1) -> list[Cell]:
    return [cell(unit, period, left=left) for unit in range(teams) for period in range(periods)]


def estimate(value: float, low: float, high: float, p: float = 0.5) -> Estimate:
    return Estimate(value, 0.1, 30, (low, high), (low, high), p)


def linked(**wishes: float) -> Linked:
    """A result that nothing is wrong with, except for what is wished."""
    within = estimate(-0.3, wishes.get("low", -0.5), wishes.get("high", -0.1))
    return Linked(
        within=within,
        between=estimate(wishes.get("between", -0.4), -0.6, -0.2),
        difference_p=wishes.get("difference_p", 0.5),
        next_period=estimate(0, -0.1, 0.1, wishes.get("after_p", 0.5)),
        participation=None,
        reliability=wishes.get("reliability", 0.8),
        dispersion=1.0,
        unit=1.0,
        smallest_ratio=wishes.get("ratio", 1.5),
        periods_needed=int(wishes.get("needed", 7)),
        rows=100,
    )


def codes(reasons: Sequence[Reason]) -> set[str]:
    return {reason.code for reason in reasons}


def little(cells: list[Cell]) -> dict[str, Reason]:
    found: Usable = usable(cells)
    return {reason.code: reason for reason in study_refusals.too_little(cells, found, 5)}


def test_nineteen_teams_are_too_few_and_twenty_are_not() -> None:
    few = little(panel(19, 6))["few_teams"]
    assert few.text == (
        "A link with resignations needs at least 20 teams with answers in 3 or more periods. "
        "You have 19."
    )
    assert "19 teams have had enough answers in any period" in few.change
    assert little(panel(20, 6)) == {}


def test_twenty_teams_with_two_usable_periods_need_one_more() -> None:
    few = little(panel(20, 3))
    assert "You have 0." in few["few_teams"].text
    assert few["few_teams"].change == "1 more period with a wave would do, if as many answer."
    assert "few_teams" not in little(panel(20, 4))


def test_forty_nine_resignations_are_too_few_and_fifty_are_not() -> None:
    cells = panel(20, 6, left=0)
    lost = {("t0", 1): 20, ("t1", 2): 20, ("t2", 3): 9}
    found = [
        cell(int(one.unit[1:]), one.period, left=lost.get((one.unit, one.period), 0))
        for one in cells
    ]
    few = little(found)["few_separations"]
    assert few.text == (
        "Only 49 resignations so far. Below 50, any pattern is likely to be chance."
    )
    assert few.change == "At this rate 1 more period after a wave would do."
    found.append(cell(50, 1))
    found.append(cell(50, 2, left=1))
    assert "few_separations" not in little(found)


def test_four_answers_are_no_score_and_five_are() -> None:
    assert usable([cell(0, 0, answers=4), cell(0, 1)]).cells == ()
    assert len(usable([cell(0, 0, answers=5), cell(0, 1)]).cells) == 1


@pytest.mark.parametrize(("left", "words"), [(4, "Fewer than 5"), (5, "Only 5")])
def test_few_leavers_are_not_counted_out_beside_answers(left: int, words: str) -> None:
    cells = [cell(0, 0), cell(0, 1, left=left)]
    assert little(cells)["few_separations"].text.startswith(f"{words} resignations so far.")


def test_one_wave_is_refused_as_asked_once_and_two_are_not() -> None:
    once = [
        cell(unit, period, answers=10 if period == 0 else 0)
        for unit in range(30)
        for period in (0, 1)
    ]
    found = little(once)
    assert found["asked_once"].text.startswith("Each team was asked once.")
    assert found["asked_once"].change == "2 more waves, each in a period of its own, would do."
    assert "asked_once" not in little(panel(30, 2))


@pytest.mark.parametrize(("reliability", "said"), [(0.499, True), (0.5, False)])
def test_mostly_noise_is_refused(reliability: float, said: bool) -> None:
    found = list(study_refusals.too_weak(linked(reliability=reliability), 1))
    assert ("unreliable" in codes(found)) == said


@pytest.mark.parametrize(("ratio", "said"), [(2.001, True), (2.0, False)])
@pytest.mark.parametrize(("points", "unit"), [(1, "point"), (10, "10 points")])
def test_what_could_only_show_a_doubling_is_refused(
    ratio: float, said: bool, points: int, unit: str
) -> None:
    found = list(study_refusals.too_weak(linked(ratio=ratio), points))
    assert ("weak" in codes(found)) == said
    if said:
        assert found[0].text == (
            f"This data could only reveal an effect that doubles resignations per {unit}. "
            "Smaller effects may exist and would not be visible. No size is shown."
        )
        assert found[0].change == "About 7 more periods would show a rise by half."


@pytest.mark.parametrize(
    ("answers", "code"), [(24, "hardly_any_answer"), (25, "few_answer"), (39, "few_answer")]
)
def test_few_answers_are_warned_of(answers: int, code: str) -> None:
    found = list(study_refusals.answering([cell(0, 0, answers=answers, people=100)]))
    assert codes(found) == {code}
    assert found[0].text.startswith(f"{answers} % answered. If the others feel differently")
    assert list(study_refusals.answering([cell(0, 0, answers=40, people=100)])) == []


def test_an_interval_with_no_effect_in_it_is_no_evidence_of_none() -> None:
    found = list(study_refusals.doubts(linked(low=-0.405, high=0.105)))
    assert codes(found) == {"not_told_from_nothing"}
    assert found[0].text == (
        "The data fit anything from 10 % fewer to 50 % more resignations. "
        "That is not evidence that mood does not matter."
    )
    assert list(study_refusals.doubts(linked(high=-0.001))) == []


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"difference_p": 0.049}, True),
        ({"difference_p": 0.051}, False),
        ({"between": 0.01}, True),
    ],
)
def test_simpson_is_warned_of_where_both_differ_or_point_apart(
    wishes: dict[str, float], said: bool
) -> None:
    assert ("simpson" in codes(list(study_refusals.doubts(linked(**wishes))))) == said


@pytest.mark.parametrize(("p", "said"), [(0.049, True), (0.051, False)])
def test_resignations_before_the_mood_are_warned_of(p: float, said: bool) -> None:
    assert ("reverse" in codes(list(study_refusals.doubts(linked(after_p=p))))) == said


def test_every_refusal_says_what_would_change_it() -> None:
    found = [*little(panel(2, 1, left=0)).values()]
    found += study_refusals.too_weak(linked(reliability=0.1, ratio=9.0), 1)
    assert codes(found) == {"asked_once", "few_teams", "few_separations", "unreliable", "weak"}
    assert all(reason.change for reason in found)


def test_numbers_of_a_refusal_are_whole() -> None:
    assert study_refusals.change(float(np.log(1.5))) == "50 % more"
