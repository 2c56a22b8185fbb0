from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from pulse.db import reading
from pulse.domain.cells import Reason, Released, Suppressed
from pulse.domain.dimension import ORGANISATION, ROOT, Dimension, Node
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.release.lines import Line, Wanted, line
from tests.support.released import SITES, UNITS, manifest, others, papers, released, survey

MONTH = timedelta(days=30)


def draw(code: str | None, measure: str = "engagement") -> Line:
    with reading() as session:
        return line(session, Wanted(ORGANISATION, code, measure))


@pytest.fixture
def survey_id(app: Flask, now: datetime) -> int:
    return survey(now)


def ask(survey_id: int, opens_at: datetime, value: int = 4, shops: int = 12) -> int:
    ballots = [
        *papers("shops", shops, value),
        *papers("care/north", 12, 2),
        *others("shops", "care/north"),
    ]
    return released(manifest(survey_id, opens_at), ballots, opens_at)


def renamed(wave: Manifest, nodes: tuple[Node, ...]) -> Manifest:
    organisation = Dimension(ORGANISATION, "Organisation", nodes)
    return replace(wave, dimensions=(organisation, *wave.dimensions[1:]))


def test_waves_of_the_same_group_are_joined(survey_id: int, now: datetime) -> None:
    ask(survey_id, now, value=2)
    ask(survey_id, now + MONTH, value=5)
    found = draw("shops")
    # Everybody was of one mind, which no figure says.
    assert [point.value for point in found.points] == [
        Released(100 * 0.5 / 12),
        Released(100 * 11.5 / 12),
    ]
    assert [point.closed_on for point in found.points] == [date(2037, 3, 9), date(2037, 4, 8)]
    assert (found.breaks, found.group_name) == ((), "Shops")
    assert found.measure_name == "Engagement index"


def test_a_renamed_unit_keeps_its_line_and_a_reorganised_one_does_not(
    survey_id: int, now: datetime
) -> None:
    ask(survey_id, now)
    other = tuple(replace(node, name="Stores") if node.code == "shops" else node for node in UNITS)
    wave = renamed(manifest(survey_id, now + MONTH), other)
    released(wave, [*papers("shops", 12), *others("shops")], now)
    larger = tuple(
        replace(node, members=("shops", "kiosks")) if node.code == "shops" else node
        for node in UNITS
    )
    wave = renamed(manifest(survey_id, now + 2 * MONTH), larger)
    released(wave, [*papers("shops", 12), *others("shops")], now)
    first, second, third = draw("shops").points
    assert (first.broken, second.broken) == (None, None)
    assert third.broken == "The group changed: now with kiosks."
    # Everybody asked by one survey is the same group, however the company divides itself.
    assert draw(None).breaks == ()


def test_another_survey_does_not_continue_the_line_of_everybody(
    survey_id: int, now: datetime
) -> None:
    ask(survey_id, now)
    few = tuple(node for node in UNITS if node.code in {ROOT, "shops"})
    wave = renamed(manifest(survey(now), now + MONTH), few)
    released(wave, papers("shops", 12), now)
    (broken,) = draw(None).breaks
    assert broken.broken is not None
    assert "without Care north, Care south, care/isles, Office" in broken.broken


def test_a_hidden_or_missing_wave_breaks_the_line_and_says_why(
    survey_id: int, now: datetime
) -> None:
    ask(survey_id, now)
    ask(survey_id, now + MONTH, shops=3)
    ask(survey_id, now + 2 * MONTH)
    released(manifest(survey_id, now + 3 * MONTH), papers("shops", 4), now)
    without = tuple(node for node in UNITS if node.code != "shops")
    wave = renamed(manifest(survey_id, now + 4 * MONTH), without)
    released(wave, [*papers("care/north", 12), *others("care/north", "shops")], now)
    points = draw("shops").points
    assert [isinstance(point.value, Released) for point in points] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert [point.broken for point in points] == [
        None,
        Reason.MERGED.sentence(5, "Shops and Office"),
        "Nothing of the group is shown for the wave before.",
        Reason.TOO_FEW_BALLOTS.sentence(5),
        "The group was not there in this wave.",
    ]


def test_other_questions_break_the_line_of_a_driver(survey_id: int, now: datetime) -> None:
    ask(survey_id, now)
    wave = manifest(survey_id, now + MONTH)
    other = Question("engagement_9", "Anew?", Scale.LIKERT5, "engagement")
    wave = replace(wave, questions=(other, *wave.questions[2:]))
    released(wave, [*papers("shops", 12), *others("shops")], now)
    assert draw("shops").points[1].broken == "Other questions were asked than in the wave before."
    assert draw("shops", "enps").breaks == ()


def test_a_wave_that_did_not_ask_is_no_part_of_the_line(survey_id: int, now: datetime) -> None:
    ask(survey_id, now)
    wave = manifest(survey_id, now + MONTH)
    wave = replace(wave, questions=wave.questions[2:])
    released(wave, [*papers("shops", 12), *others("shops")], now)
    ask(survey_id, now + 2 * MONTH)
    assert [point.broken for point in draw("shops").points] == [None, None]
    assert len(draw("shops", "participation").points) == 3


def test_participation_obeys_the_floor(survey_id: int, now: datetime) -> None:
    ask(survey_id, now)
    ask(survey_id, now + MONTH, shops=4)
    first, second = draw("shops", "participation").points
    assert first.value == Released(100 * 12 / 30)
    assert second.value == Suppressed(Reason.MERGED, 5, "Shops and Office")


def test_attributes_have_lines_too(survey_id: int, now: datetime) -> None:
    ask(survey_id, now)
    with reading() as session:
        found = line(session, Wanted("site", SITES[1].code, "enps"))
    assert found.group_name == "Leeds"
    # Six of the north and six of the others are detractors there, and nobody is a promoter. Twelve
    # beside York's would say how many of the north are, so it is twelve or thirteen.
    assert found.points[0].value == Released(100 * (0.5 - 12.5) / 18)


def test_without_releases_there_is_an_empty_line(survey_id: int) -> None:
    assert draw("shops").points == ()
