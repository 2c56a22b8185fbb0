from datetime import datetime

import pytest
from flask import Flask

from pulse.db import reading
from pulse.domain.dimension import ORGANISATION
from pulse.domain.manifest import Manifest
from pulse.release import precision
from pulse.release import reading as releases
from pulse.release.precision import Spread, Verdict
from tests.support.released import Paper, manifest, papers, released, survey


@pytest.fixture
def wave(app: Flask, now: datetime) -> Manifest:
    return manifest(survey(now), now)


def spreads(release_id: int, dimension: str = ORGANISATION) -> dict[str, Spread]:
    with reading() as session:
        release = releases.get(session, release_id)
        groups = releases.groups(session, release_id)
        found = precision.spreads(session, release, dimension, groups)
    return {each.measure: each for each in found}


def half(unit: str, count: int) -> list[Paper]:
    """Half of them agree with everything, and half do not."""
    return [*papers(unit, count // 2, 5), *papers(unit, count - count // 2, 2)]


def test_groups_that_differ_are_told_apart_with_both_ends_named(
    wave: Manifest, now: datetime
) -> None:
    ballots = [
        *papers("care/north", 20, 5),
        *half("care/south", 12),
        *papers("shops", 30, 2),
        *half("office", 8),
    ]
    found = spreads(released(wave, ballots, now))
    index = found["engagement"]
    assert list(found) == ["engagement", "tools", "enps"]
    assert (index.verdict, index.groups) == (Verdict.APART, 4)
    assert index.lowest.group.code == "shops"
    assert index.highest.group.code == "care/north"
    assert index.lowest.precision.value == pytest.approx(100 * 0.5 / 30)
    assert index.observed > index.by_chance > 0
    assert index.beyond == pytest.approx((index.observed**2 - index.by_chance**2) ** 0.5)
    assert index.lowest.precision.value < index.everybody.value < index.highest.precision.value
    # The question about tools is reverse-scored, so the order is the other way round.
    assert found["tools"].lowest.group.code == "care/north"


def test_groups_that_are_alike_are_not_told_apart(wave: Manifest, now: datetime) -> None:
    ballots = [
        *half("care/north", 20),
        *half("care/south", 12),
        *half("shops", 30),
        *half("office", 8),
    ]
    for spread in spreads(released(wave, ballots, now)).values():
        assert (spread.verdict, spread.beyond) == (Verdict.CHANCE, 0)


def test_only_blocks_are_compared(wave: Manifest, now: datetime) -> None:
    """A division is made of its teams; beside them it would count their people twice."""
    ballots = [*half("care/north", 20), *half("care/south", 12), *half("shops", 30)]
    found = spreads(released(wave, [*ballots, *half("office", 3)], now))
    # North, south, and the shops together with the office.
    assert found["engagement"].groups == 3


def test_attributes_are_compared_as_well(wave: Manifest, now: datetime) -> None:
    ballots = [*half("care/north", 20), *half("shops", 30), *half("care/south", 8)]
    found = spreads(released(wave, [*ballots, *half("office", 8)], now), "site")
    assert found["engagement"].groups == 2
    assert found["engagement"].lowest.group.dimension == "site"


def test_a_single_group_is_compared_with_nothing(wave: Manifest, now: datetime) -> None:
    assert spreads(released(wave, [*papers("office", 4), *papers("shops", 9)], now)) == {}
