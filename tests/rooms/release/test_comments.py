"""Comments are published without names, in no order, with themes and searches of ten and more."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from pulse import fieldwork
from pulse.db import reading, transaction
from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest
from pulse.domain.scale import Scale
from pulse.people.model import Employee
from pulse.release import comment_reading, export
from pulse.release import reading as releases
from pulse.release.comment_model import ReleaseComment, ReleaseMasking, ReleaseTheme
from pulse.release.comment_reading import OTHER, PAGE, Wanted
from pulse.release.comment_values import CommentPage, CommentTheme, Masking
from pulse.release.publish import publish_edition
from tests.support import open_wave, staff
from tests.support.released import (
    Paper,
    edition,
    manifest,
    others,
    papers,
    released,
    said,
    survey,
    words,
)

ROTAS = ("Rotas come too late.", "The rotas change again.", "Fixed rotas, please.")
HEADSETS = ("The headsets crackle.", "New headsets, please.", "My headsets are broken.")
WEEK = timedelta(days=7)


@pytest.fixture
def wave(app: Flask, now: datetime) -> Manifest:
    return manifest(survey(now), now)


def wrote(lines: list[str], unit: str = "shops") -> list[Paper]:
    return [Paper(unit, words=line) for line in lines]


def unlike(number: int) -> str:
    """Give a word that no other comment has."""
    return "".join("bcdfghklmn"[int(digit)] for digit in f"{number:04}")


def many(rotas: int = 24, headsets: int = 21, other: int = 12) -> list[Paper]:
    lines = [ROTAS[at % 3] for at in range(rotas)]
    lines += [HEADSETS[at % 3] for at in range(headsets)]
    return [*wrote([*lines, *map(unlike, range(other))]), *others("shops")]


def themes(release_id: int) -> dict[str, CommentTheme]:
    found = [theme for question in words(release_id).questions for theme in question.themes]
    return {theme.name.split(", ")[0]: theme for theme in found}


def test_names_addresses_and_numbers_are_masked_before_anything_is_written(
    wave: Manifest, now: datetime
) -> None:
    lines = ["Tessa's rota", "Ask Will Brown or ring 020 7946 0018", "x@y.example", "Will we?"]
    release_id = released(wave, [*wrote(lines), *papers("shops", 12), *others("shops")], now)
    shown = {line for _, line in said(release_id)}
    assert shown == {"[name]'s rota", "Ask [name] or ring [phone]", "[e-mail]", "Will we?"}
    assert words(release_id).masking == Masking(comments=4, names=2, mails=1, phones=1)
    with reading() as session:
        everything = str(session.execute(text("SELECT * FROM release_comment")).all()).casefold()
    for gone in ("tessa", "brown", "7946", "y.example"):
        assert gone not in everything


def test_only_what_is_published_counts_as_masked_and_only_for_the_whole_company(
    wave: Manifest, now: datetime
) -> None:
    strict = replace(wave, comment_floor=40)
    release_id = released(strict, [*wrote(["Tessa"] * 12), *others("shops")], now)
    assert words(release_id).masking == Masking(0, 0, 0, 0)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(ReleaseMasking)) == 1
        assert set(ReleaseMasking.__table__.columns.keys()) == {
            "release_id",
            "comments",
            "names",
            "mails",
            "phones",
        }


def test_nothing_stands_beside_a_comment(wave: Manifest, now: datetime) -> None:
    """No rating, no attribute, no time: not in the table, so not on any page or in any file."""
    columns = set(ReleaseComment.__table__.columns.keys())
    assert columns == {"id", "group_id", "question", "position", "text", "folded", "theme_id"}
    release_id = released(wave, many(), now)
    with reading() as session:
        release = releases.get(session, release_id)
        lines = export.files(session, release)["comments.csv"].splitlines()
    assert lines[0] == "wave,question,group,text"
    assert {line.split(",")[2] for line in lines[1:]} == {"shops"}


def test_the_order_is_drawn_and_not_that_of_the_box(wave: Manifest, now: datetime) -> None:
    """The rows, their numbers and the export follow one shuffle, which is that of the edition."""
    lines = [f"Line {at:03}" for at in range(90)]
    made = edition(wave, [*wrote(lines), *others("shops")], now)
    with transaction() as session:
        release_id = publish_edition(session, replace(made, order=Random(4)))
    expected = list(lines)
    Random(4).shuffle(expected)
    assert [line for _, line in said(release_id)] == expected
    assert expected != lines
    with reading() as session:
        by_id = session.scalars(select(ReleaseComment.text).order_by(ReleaseComment.id)).all()
    assert list(by_id) == expected


def test_themes_are_stored_with_how_many_comments_back_each(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, many(), now)
    found = themes(release_id)
    assert {name: theme.comments for name, theme in found.items()} == {"rotas": 24, "headsets": 21}
    shown = said(release_id, Wanted(theme=found["rotas"].id))
    assert len(shown) == 24
    assert {line for _, line in shown} == set(ROTAS)
    rest = said(release_id, Wanted(theme=OTHER))
    assert {line for _, line in rest} == set(map(unlike, range(12)))


def test_a_theme_of_fewer_than_the_floor_is_none(wave: Manifest, now: datetime) -> None:
    assert set(themes(released(wave, many(headsets=9, other=30), now))) == {"rotas"}


def test_a_rest_of_fewer_than_the_floor_is_not_offered(wave: Manifest, now: datetime) -> None:
    page = words(released(wave, many(other=4), now))
    assert page.others == 0 or page.others >= 10
    assert all(theme.comments >= 10 for question in page.questions for theme in question.themes)


def test_the_floor_of_themes_is_that_of_the_wave(wave: Manifest, now: datetime) -> None:
    strict = replace(wave, comment_floor=22)
    assert set(themes(released(strict, many(other=30), now))) == {"rotas"}


def test_the_name_of_a_colleague_names_no_theme(wave: Manifest, now: datetime) -> None:
    lines = ["ask tessa about it"] * 20 + ["rotas"] * 20 + ["chairs"] * 20
    found = themes(released(wave, [*wrote(lines), *others("shops")], now))
    assert "tessa" not in ", ".join(theme.name for theme in found.values())
    assert "rotas" in found


def test_the_database_refuses_a_small_theme(wave: Manifest, now: datetime) -> None:
    released(wave, many(), now)
    with pytest.raises(Exception, match=r"(?i)check|constraint"), transaction() as session:
        session.execute(text("UPDATE release_theme SET comments = 9"))


def search(release_id: int, query: str, **more: int) -> CommentPage:
    return words(release_id, Wanted(words=query, **more))


@pytest.mark.parametrize("query", ["ROTAS", "  röta ", "late rotas", "Ｒｏｔａｓ"])
def test_a_search_finds_parts_of_words_however_they_are_written(
    wave: Manifest, now: datetime, query: str
) -> None:
    lines = ["Rotas come late."] * 12
    release_id = released(wave, [*wrote(lines), *many(rotas=0)], now)
    assert {line for _, line in said(release_id, Wanted(words=query))} == set(lines)


@pytest.mark.parametrize(("count", "found"), [(9, 0), (10, 10)])
def test_a_search_that_finds_fewer_than_the_floor_shows_none(
    wave: Manifest, now: datetime, count: int, found: int
) -> None:
    release_id = released(wave, [*wrote(["My own zebra"] * count), *many()], now)
    page = search(release_id, "zebra")
    assert (page.found, page.too_few) == (found, found == 0)
    assert sum(len(block.texts) for block in page.blocks) == found


def test_nothing_and_a_few_cannot_be_told_apart(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, [*wrote(["My own zebra"] * 3), *many()], now)
    few, none = search(release_id, "zebra"), search(release_id, "walrus")
    assert replace(few, search="") == replace(none, search="")


def test_theme_and_search_together_obey_the_floor(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, many(), now)
    rotas = themes(release_id)["rotas"].id
    assert search(release_id, "please").found == 8 + 7
    assert search(release_id, "please", theme=rotas).found == 0


def test_what_a_filter_shows_stands_under_no_group(wave: Manifest, now: datetime) -> None:
    """Ten comments may be nine of one group and one of another."""
    ballots = [*wrote(["rotas"] * 9), *wrote(["rotas"], "care/north"), *papers("care/north", 12)]
    release_id = released(wave, [*ballots, *papers("shops", 6), *papers("office", 8)], now)
    assert len({group for group, _ in said(release_id)}) == 2
    assert said(release_id, Wanted(words="rotas")) == [("", "rotas")] * 10


def test_the_floor_is_one_of_people_and_counted_for_each_question(
    app: Flask, now: datetime
) -> None:
    """Somebody may write the same word to two questions; nine people are nine all the same."""
    wave = manifest(survey(now), now)
    again = replace(wave.questions[-1], code="more_open", text="And else?")
    wider = replace(wave, questions=(*wave.questions, again))
    made = edition(wider, [*wrote(["zebra"] * 9), *papers("shops", 6), *others("shops")], now)
    assert again.scale is Scale.OPEN
    assert made.tally is not None
    both = made.tally.comments | {"more_open": made.tally.comments["needs_open"]}
    with transaction() as session:
        release_id = publish_edition(
            session, replace(made, tally=replace(made.tally, comments=both))
        )
    assert words(release_id).comments == 18
    assert search(release_id, "zebra").found == 0


@pytest.mark.parametrize("query", ["%", "_", "\\", "[name]", "' OR 1=1 --"])
def test_signs_of_a_query_mean_nothing(wave: Manifest, now: datetime, query: str) -> None:
    lines = ["Tessa said so"] * 12
    assert search(released(wave, [*wrote(lines), *many()], now), query).found == 0


def test_pages_hold_all_comments_once(wave: Manifest, now: datetime) -> None:
    lines = [f"Line {at:03}" for at in range(2 * PAGE + 3)]
    release_id = released(wave, [*wrote(lines), *others("shops")], now)
    assert sorted(line for _, line in said(release_id)) == lines
    assert words(release_id).pages == 3
    assert words(release_id, Wanted(page=99)).page == 2


def test_a_theme_of_another_release_is_not_found(app: Flask, now: datetime) -> None:
    survey_id = survey(now)
    first = released(manifest(survey_id, now), many(), now)
    second = released(manifest(survey_id, now + 2 * WEEK), many(), now)
    with pytest.raises(NotFound):
        words(first, Wanted(theme=themes(second)["rotas"].id))


def test_a_release_from_before_says_so(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, many(), now)
    with transaction() as session:
        session.execute(text("DELETE FROM release_masking"))
        session.execute(text("UPDATE release_comment SET theme_id = NULL"))
        session.execute(text("DELETE FROM release_theme"))
    page = words(release_id)
    assert (page.masking, page.has_themes, page.others) == (None, False, 0)


def test_the_export_names_counts_and_themes(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, many(), now)
    with reading() as session:
        files = export.files(session, releases.get(session, release_id))
        count = session.scalar(select(func.count()).select_from(ReleaseTheme))
    about = json.loads(files["release.json"])
    assert about["masked"] == {"comments": 57, "names": 0, "mails": 0, "phones": 0}
    assert [theme["comments"] for theme in about["themes"]] == [24, 21]
    assert set(about["themes"][0]) == {"question", "name", "comments"}
    assert count == 2


def test_the_count_masks_the_names_of_the_frame_and_of_everybody_employed(
    app: Flask, now: datetime
) -> None:
    """From the staff file to the release, by the real path: people, box, count."""
    staff.hired(24, now.date())
    wave = open_wave.planned(now)
    with transaction() as session:
        people = session.scalars(select(Employee).order_by(Employee.id)).all()
        people[0].name, people[1].name = "Quintus Farrow", "Ilse von Brandt"
    fieldwork.open_wave(wave, now)
    for at, person in enumerate(staff.ids()[:16]):
        staff.answer(wave, person, words=f"{at}: Quintus, ilse von brandt, 0170 1234567")
    fieldwork.close_wave(wave, now + WEEK)
    fieldwork.release_wave(wave, now + WEEK)
    with reading() as session:
        release_id = releases.by_wave(session, wave).id
    shown = [line.partition(": ")[2] for _, line in said(release_id)]
    assert shown == ["[name], [name], [phone]"] * 16
    assert words(release_id).masking == Masking(16, 32, 0, 16)


def test_lines_of_the_export_come_through_the_same_door(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, many(), now)
    with reading() as session:
        lines = comment_reading.lines(session, release_id)
    assert [line for _, _, line in lines] == [line for _, line in said(release_id)]
