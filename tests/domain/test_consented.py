from dataclasses import replace

import pytest

from pulse.domain import consented, survival
from pulse.domain.consented import ConsentedFile
from pulse.domain.errors import Invalid
from tests.support import agreed
from tests.support.agreed import Crowd


def with_column(file: ConsentedFile, name: str, values: list[float | str]) -> ConsentedFile:
    rows = tuple(
        replace(row, further=(*row.further, value))
        for row, value in zip(file.rows, values, strict=True)
    )
    return ConsentedFile(rows, (*file.columns, name))


@pytest.mark.parametrize(
    ("people", "leavers", "drawn"), [(30, 5, True), (29, 5, False), (30, 4, False)]
)
def test_a_group_is_drawn_from_thirty_rows_and_five_leavers_on(
    people: int, leavers: int, drawn: bool
) -> None:
    found = survival.study(agreed.file((Crowd("Bar", people, leavers), Crowd("Kitchen", 60, 30))))
    assert ("Bar" in [curve.group for curve in found.curves]) is drawn
    assert found.too_small == (not drawn)
    assert found.rows == 60 + people * drawn


def test_what_is_too_small_to_be_drawn_is_not_compared_either() -> None:
    found = survival.study(agreed.file((Crowd("Bar", 29, 9), Crowd("Kitchen", 60, 30))))
    assert found.hazards == ()
    assert found.refusal is None


def test_without_any_group_there_is_no_result() -> None:
    with pytest.raises(Invalid, match=r"This analysis needs more leavers\."):
        survival.study(agreed.file((Crowd("Bar", 29, 9), Crowd("Kitchen", 60, 4))))


def test_more_groups_than_can_be_told_apart_are_refused() -> None:
    crowds = [Crowd(f"Team {number}", 30, 5) for number in range(7)]
    assert len(consented.kept(agreed.file(crowds[:6]))[0].rows) == 180
    with pytest.raises(Invalid, match="7 groups; at most 6"):
        consented.kept(agreed.file(crowds))


@pytest.mark.parametrize(("leavers", "enough"), [(20, True), (19, False)])
def test_ten_leavers_for_each_coefficient(leavers: int, enough: bool) -> None:
    file = agreed.file((Crowd("Bar", 40, leavers - 10), Crowd("Kitchen", 40, 10)))
    ages: list[float | str] = [20.0 + at % 7 for at in range(80)]
    found = survival.study(with_column(file, "age", ages))
    assert len(found.curves) == 2
    assert (len(found.hazards) == 2) is enough
    if not enough:
        assert found.refusal.startswith("This analysis needs more leavers. To compare 2 numbers")


def test_words_are_compared_with_the_first_of_them() -> None:
    words: list[float | str] = [("Aachen", "Bonn", "Ulm")[at % 3] for at in range(120)]
    file = with_column(agreed.file(), "site", words)
    names = [term.name for term in consented.terms(file)]
    assert names == [
        "group: Kitchen beside Bar",
        "site: Bonn beside Aachen",
        "site: Ulm beside Aachen",
    ]


def test_a_level_with_few_people_is_refused_by_name() -> None:
    words: list[float | str] = ["Bonn" if at % 5 else "Ulm" for at in range(120)]
    with pytest.raises(Invalid, match="“Ulm” of column “site” has fewer than 30 rows"):
        consented.terms(with_column(agreed.file(), "site", words))


def test_a_column_that_is_the_same_everywhere_is_left_out() -> None:
    file = with_column(agreed.file(), "site", ["Bonn"] * 120)
    assert len(consented.terms(with_column(file, "age", [30.0] * 120))) == 1


def test_nothing_that_is_kept_speaks_of_one_person() -> None:
    found = survival.study(with_column(agreed.file(), "age", [20.0 + at % 7 for at in range(120)]))
    for curve in found.curves:
        assert [step.month for step in curve.steps] == list(range(21))
        assert all(step.at_risk >= 10 for step in curve.steps)
    assert len(found.hazards) == 2
