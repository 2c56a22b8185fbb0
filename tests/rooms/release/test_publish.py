import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from pulse.db import db, reading, transaction
from pulse.domain.cells import Reason, Released, Suppressed
from pulse.domain.errors import NotFound
from pulse.domain.manifest import Manifest
from pulse.release import reading as releases
from pulse.release.model import Release, ReleaseCell, ReleaseComment, ReleaseGroup
from pulse.release.publish import Census, publish
from pulse.release.values import Group
from tests.support.released import Paper, manifest, papers, released, survey, tally


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
    assert (tools.value.unfavourable, tools.value.favourable, tools.value.n) == (12, 9, 21)
    assert (tools.value.score_sum, tools.value.score_sumsq) == (12 * 1 + 9 * 4, 12 * 1 + 9 * 16)
    assert found.engagement == Released(100 * 12 / 21)
    assert found.enps == Released(100 * (12 - 9) / 21)


def test_skipped_questions_count_as_no_answer_of_the_whole_group(
    wave: Manifest, now: datetime
) -> None:
    ballots = [*papers("shops", 20, 4), *papers("shops", 3, None)]
    release_id = released(wave, ballots, now)
    with reading() as session:
        shops = group(session, release_id, "organisation:shops")
        found = releases.results(session, releases.get(session, release_id), shops)
    for result in found.questions:
        assert isinstance(result.counts, Released)
        assert (result.counts.value.n, result.counts.value.no_answer) == (23, 3)


def test_a_small_group_and_its_complement_have_a_reason_and_no_cell(
    wave: Manifest, now: datetime
) -> None:
    ballots = [*papers("care/north", 12), *papers("care/south", 3), *papers("shops", 20)]
    release_id = released(wave, ballots, now)
    with reading() as session:
        south = group(session, release_id, "organisation:care/south")
        north = group(session, release_id, "organisation:care/north")
        care = group(session, release_id, "organisation:care")
        found = releases.results(session, releases.get(session, release_id), south)
        hidden = select(func.count(ReleaseCell.question)).join(ReleaseGroup)
        assert session.scalar(hidden.where(ReleaseGroup.status == "suppressed")) == 0
    assert south.ballots == Suppressed(Reason.BELOW_FLOOR, 5) == south.rate
    assert found.engagement == south.ballots
    assert {result.counts for result in found.questions} == {south.ballots}
    shown = [isinstance(item.ballots, Released) for item in (care, north)]
    # Showing both would give away the three in the south by subtraction.
    assert shown.count(True) == 1


def test_the_number_of_a_hidden_group_is_nowhere_in_the_database(
    wave: Manifest, now: datetime
) -> None:
    released(wave, [*papers("shops", 40), *papers("office", 3)], now)
    with reading() as session:
        row = session.scalars(select(ReleaseGroup).where(ReleaseGroup.code == "office")).one()
        assert (row.n, row.status, row.reason) == (None, "suppressed", "BELOW_FLOOR")


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
            publish(session, wave, tally(everybody()), Census(70, 47), now)
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
    with reading() as session:
        blocks = releases.comments(session, release_id)
    where = {words: block.group_name for block in blocks for words in block.texts}
    # The office alone has six, so what stands under the company must not be theirs only.
    assert where == {
        "from care": "Acme",
        "from shops": "Shops",
        "from the office": "Acme",
    }
    assert sum(len(block.texts) for block in blocks) == 33


def test_blank_comments_are_not_kept_and_order_is_not_that_of_the_box(
    wave: Manifest, now: datetime
) -> None:
    ballots = [Paper("shops", answers={}, words=f"word {at}" if at else "   ") for at in range(60)]
    release_id = released(wave, ballots, now)
    with reading() as session:
        (block,) = releases.comments(session, release_id)
    assert sorted(block.texts) == sorted(f"word {at}" for at in range(1, 60))
    assert list(block.texts) != [f"word {at}" for at in range(1, 60)]


def test_comments_are_withheld_where_the_comment_floor_is_not_reached(
    wave: Manifest, now: datetime
) -> None:
    strict = replace(wave, comment_floor=30)
    release_id = released(strict, papers("shops", 20, words="help"), now)
    with reading() as session:
        assert releases.comments(session, release_id) == ()


def test_more_ballots_than_issued_is_a_warning(wave: Manifest, now: datetime) -> None:
    with transaction() as session:
        release_id = publish(session, wave, tally(everybody()), Census(70, 40), now)
        assert releases.get(session, release_id).more_ballots_than_issued


def test_only_the_day_is_kept(wave: Manifest, now: datetime) -> None:
    release_id = released(wave, everybody(), now)
    with reading() as session:
        row = session.get_one(Release, release_id)
        assert row.created_on == row.closed_on == (now + timedelta(days=7)).date()
        assert row.policy == {"floor": 5, "comment_floor": 10, "fewest_ballots": 10}
        assert row.manifest_sha256 == wave.sha256()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_group SET n = 3",
        "UPDATE release_group SET n = NULL",
        "UPDATE release_cell SET n = 4",
        "UPDATE release_cell SET favourable = favourable + 1",
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
        release_id = publish(session, wave, tally(everybody()), Census(70, 47), early)
        assert releases.get(session, release_id).closed_on == early.date()
