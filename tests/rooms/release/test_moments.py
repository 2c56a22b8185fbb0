"""Moments of a release: counted from shards, published rounded, read back, exported, audited."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy import text

from pulse.audit import moments as attack
from pulse.audit.files import ReleaseFiles, read
from pulse.db import reading, transaction
from pulse.domain.manifest import Manifest
from pulse.domain.moments import moments as rounded
from pulse.domain.vectors import TRAYS, Sums, drivers_of
from pulse.release import export, moments
from pulse.release import reading as releases
from pulse.release.attacking import FILES
from tests.support import driven, released
from tests.support.driven import QUESTIONS, Person

COUNT = 300
DRIVERS = drivers_of(QUESTIONS)
CODES = [question.code for question in QUESTIONS]


@pytest.fixture
def wave(app: Flask, now: datetime) -> Manifest:
    return driven.manifest(now, COUNT)


def published(release_id: int) -> moments.Moments | None:
    with reading() as session:
        return moments.of_release(session, release_id)


def files(release_id: int) -> dict[str, str]:
    with reading() as session:
        return export.files(session, releases.get(session, release_id))


def lines(release_id: int) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(files(release_id)["moments.csv"])))


def possible(people: list[Person]) -> list[moments.Moments | None]:
    """Give what may be published of these ballots: a fifth is left out, whichever that is."""
    found = []
    for left_out in range(TRAYS):
        sums = Sums()
        for at, person in enumerate(people):
            if at % TRAYS != left_out:
                sums.count(DRIVERS, person.answers)
        found.append(rounded(DRIVERS, sums, CODES))
    return found


def test_what_is_published_is_rounded_over_four_fifths_and_read_back_as_it_was(
    wave: Manifest,
) -> None:
    people = driven.people(COUNT)
    found = published(driven.release(wave, people))
    assert found is not None
    assert found in possible(people)
    assert found.people == 240
    assert found.drivers == ("recognition", "tools", "caring")


def test_a_fifth_is_drawn_anew_for_each_count(wave: Manifest) -> None:
    people = driven.people(COUNT)
    seen = {repr(driven.counted(wave, people).vectors) for _ in range(30)}
    assert len(seen) == TRAYS


def test_the_file_holds_every_line_and_nothing_of_any_group(wave: Manifest) -> None:
    release_id = driven.release(wave, driven.people(COUNT))
    found = published(release_id)
    assert found is not None
    told = lines(release_id)
    kinds = [line["kind"] for line in told]
    assert kinds == ["favourable_spread"] + 4 * ["deviation"] + 6 * ["correlation"]
    assert {(line["wave"], line["people"]) for line in told} == {(str(wave.wave), "240")}
    assert float(told[0]["value"]) == found.favourable_spread
    assert [float(line["value"]) for line in told[1:5]] == list(found.deviations.values())
    pairs = {(line["driver"], line["other"]): float(line["value"]) for line in told[5:]}
    assert pairs == found.correlations
    assert set(told[0]) == {"wave", "people", "kind", "driver", "other", "value"}


def test_a_release_of_before_has_none_and_an_empty_file(app: Flask, now: datetime) -> None:
    wave = released.manifest(released.survey(now), now)
    release_id = released.released(wave, released.few_in_the_office(), now)
    assert published(release_id) is None
    assert lines(release_id) == []


def test_too_few_ballots_leave_none(wave: Manifest) -> None:
    # A fifth is left out, so 96 are there.
    assert published(driven.release(wave, driven.people(120))) is None


def test_skips_do_not_count(wave: Manifest) -> None:
    people = driven.people(COUNT)
    skipped = [
        replace(person, answers={**person.answers, "tools_4": None}) if at % 2 else person
        for at, person in enumerate(people)
    ]
    found = published(driven.release(wave, skipped))
    assert found is not None
    assert 110 <= found.people <= 120


def of_one_mind(people: list[Person], code: str, value: int, others: int) -> list[Person]:
    return [
        replace(person, answers={**person.answers, code: value}) if at >= others else person
        for at, person in enumerate(people)
    ]


def test_a_driver_over_which_fewer_than_ten_divide_is_not_looked_at(wave: Manifest) -> None:
    few = of_one_mind(driven.people(COUNT), "caring_1", 1, others=8)
    found = published(driven.release(wave, few))
    assert found is not None
    assert found.drivers == ("recognition", "tools")


def test_whether_a_driver_is_looked_at_follows_from_what_is_published(wave: Manifest) -> None:
    """An attacker with the files alone must come to the same list of drivers."""
    few = of_one_mind(driven.people(COUNT), "tools_4", 5, others=20)
    release_id = driven.release(wave, few)
    texts = files(release_id)
    whole = [
        row
        for row in csv.DictReader(StringIO(texts["cells.csv"]))
        if (row["dimension"], row["group"], row["kind"]) == ("organisation", "all", "question")
    ]
    apart = {row["measure"] for row in whole if 10 <= float(row["favourable"]) <= COUNT - 10}
    found = published(release_id)
    expected = [item.key for item in DRIVERS if item.points.keys() <= apart]
    assert (list(found.deviations) if found else []) == expected


def test_without_engagement_that_people_divide_over_there_are_none(wave: Manifest) -> None:
    happy = of_one_mind(driven.people(COUNT), "engagement_1", 5, others=4)
    assert published(driven.release(wave, happy)) is None


def test_the_newest_release_with_moments_is_the_one_looked_at(app: Flask, now: datetime) -> None:
    survey_id = released.survey(now)
    first = driven.manifest(now, COUNT, survey_id=survey_id)
    second = driven.manifest(now + timedelta(days=30), COUNT, survey_id=survey_id)
    third = driven.manifest(now + timedelta(days=60), COUNT, survey_id=survey_id)
    with reading() as session:
        assert moments.newest(session) is None
    driven.release(first, driven.people(COUNT))
    driven.release(second, driven.people(COUNT, seed=2))
    driven.release(third, driven.people(50))
    with reading() as session:
        found = moments.newest(session)
    assert found is not None
    assert found[0].wave_id == second.wave


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE release_moments SET people = 90",
        "UPDATE release_moments SET favourable_spread = 1.5",
        "UPDATE release_deviation SET value = -0.1",
        "UPDATE release_correlation SET value = 1.01",
        "UPDATE release_correlation SET other = driver",
    ],
)
def test_the_database_itself_refuses_what_must_not_be(wave: Manifest, statement: str) -> None:
    driven.release(wave, driven.people(COUNT))
    with pytest.raises(Exception, match=r"(?i)check|constraint"), transaction() as session:
        session.execute(text(statement))


def test_the_attacker_reads_every_line_and_finds_nothing(wave: Manifest) -> None:
    told = read(texts(driven.release(wave, driven.people(COUNT))))
    assert len(told.moments) == 11
    assert list(attack.findings(told)) == []


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (lambda text: text.replace(",240,", ",241,"), "finer than promised"),
        (lambda text: text.replace(",240,", ",300,"), "none can have been left out"),
        (lambda text: text.replace(",240,", ",250,", 1), "different numbers"),
        (lambda text: "\n".join(text.splitlines()[:-1]), "not those of one square"),
        (lambda text: text.rstrip() + "001\n", "too finely"),
    ],
)
def test_the_attacker_finds_what_is_planted(
    wave: Manifest, plant: Callable[[str], str], words: str
) -> None:
    given = texts(driven.release(wave, driven.people(COUNT)))
    planted = replace(given, moments=plant(given.moments))
    assert words in " ".join(found.words for found in attack.findings(read(planted)))


def test_the_attacker_finds_a_driver_over_which_nearly_all_agree(wave: Manifest) -> None:
    people = driven.people(COUNT)
    given = texts(driven.release(wave, people))
    few = of_one_mind(people, "caring_1", 1, others=8)
    # The moments of a company that divides over it, beside the cells of one that does not.
    again = driven.manifest(wave.closes_at, COUNT)
    other = texts(driven.release(again, few))
    mixed = replace(other, moments=given.moments)
    assert "of another mind" in " ".join(one.words for one in attack.findings(read(mixed)))


def texts(release_id: int) -> ReleaseFiles:
    told = files(release_id)
    return ReleaseFiles(*(told[name] for name in FILES))
