import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from pulse.db import db, reading, transaction
from pulse.domain.cells import Reason, Released, Span, Suppressed, exactly
from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest
from pulse.release import reading as releases
from pulse.release.comment_model import ReleaseComment
from pulse.release.model import Release, ReleaseCell, ReleaseGroup
from pulse.release.publish import publish_edition
from pulse.release.values import Group
from tests.support.released import (
    UNITS,
    Paper,
    edition,
    manifest,
    others,
    papers,
    released,
    said,
    survey,
)

POLICY = {
    "floor": 5,
    "comment_floor": 10,
    "leaver_floor": 5,
    "fewest_ballots": 10,
    "edge": 1,
}


@pytest.fixture
def wave(app: Flask, now: datetime) -> Manifest:
    return manifest(survey(now), now)


def group(session: Session, release_id: int, key: str) -> Group:
    return releases.pick(releases.groups(session, release_id), key)


def everybody() -> list[Paper]:
    return [
        *papers("care/north", 12, 5),
        *papers("care/south", 9, 2),
        *papers("shops", 20, 4),
        *papers("office", 6, 3),
    ]


def test_a_team_is_not_made_up_of_the_office_above_it(app: Flask, now: datetime) -> None:
    del app
    office = replace(UNITS[1], invited=9, members=("care", "care/desk"))
    wave = manifest(survey(now), now, (UNITS[0], office, *UNITS[2:]))
    release_id = released(wave, [*everybody(), *papers("care", 7, 4)], now)
    with reading() as session:
        made_of = {each.code: each.members for each in releases.groups(session, release_id)}
    assert made_of["care/north"] == ("care/north",)
    assert made_of["care"] == ("care", "care/desk", "care/isles", "care/north", "care/south")


def test_every_group_that_is_safe_gets_its_counts(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, everybody(), now)
    with reading() as session:
        release = releases.get(session, release_id)
        care = group(session, release_id, "organisation:care")
        found = releases.results(session, release, care)
    assert (release.ballots, release.redeemed) == (Released(47), Released(47))
    assert (care.ballots, care.invited) == (Released(21), 32)
    assert care.members == ("care/isles", "care/north", "care/south")
    tools = found.questions[2].counts
    assert isinstance(tools, Released)
    # The question is reverse-scored: the twelve who agreed strongly are the unfavourable ones.
    # North and south are each of one mind, so each is published as if one in two halves were not.
    assert (tools.value.unfavourable, tools.value.favourable) == (exactly(12), exactly(9))
    assert (tools.value.n, tools.value.score_sum) == (21, (12 * 1 + 3) + 9 * 4)
    assert found.engagement == Released(100 * 12 / 21)
    assert found.enps == Released(100 * (12 - 9) / 21)


def test_a_skipped_question_cannot_be_told_from_a_neutral_answer(app: Flask, now: datetime) -> None:
    survey_id, counts = survey(now), []
    for months, value in enumerate((None, 3)):
        wave = manifest(survey_id, now + timedelta(days=30 * months))
        ballots = [*papers("shops", 20, 4), *papers("shops", 3, value), *others("shops")]
        release_id = released(wave, ballots, now)
        with reading() as session:
            shops = group(session, release_id, "organisation:shops")
            found = releases.results(session, releases.get(session, release_id), shops)
        counts.append([result.counts for result in found.questions[:3]])
    assert counts[0] == counts[1]
    assert [each.value.n for each in counts[0]] == [23, 23, 23]


def test_a_small_group_stands_together_with_its_neighbour_and_has_no_cell(
    wave: Manifest, now: datetime
) -> None:
    ballots = [*papers("care/north", 5), *papers("care/south", 3), *papers("shops", 20)]
    release_id = released(wave, [*ballots, *papers("office", 6)], now)
    with reading() as session:
        south = group(session, release_id, "organisation:care/south")
        north = group(session, release_id, "organisation:care/north")
        care = group(session, release_id, "organisation:care")
        found = releases.results(session, releases.get(session, release_id), south)
        hidden = select(func.count(ReleaseCell.question)).join(ReleaseGroup)
        assert session.scalar(hidden.where(ReleaseGroup.status != "released")) == 0
    # Showing the north beside all of care would give away the three in the south by subtraction.
    assert south.ballots == north.ballots == south.rate == Suppressed(Reason.MERGED, 5, "Care")
    assert (care.ballots, care.is_block) == (Released(8), True)
    assert found.engagement == south.ballots
    assert {result.counts for result in found.questions} == {south.ballots}


def test_a_rest_is_a_block_with_a_name_of_its_own(wave: Manifest, now: datetime) -> None:
    ballots = [
        *papers("care/north", 12),
        *papers("care/south", 9),
        *papers("shops", 20),
        *papers("office", 3),
    ]
    release_id = released(wave, ballots, now)
    with reading() as session:
        rest = group(session, release_id, "organisation:all+rest")
        office = group(session, release_id, "organisation:office")
    assert (rest.name, rest.ballots, rest.parent) == ("Shops and Office", Released(23), "all")
    assert (rest.members, rest.labels) == (("office", "shops"), ("shops", "office"))
    assert office.merged_into == "all+rest"


def test_a_group_that_nobody_of_took_part_cannot_be_told(wave: Manifest, now: datetime) -> None:
    """The whole less all others would be nobody: that none of them took part must not show."""
    release_id = released(wave, [*papers("shops", 20), *others("shops", "office")], now)
    with reading() as session:
        rest = group(session, release_id, "organisation:all+rest")
        assert not group(session, release_id, "organisation:shops").shown
    assert rest.name == "Shops and Office"


def test_the_number_of_a_hidden_group_is_nowhere_in_the_database(
    wave: Manifest, now: datetime
) -> None:
    released(wave, [*papers("shops", 40), *papers("office", 3), *others("shops", "office")], now)
    with reading() as session:
        row = session.scalars(select(ReleaseGroup).where(ReleaseGroup.code == "office")).one()
        assert (row.n, row.status, row.merged_into) == (None, "merged", "all+rest")


@pytest.mark.parametrize(("edge", "low"), [(1, 11), (2, 10)])
def test_a_block_of_one_mind_is_published_as_an_interval(
    wave: Manifest, now: datetime, edge: int, low: int
) -> None:
    strict = replace(wave, edge=edge)
    release_id = released(strict, [*papers("shops", 12, 5), *others("shops")], now)
    with reading() as session:
        shops = group(session, release_id, "organisation:shops")
        found = releases.results(session, releases.get(session, release_id), shops)
        counts = found.questions[0].counts
    assert isinstance(counts, Released)
    assert (counts.value.favourable, counts.value.unfavourable) == (Span(low, 12), Span(0, edge))
    assert counts.value.score_sum == 5 * 12 - 3 * edge


def test_one_company_number_whatever_it_is_divided_by(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, everybody(), now)
    with reading() as session:
        found = releases.groups(session, release_id)
    assert [item.key for item in found if item.parent is None] == [
        "organisation:all",
        "site:c-leeds",
        "site:c-york",
    ]


def test_fewer_than_ten_ballots_publish_nothing_but_that(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, papers("shops", 9, words="help"), now)
    with reading() as session:
        release = releases.get(session, release_id)
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (ReleaseGroup, ReleaseCell, ReleaseComment)
        ]
    assert (release.withheld, release.invited, counts) == (True, 70, [0, 0, 0])
    few = Suppressed(Reason.TOO_FEW_BALLOTS, 5)
    assert release.ballots == release.redeemed == release.participation == few


def test_a_second_publication_finds_the_first_and_changes_nothing(
    wave: Manifest, now: datetime
) -> None:
    first = released(wave, everybody(), now)
    before = dump()
    assert released(wave, papers("shops", 30, 1), now + timedelta(days=1)) == first
    assert dump() == before


def test_a_publication_that_dies_halfway_leaves_nothing_behind(
    wave: Manifest, now: datetime
) -> None:
    def dies() -> None:
        with transaction() as session:
            publish_edition(session, edition(wave, everybody(), now))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    with reading() as session:
        assert releases.listing(session) == ()
    assert released(wave, everybody(), now) > 0


def test_an_unknown_wave_is_not_published(wave: Manifest, now: datetime) -> None:
    with pytest.raises(NotFound):
        released(replace(wave, wave=wave.wave + 1), everybody(), now)


def test_the_plan_does_not_change_with_the_answers(app: Flask, now: datetime) -> None:
    plans = []
    survey_id = survey(now)
    sizes = {"care/north": 7, "care/south": 4, "shops": 11, "office": 5}
    for at, value in enumerate((1, 3, 5)):
        wave = manifest(survey_id, now + timedelta(days=30 * at))
        ballots = [paper for unit, size in sizes.items() for paper in papers(unit, size, value)]
        release_id = released(wave, ballots, now)
        with reading() as session:
            plans.append(session.get_one(Release, release_id).plan)
    assert plans[0] == plans[1] == plans[2]


def test_comments_stand_under_a_large_division_or_the_whole_company(
    wave: Manifest, now: datetime
) -> None:
    ballots = [
        *papers("care/north", 12, words="from care"),
        *papers("shops", 15, words="from shops"),
        *papers("office", 6, words="from the office"),
    ]
    release_id = released(wave, ballots, now)
    found = said(release_id)
    # The office alone has six, so what stands under the company must not be theirs only.
    assert {text: group for group, text in found} == {
        "from care": "Acme",
        "from shops": "Shops",
        "from the office": "Acme",
    }
    assert len(found) == 33


def test_blank_comments_are_not_kept_and_order_is_not_that_of_the_box(
    wave: Manifest, now: datetime
) -> None:
    ballots = [Paper("shops", answers={}, words=f"word {at}" if at else "   ") for at in range(60)]
    release_id = released(wave, ballots, now)
    texts = [text for _, text in said(release_id)]
    assert sorted(texts) == sorted(f"word {at}" for at in range(1, 60))
    assert texts != [f"word {at}" for at in range(1, 60)]


def test_comments_are_withheld_where_the_comment_floor_is_not_reached(
    wave: Manifest, now: datetime
) -> None:
    strict = replace(wave, comment_floor=30)
    release_id = released(strict, papers("shops", 20, words="help"), now)
    assert said(release_id) == []


def test_more_ballots_than_issued_is_a_warning(wave: Manifest, now: datetime) -> None:
    with transaction() as session:
        made = edition(wave, everybody(), now)
        few = replace(made, census=replace(made.census, redeemed=40))
        release_id = publish_edition(session, few)
        assert releases.get(session, release_id).more_ballots_than_issued


def test_only_the_day_is_kept(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, everybody(), now)
    with reading() as session:
        row = session.get_one(Release, release_id)
        assert row.created_on == row.closed_on == (now + timedelta(days=7)).date()
        assert row.policy.pop("certificate") < 0.98
        assert row.policy == POLICY
        assert row.manifest_sha256 == wave.sha256()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_group SET n = 3",
        "UPDATE release_group SET n = NULL",
        "UPDATE release_cell SET n = 4",
        "UPDATE release_cell SET favourable_low = n",
        "UPDATE release_cell SET unfavourable_high = 0",
        "UPDATE release SET floor = 4",
        "UPDATE release SET ballots = NULL",
    ],
)
def test_the_database_itself_refuses_what_must_not_be(
    wave: Manifest, now: datetime, statement: str
) -> None:
    released(wave, everybody(), now)
    with pytest.raises(Exception, match=r"(?i)check|constraint"), transaction() as session:
        session.execute(text(statement))


def dump() -> str:
    """All release tables as text."""
    with reading() as session:
        names = [
            name for name in inspect(db.engine).get_table_names() if name.startswith("release")
        ]
        rows = {
            name: [list(row) for row in session.execute(text(f"SELECT * FROM {name}"))]
            for name in sorted(names)
        }
    return json.dumps(rows, default=str)


def test_more_ballots_can_be_asked_for_than_ten(wave: Manifest, now: datetime) -> None:
    strict = replace(wave, fewest_ballots=len(everybody()) + 1)
    release_id = released(strict, everybody(), now)
    with reading() as session:
        found = session.get_one(Release, release_id)
        assert (found.withheld, found.ballots) == (True, None)
        assert found.policy["fewest_ballots"] == len(everybody()) + 1


def test_a_wave_closed_before_its_time_is_not_dated_in_the_future(
    wave: Manifest, now: datetime
) -> None:
    with transaction() as session:
        early = now + timedelta(days=1)
        made = replace(edition(wave, everybody(), now), day=early.date())
        release_id = publish_edition(session, made)
        assert releases.get(session, release_id).closed_on == early.date()
