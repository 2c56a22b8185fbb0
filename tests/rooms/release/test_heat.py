"""Sorting and filtering of the heatmap, always within what is published."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from pulse.db import reading
from pulse.domain.cells import Released, Suppressed
from pulse.domain.dimension import ROOT
from pulse.domain.errors import NotFound
from pulse.release import pages
from pulse.release.heat import Heat
from pulse.release.heat_view import View
from pulse.release.pages import Asked, Detail
from tests.support.released import few_in_the_office, manifest, released, survey

MONTH = timedelta(days=30)
REST = f"{ROOT}+rest"


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    """The office has too few, and stands together with the shops, who are the least content."""
    return released(manifest(survey(now), now), few_in_the_office(), now)


def detail(**asked: object) -> Detail:
    wanted = Asked(**asked)  # type: ignore[arg-type]
    with reading() as session:
        page = pages.staff(session, wanted)
        assert page is not None
        found = pages.detail(session, page, wanted)
    assert found is not None
    return found


def codes(heat: Heat) -> list[str]:
    return [row.group.code for row in heat.rows]


@pytest.mark.parametrize("sort", ["engagement", "enps", "n", "name", "participation"])
@pytest.mark.parametrize("descending", [False, True])
def test_whatever_it_is_sorted_by_what_is_hidden_stands_last_in_the_order_of_the_tree(
    release_id: int, sort: str, descending: bool
) -> None:
    heat = detail(view=View(sort=sort, descending=descending, level="all")).heat
    assert heat.rows[0].group.code == ROOT
    assert [row.group.shown for row in heat.rows] == [True] * 5 + [False] * 2
    assert codes(heat)[5:] == ["shops", "office"]


def test_a_figure_puts_the_lowest_first_and_turned_round_the_highest(release_id: int) -> None:
    low = detail(view=View(sort="engagement", level="all")).heat
    high = detail(view=View(sort="engagement", level="all", descending=True)).heat
    assert codes(low)[1:5] == [REST, "care/south", "care", "care/north"]
    assert codes(high)[1:5] == ["care/north", "care", "care/south", REST]
    figures = [row.cells[0] for row in low.rows[1:5]]
    assert figures == sorted(figures, key=lambda cell: getattr(cell, "value", None))


def test_what_the_table_says_is_what_it_is_sorted_by(release_id: int) -> None:
    """The figures that decide the order are read apart from those that are shown."""
    for at, key in enumerate(("engagement", "tools", "enps", "participation")):
        heat = detail(view=View(sort=key, level="all")).heat
        shown = [row.cells[at] for row in heat.rows[1:] if row.group.shown]
        values = [cell.value for cell in shown if isinstance(cell, Released)]
        assert values == sorted(values)
        # One of the four has nine people, which is too few for an eNPS.
        assert len(values) == (3 if key == "enps" else 4)


def test_groups_are_found_by_level_name_and_size(release_id: int) -> None:
    assert detail().heat.levels == (1, 2)
    assert codes(detail(view=View(level="2")).heat) == [ROOT, "care/north", "care/south"]
    assert codes(detail(view=View(words="SHOP")).heat) == [ROOT, "shops", REST]
    assert codes(detail(view=View(level="all", smallest=20)).heat) == [ROOT, "care", REST]
    assert codes(detail(group="organisation:care", view=View(words="south")).heat) == [
        "care",
        "care/south",
    ]


def test_a_hidden_group_is_not_found_by_a_size_that_is_not_published(release_id: int) -> None:
    for smallest in (1, 2, 3, 4, 20):
        assert "office" not in codes(detail(view=View(level="all", smallest=smallest)).heat)


def test_what_nobody_offers_changes_nothing(release_id: int) -> None:
    odd = View(sort="salary", level="deep", smallest=0, drivers=("salary",), page=99)
    heat = detail(view=odd).heat
    assert codes(heat) == codes(detail().heat)
    assert len(heat.columns) == len(heat.offered) == 4


def test_only_the_columns_asked_for_are_shown(release_id: int) -> None:
    heat = detail(view=View(drivers=("participation", "tools"))).heat
    assert [column.key for column in heat.columns] == ["tools", "participation"]
    assert {len(row.cells) for row in heat.rows} == {2}


def test_a_cell_is_drawn_over_the_waves_beside_the_whole_company(release_id: int) -> None:
    found = detail(line="organisation:care/south", measure="tools")
    assert codes(found.heat) == codes(detail().heat)
    assert [line.group_name for line in found.lines] == ["Care south", "Acme"]
    rows = {row.group.code: row for row in detail(group="organisation:care").heat.rows}
    assert found.lines[0].points[-1].value == rows["care/south"].cells[1]
    assert found.lines[1].points[-1].value == found.heat.rows[0].cells[1]
    with pytest.raises(NotFound):
        detail(line="organisation:nowhere")


def test_classes_of_an_attribute_stand_beside_one_another(release_id: int) -> None:
    heat = detail(group="site:c-york", view=View(sort="enps")).heat
    assert heat.rows[0].group.code == ROOT
    assert {row.group.code for row in heat.rows[1:]} == {"c-leeds", "c-york"}
    assert not any(isinstance(cell, Suppressed) for row in heat.rows for cell in row.cells)
    assert [line.group_name for line in detail(group="site:c-york").lines] == ["York", "Acme"]
