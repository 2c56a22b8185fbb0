"""Surveys whose staff take turns, and whose questions do."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from pulse.db import reading, transaction
from pulse.domain.errors import Invalid
from pulse.surveys import bank, compose, turns, waves
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from pulse.surveys.turns import Turns
from pulse.surveys.waves import WaveInfo

CODES = [item.code for item in bank.questions() if not item.asked().is_open][:14]
FIXED, ROTATING = CODES[:2], tuple(CODES[2:])
WEEK = timedelta(days=7)


def draft(given: Turns, codes: list[str] = CODES) -> SurveyDraft:
    return SurveyDraft("Weekly", "", compose.chosen(codes), Audience(), turns=given)


def lived(now: datetime, given: Turns, weeks: int, codes: list[str] = CODES) -> list[WaveInfo]:
    with transaction() as session:
        survey = compose.create(session, draft(given, codes), now)
        found = [
            waves.plan(session, survey, now + week * WEEK, now + (week + 1) * WEEK)
            for week in range(weeks)
        ]
    with reading() as session:
        return [waves.get(session, one) for one in found]


def codes(wave: WaveInfo) -> set[str]:
    return {item.code for item in wave.questions}


def test_a_survey_without_turns_asks_everything_of_everybody(app: Flask, now: datetime) -> None:
    found = lived(now, Turns(), 2, CODES[:10])
    assert [codes(wave) for wave in found] == [set(CODES[:10])] * 2
    assert {wave.turn.part for wave in found} == {None}


def test_fixed_questions_are_in_every_wave_and_others_take_turns(app: Flask, now: datetime) -> None:
    found = lived(now, Turns(rotating=ROTATING, per_wave=4), 6)
    assert all(set(FIXED) <= codes(wave) for wave in found)
    assert all(len(codes(wave)) == 6 for wave in found)
    assert set().union(*map(codes, found[:3])) == set(CODES)
    assert codes(found[0]) == codes(found[3]) != codes(found[1])


def test_parts_take_turns_and_each_comes_to_every_question(app: Flask, now: datetime) -> None:
    given = Turns(parts=3, rotating=ROTATING, per_wave=6)
    found = lived(now, given, given.waves)
    assert [wave.turn.part for wave in found] == [0, 1, 2, 0, 1, 2]
    for part in range(3):
        mine = [codes(wave) for wave in found if wave.turn.part == part]
        assert set().union(*mine) == set(CODES)
    # Everybody is asked the same before anybody is asked anything else.
    assert codes(found[0]) == codes(found[1]) == codes(found[2]) != codes(found[3])


def test_a_wave_that_was_withdrawn_leaves_its_turn_to_the_next(app: Flask, now: datetime) -> None:
    first, second = lived(now, Turns(parts=2, rotating=ROTATING, per_wave=6), 2)
    with transaction() as session:
        waves.withdraw(session, second.id)
        again = waves.plan(session, first.survey_id, now + 3 * WEEK, now + 4 * WEEK)
    with reading() as session:
        found = waves.get(session, again)
    assert (found.turn, codes(found)) == (second.turn, codes(second))


@pytest.mark.parametrize(
    ("given", "chosen", "field"),
    [
        (Turns(parts=0), CODES[:3], "parts"),
        (Turns(rotating=("no_such",), per_wave=1), CODES[:3], "rotating"),
        (Turns(rotating=(CODES[0], CODES[0]), per_wave=1), CODES[:3], "rotating"),
        (Turns(rotating=ROTATING, per_wave=0), CODES, "per_wave"),
        (Turns(rotating=ROTATING, per_wave=len(ROTATING)), CODES, "per_wave"),
        (Turns(rotating=ROTATING, per_wave=9), CODES, "questions"),
        (Turns(), CODES[:11], "questions"),
    ],
)
def test_turns_that_cannot_be_are_refused(app: Flask, now: datetime, given, chosen, field) -> None:
    with transaction() as session, pytest.raises(Invalid) as caught:
        compose.create(session, draft(given, chosen), now)
    assert caught.value.field == field


def test_a_survey_says_after_how_many_waves_everybody_was_asked_all() -> None:
    assert Turns().waves == 1
    assert Turns(parts=4).waves == 4
    assert turns.Turns(parts=4, rotating=ROTATING, per_wave=3).waves == 16
