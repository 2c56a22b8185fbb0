from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from pulse.db import reading, transaction
from pulse.domain.cells import Released
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.release import joining, lines, pages, precision, rows
from pulse.release import reading as releases
from pulse.release.lines import Wanted
from pulse.release.model import ReleaseGroup
from pulse.release.pages import Asked
from pulse.release.score_model import ReleaseScore, ReleaseSpread
from pulse.release.values import GroupResults, Precision
from tests.support.released import (
    QUESTIONS,
    UNITS,
    Paper,
    manifest,
    others,
    papers,
    released,
    survey,
)

MONTH = timedelta(days=30)


@pytest.fixture
def survey_id(app: Flask, now: datetime) -> int:
    return survey(now)


def ask(wave: Manifest, now: datetime, shops: Sequence[Paper]) -> int:
    return released(wave, [*shops, *others("shops")], now)


def results(release_id: int, key: str = "organisation:shops") -> GroupResults:
    with reading() as session:
        release = releases.get(session, release_id)
        chosen = releases.pick(releases.groups(session, release_id), key)
        return releases.results(session, release, chosen)


def engagement(release_id: int, key: str = "organisation:shops") -> Precision:
    found = results(release_id, key).engagement_precision
    assert found is not None
    return found


def why(release_id: int, key: str = "organisation:shops") -> str | None:
    with reading() as session:
        page = pages.staff(session, Asked(release_id=release_id, group=key))
        assert page is not None
        return page.no_change


def of(wave: Manifest, units: Sequence[Node]) -> Manifest:
    organisation = Dimension(ORGANISATION, "Organisation", tuple(units))
    return replace(wave, dimensions=(organisation, *wave.dimensions[1:]))


def mixed(unit: str, count: int, chance: Random) -> list[Paper]:
    """Ballots whose every answer is drawn anew."""
    answers = [
        {item.code: chance.choice((2, 3, 4, 5)) for item in QUESTIONS[:3]}
        | {"enps": chance.randrange(11)}
        for _ in range(count)
    ]
    return [
        Paper(unit, "c-leeds" if at % 2 else "c-york", given) for at, given in enumerate(answers)
    ]


def test_every_figure_of_every_released_group_has_an_interval_around_it(
    survey_id: int, now: datetime
) -> None:
    release_id = ask(manifest(survey_id, now), now, papers("shops", 20))
    found = results(release_id)
    for figure, sure in (
        *((each.favourable, each.precision) for each in found.questions),
        *((each.score, each.precision) for each in found.drivers),
        (found.engagement, found.engagement_precision),
        (found.enps, found.enps_precision),
    ):
        assert isinstance(figure, Released)
        assert sure is not None
        assert sure.value == pytest.approx(figure.value)
        assert sure.low < sure.value < sure.high
        assert sure.change is None
    assert why(release_id) == "There is no earlier wave to compare it with."


def test_a_planted_change_has_an_arrow_and_only_where_it_was_planted(
    survey_id: int, now: datetime
) -> None:
    first = ask(manifest(survey_id, now), now, papers("shops", 20, 2))
    second = ask(manifest(survey_id, now + MONTH), now, papers("shops", 20, 5))
    change = engagement(second).change
    assert change is not None
    assert change.holds
    assert 0 < change.low < change.value < change.high
    with reading() as session:
        assert change.before == releases.get(session, first).wave_id
        assert change.since == releases.get(session, first).closed_on
    assert why(second) is None
    care = engagement(second, "organisation:care").change
    assert care is not None
    assert (care.value, care.holds) == (0, False)
    north = engagement(second, "organisation:care/north")
    assert north.change is None


def test_noise_has_no_arrow(survey_id: int, now: datetime) -> None:
    chance = Random(5)
    for at in range(2):
        ballots = [
            paper
            for unit, count in (
                ("care/north", 18),
                ("care/south", 11),
                ("shops", 28),
                ("office", 8),
            )
            for paper in mixed(unit, count, chance)
        ]
        latest = released(manifest(survey_id, now + at * MONTH), ballots, now)
    with reading() as session:
        groups = rows.groups(session, rows.release(session, latest))
        known = precision.of_groups(session, [group.id for group in groups])
    changes = [each.change for each in known.values() if each.change is not None]
    assert len(changes) > 20
    assert any(abs(change.value) > 5 for change in changes)
    assert not any(change.holds for change in changes)


def test_a_renamed_unit_is_compared_and_a_reorganised_one_is_not(
    survey_id: int, now: datetime
) -> None:
    ask(manifest(survey_id, now), now, papers("shops", 20, 2))
    names = tuple(replace(node, name="Stores") if node.code == "shops" else node for node in UNITS)
    wave = of(manifest(survey_id, now + MONTH), names)
    second = ask(wave, now, papers("shops", 20, 5))
    larger = tuple(
        replace(node, members=("shops", "u77")) if node.code == "shops" else node for node in UNITS
    )
    wave = of(manifest(survey_id, now + 2 * MONTH), larger)
    third = ask(wave, now, papers("shops", 20, 2))
    assert engagement(second).change is not None
    assert engagement(third).change is None
    assert why(third) == "The group changed: now with a small unit."
    # Everybody asked by one survey stays everybody.
    assert engagement(third, f"organisation:{ROOT}").change is not None


def test_a_unit_that_went_into_another_is_named(survey_id: int, now: datetime) -> None:
    ask(manifest(survey_id, now), now, papers("shops", 20))
    units = [
        replace(node, members=("shops", "office"), invited=38) if node.code == "shops" else node
        for node in UNITS
        if node.code != "office"
    ]
    wave = of(manifest(survey_id, now + MONTH), units)
    second = released(wave, [*papers("shops", 26), *others("shops", "office")], now)
    assert why(second) == "The group changed: now with Office."


def test_few_answers_are_not_compared(survey_id: int, now: datetime) -> None:
    ask(manifest(survey_id, now), now, papers("shops", 9))
    second = ask(manifest(survey_id, now + MONTH), now, papers("shops", 20))
    third = ask(manifest(survey_id, now + 2 * MONTH), now, papers("shops", 20))
    assert (engagement(second).change, why(second)) == (None, joining.TOO_FEW)
    assert engagement(third).change is not None


def test_where_hardly_anybody_answers_nothing_is_compared(survey_id: int, now: datetime) -> None:
    many = tuple(replace(node, invited=90) if node.code == "shops" else node for node in UNITS)
    for at in range(2):
        wave = of(manifest(survey_id, now + at * MONTH), many)
        latest = ask(wave, now, papers("shops", 20))
    assert (engagement(latest).change, why(latest)) == (None, joining.TOO_SILENT)


def test_own_questions_of_two_surveys_are_not_taken_for_one(app: Flask, now: datetime) -> None:
    """Both are called own_1, and were worded differently."""
    for at, words in enumerate(("Is the tea warm?", "Is the roof tight?")):
        own = Question("own_1", words, Scale.LIKERT5, "tools")
        wave = manifest(survey(now), now + at * MONTH)
        wave = replace(wave, questions=(*wave.questions[:2], own, *wave.questions[3:]))
        ballots = [replace(paper, answers={**paper.answers, "own_1": 4}) for paper in everybody()]
        latest = released(wave, ballots, now)
    found = {each.question.code: each.precision for each in results(latest).questions}
    assert found["own_1"] is not None
    assert found["own_1"].change is None
    tools = next(each for each in results(latest).drivers if each.key == "tools")
    assert tools.precision is not None
    assert tools.precision.change is None
    with reading() as session:
        line = lines.line(session, Wanted(ORGANISATION, "shops", "tools"))
    assert line.points[-1].broken == joining.OTHER_QUESTIONS
    # The engagement questions are the same, and so is the group.
    assert engagement(latest).change is not None


def everybody() -> list[Paper]:
    return [*papers("shops", 20), *others("shops")]


def test_changes_stand_exactly_where_the_line_goes_on(survey_id: int, now: datetime) -> None:
    """Over waves in which the group is there, merged, reorganised, and asked something else."""
    larger = tuple(
        replace(node, members=("shops", "kiosks")) if node.code == "shops" else node
        for node in UNITS
    )
    waves = [manifest(survey_id, now + at * MONTH) for at in range(7)]
    waves[4], waves[5] = of(waves[4], larger), of(waves[5], larger)
    waves[3] = replace(waves[3], questions=waves[3].questions[1:])
    sizes = (20, 20, 3, 20, 20, 20, 20)
    ids = [ask(wave, now, papers("shops", size)) for wave, size in zip(waves, sizes, strict=True)]
    with reading() as session:
        points = lines.line(session, Wanted(ORGANISATION, "shops", "engagement")).points
    joined = {point.release_id for point in points[1:] if point.broken is None}
    assert joined == {ids[1], ids[5]}
    for release_id in ids:
        known = results(release_id).engagement_precision
        assert (known is not None and known.change is not None) == (release_id in joined)


def test_nothing_is_written_about_groups_that_are_not_shown_nor_of_withheld_waves(
    survey_id: int, now: datetime
) -> None:
    ask(manifest(survey_id, now), now, papers("shops", 3))
    released(manifest(survey_id, now + MONTH), papers("shops", 7), now)
    with reading() as session:
        hidden = (
            select(func.count())
            .select_from(ReleaseScore)
            .join(ReleaseGroup)
            .where(ReleaseGroup.status != "released")
        )
        assert session.scalar(hidden) == 0
        about = set(session.scalars(select(ReleaseGroup.release_id).join(ReleaseScore)))
        assert about == set(session.scalars(select(ReleaseSpread.release_id)))
        assert len(about) == 1


def test_a_release_of_before_is_shown_without_intervals_and_can_be_compared_with(
    survey_id: int, now: datetime
) -> None:
    first = ask(manifest(survey_id, now), now, papers("shops", 20, 2))
    with transaction() as session:
        session.execute(delete(ReleaseScore))
        session.execute(delete(ReleaseSpread))
    found = results(first)
    assert isinstance(found.engagement, Released)
    assert found.engagement_precision is None
    with reading() as session:
        page = pages.staff(session, Asked(release_id=first))
    assert page is not None
    assert page.spreads == ()
    second = ask(manifest(survey_id, now + MONTH), now, papers("shops", 20, 5))
    change = engagement(second).change
    assert change is not None
    assert change.holds
