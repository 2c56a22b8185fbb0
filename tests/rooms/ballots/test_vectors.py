"""Vectors through the real box: summed, four fifths of them kept, on one core or on two."""

from dataclasses import replace
from random import Random

import pytest
from flask import Flask

from pulse.ballots import box, opening, tally
from pulse.ballots.opening_process import Desk
from pulse.ballots.tally import Opening
from pulse.db import box_reading, box_transaction
from pulse.domain.ballot import shred
from pulse.domain.manifest import Manifest
from pulse.domain.question import Question
from pulse.domain.scale import Scale
from pulse.domain.sealing import Seal, public_key
from pulse.domain.vectors import Sums, drivers_of
from tests.support import sealed_ballots

KEYS = sealed_ballots.keys()
LABELS = {"organisation": "u1", "site": "c-a"}


@pytest.fixture
def asked(manifest: Manifest) -> Manifest:
    about = Question("engagement_1", "Energy?", Scale.LIKERT5, "engagement")
    return replace(manifest, questions=(about, *manifest.questions))


def answered(count: int) -> list[dict[str, int]]:
    random = Random(4)
    return [
        {"engagement_1": random.randint(1, 5), "tools_1": random.randint(1, 5), "enps": 7}
        for _ in range(count)
    ]


def summed(asked: Manifest, answers: list[dict[str, int]]) -> Sums:
    sums = Sums()
    for given in answers:
        sums.count(drivers_of(asked.questions), given)
    return sums


def test_of_a_sealed_box_four_fifths_are_summed_and_nobody_knows_which(
    app: Flask, asked: Manifest
) -> None:
    answers = answered(23)
    with box_transaction() as connection:
        box.open_for(connection, asked)
        for given in answers:
            token = KEYS.token(asked)
            box.drop(connection, sealed_ballots.body(asked, token, LABELS, {"needs": "", **given}))
        box.seal(connection, asked.wave)
    invited = {"organisation": {"u1": 50, "u2": 0}, "site": {"c-a": 50, "c-b": 0}}
    seen = set()
    for _ in range(12):
        with box_reading() as connection:
            opened = Opening(connection, asked, KEYS.opening)
            found = tally.answers(opened, tally.turnout(opened, invited))
        assert found.counted == 23
        assert found.vectors.people in {18, 19}
        whole = summed(asked, answers)
        assert found.vectors.first["engagement"] < whole.first["engagement"]
        seen.add(repr(found.vectors))
    assert len(seen) > 1
    assert "first" not in repr(found)


@pytest.mark.parametrize("processes", [1, 2])
def test_processes_beside_one_another_sum_what_one_does(asked: Manifest, processes: int) -> None:
    seal, answers = Seal(public_key(KEYS.opening)), answered(60)
    sealed = [
        (shard.slot, shard.body)
        for given in answers
        for shard in seal.ballot(shred(asked, LABELS, {"needs": "", **given})).shards
    ]
    batches = [sealed[at : at + 37] for at in range(0, len(sealed), 37)]
    sheets = opening.counted(asked, KEYS.opening, iter(batches), processes)
    total = sheets.vectors.without(-1)
    assert total == summed(asked, answers)
    assert {tray.people for tray in sheets.vectors.sums} == {12}
    assert Desk(asked, KEYS.opening).count(batches[0]).vectors.dealt < 10
