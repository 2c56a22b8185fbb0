from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from pulse.db import db, reading
from pulse.domain.cells import Released, Suppressed
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.errors import NotFound
from pulse.release import pages
from pulse.release import reading as releases
from pulse.release.heat import PAGE
from pulse.release.heat_view import View
from pulse.release.pages import Asked
from tests.support.released import Paper, manifest, papers, released, survey

MONTH = timedelta(days=30)


def everybody(north: int = 5) -> list[Paper]:
    """The office has too few, and stands together with the shops."""
    return [
        *papers("care/north", 12, north),
        *papers("care/south", 9, 2),
        *papers("shops", 20, 4),
        *papers("office", 3, 3),
    ]


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    return released(manifest(survey(now), now), everybody(), now)


def test_churn_gets_every_released_unit_and_knows_the_roofs(release_id: int) -> None:
    with reading() as session:
        scores = {score.unit_key: score for score in releases.unit_scores(session)}
    assert set(scores) == {ROOT, "care", "care/north", "care/south", f"{ROOT}+rest"}
    assert scores[f"{ROOT}+rest"].members == ("office", "shops")
    assert scores[ROOT].rollup
    assert scores["care"].rollup
    north = scores["care/north"]
    assert (north.rollup, north.members, north.parent) == (False, ("care/north",), "care")
    assert north.wave_closed_on == date(2037, 3, 9)
    assert (north.n, north.questions, north.answers, north.favourable) == (12, 2, 24, 23)
    # Twelve who agree strongly would be 60 for each question; one may have disagreed.
    assert (north.score_sum, north.engagement) == (2 * 57, 100 * 11.5 / 12)


def test_churn_gets_every_wave_in_order_of_time(release_id: int, now: datetime) -> None:
    released(manifest(survey(now), now + MONTH), everybody(1), now)
    released(manifest(survey(now), now + 2 * MONTH), papers("shops", 9), now)  # withheld
    with reading() as session:
        found = releases.unit_scores(session)
    north = [score for score in found if score.unit_key == "care/north"]
    assert [score.engagement for score in north] == [100 * 11.5 / 12, 100 * 0.5 / 12]
    assert north[0].wave_closed_on < north[1].wave_closed_on


def test_a_finding_is_named_by_a_key_and_read_back(release_id: int) -> None:
    with reading() as session:
        found = releases.findings(session)
        assert [item.favourable for item in found] == sorted(item.favourable for item in found)
        assert {item.group_code for item in found} == {ROOT}
        assert releases.finding(session, found[0].key) == found[0]
        north = releases.finding(session, f"{release_id}:tools_1:care/north")
    assert (round(north.favourable, 2), north.n, north.group_name) == (4.17, 12, "Care north")


@pytest.mark.parametrize(
    "key", ["", "x:tools_1:shops", "9999:tools_1:shops", "1:none:shops", "1:tools_1:nowhere"]
)
def test_a_finding_that_is_not_released_is_not_found(release_id: int, key: str) -> None:
    wanted = key.replace("1:", f"{release_id}:", 1) if key.startswith("1:") else key
    with reading() as session, pytest.raises(NotFound):
        releases.finding(session, wanted)


def test_a_hidden_group_has_no_finding(release_id: int) -> None:
    with reading() as session, pytest.raises(NotFound):
        releases.finding(session, f"{release_id}:tools_1:office")


def test_releases_are_found_by_wave(release_id: int) -> None:
    with reading() as session:
        (only,) = releases.listing(session)
        assert releases.by_wave(session, only.wave_id) == only == releases.get(session, release_id)
        with pytest.raises(NotFound):
            releases.by_wave(session, only.wave_id + 1)
        with pytest.raises(NotFound):
            releases.get(session, release_id + 1)


def test_a_page_shows_the_latest_release_and_the_whole_company(
    release_id: int, now: datetime
) -> None:
    later = released(manifest(survey(now), now + MONTH), everybody(), now)
    with reading() as session:
        latest = pages.staff(session, Asked())
        first = pages.staff(session, Asked(release_id=release_id, group="organisation:shops"))
    assert latest is not None
    assert first is not None
    assert latest.results is not None
    assert first.results is not None
    assert (latest.release.id, latest.results.group.code) == (later, ROOT)
    assert (first.release.id, first.results.group.name) == (release_id, "Shops")
    assert {group.name for group in first.hidden} >= {"Office"}


def test_there_is_no_page_without_a_release(app: Flask) -> None:
    with reading() as session:
        assert pages.staff(session, Asked()) is None


def test_a_group_of_another_release_is_not_found(release_id: int) -> None:
    with reading() as session, pytest.raises(NotFound):
        pages.staff(session, Asked(group="organisation:elsewhere"))


def test_the_heat_shows_a_group_and_its_parts(release_id: int) -> None:
    asked = Asked(release_id=release_id, measure="nonsense")
    with reading() as session:
        page = pages.staff(session, asked)
        assert page is not None
        detail = pages.detail(session, page, asked)
    assert detail is not None
    heat = detail.heat
    assert [(column.key, column.name, column.low) for column in heat.columns] == [
        ("engagement", "Engagement index", 0),
        ("tools", "Tools that work", 0),
        ("enps", "eNPS", -100),
        ("participation", "Participation", 0),
    ]
    assert [row.group.code for row in heat.rows] == [
        ROOT,
        "care",
        "shops",
        "office",
        f"{ROOT}+rest",
    ]
    assert all(isinstance(cell, Suppressed) for cell in heat.rows[3].cells)
    assert heat.rows[1].cells[:2] == (Released(100 * 12 / 21), Released(100 * 9 / 21))
    assert heat.rows[4].cells[:2] == (Released(100 * 20 / 23), Released(100 * 0.5 / 23))
    assert heat.rows[1].cells[3] == Released(100 * 21 / 32)
    assert (heat.suppressed, heat.page, heat.pages, heat.found) == (2, 1, 1, 4)
    low, high = heat.extremes or ((), ())
    assert (low[1], high[1]) == ("Tools that work", "Engagement index")
    assert (detail.lines[0].measure, detail.drawn.code) == ("engagement", ROOT)
    assert [key for key, _ in detail.measures] == ["engagement", "tools", "enps", "participation"]


def test_pages_cost_the_same_for_few_and_many_ballots_and_groups(app: Flask, now: datetime) -> None:
    """The number of queries is fixed, and a page of groups is read however many there are."""
    survey_id = survey(now)
    small = released(manifest(survey_id, now), everybody(), now)
    nodes = (
        Node(ROOT, "Acme", None, 0),
        *(Node(f"u{at}", f"Unit {at}", ROOT, 9, (f"u{at}",)) for at in range(PAGE + 5)),
    )
    wave = manifest(survey_id, now + MONTH)
    wide = replace(
        wave, dimensions=(Dimension(ORGANISATION, "Organisation", nodes), *wave.dimensions[1:])
    )
    ballots = [paper for at in range(PAGE + 5) for paper in papers(f"u{at}", 6)]
    large = released(wide, ballots, now)
    assert queries(Asked(release_id=small)) == queries(Asked(release_id=large)) <= 26
    by_figure = View(sort="tools", level="all")
    assert queries(Asked(release_id=large, view=by_figure)) <= 27
    asked = Asked(release_id=large, view=View(page=2))
    with reading() as session:
        page = pages.staff(session, asked)
        assert page is not None
        detail = pages.detail(session, page, asked)
    assert detail is not None
    assert (len(detail.heat.rows), detail.heat.page, detail.heat.pages) == (6, 2, 2)


def test_a_group_without_parts_is_shown_beside_its_neighbours(release_id: int) -> None:
    asked = Asked(group="organisation:care/south")
    with reading() as session:
        page = pages.staff(session, asked)
        assert page is not None
        detail = pages.detail(session, page, asked)
    assert detail is not None
    assert [row.group.code for row in detail.heat.rows] == ["care", "care/north", "care/south"]


def queries(asked: Asked) -> int:
    statements: list[str] = []

    def count(*event_arguments: object) -> None:
        statements.append(str(event_arguments[2]))

    event.listen(db.engine, "before_cursor_execute", count)
    with reading() as session:
        page = pages.staff(session, asked)
        assert page is not None
        pages.detail(session, page, asked)
    event.remove(db.engine, "before_cursor_execute", count)
    return len([statement for statement in statements if "SELECT" in statement])


def test_nine_people_have_no_enps_and_ten_have_one(app: Flask, now: datetime) -> None:
    people = [*papers("care/north", 10, 4), *papers("care/south", 9, 2), *papers("shops", 20, 4)]
    release_id = released(manifest(survey(now), now), people, now)
    with reading() as session:
        release = releases.get(session, release_id)
        found = {
            group.code: releases.results(session, release, group).enps
            for group in releases.groups(session, release_id)
        }
    assert isinstance(found["care/north"], Released)
    nine = found["care/south"]
    assert isinstance(nine, Suppressed)
    assert nine.sentence == "Fewer than 10 people answered, which is too few for an eNPS."
