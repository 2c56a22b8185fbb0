from datetime import date

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse import clock
from pulse.db import reading
from pulse.domain.cadence import Cadence, Repeats
from pulse.surveys import cadences
from tests.support import rhythms, staffed

START = ("--start", "2037-03-10")


@pytest.fixture
def flask(runner: FlaskCliRunner) -> object:
    def run(*arguments: object) -> Result:
        return runner.invoke(args=[str(item) for item in arguments])

    return run


@pytest.fixture
def survey_id(app: Flask) -> int:
    staffed.company(40)
    return rhythms.survey(clock.now(), "Spring pulse")


def cadence(survey_id: int) -> Cadence:
    with reading() as session:
        return cadences.of_survey(session, survey_id).cadence


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--weekly",), {"repeats": Repeats.WEEKS}),
        (("--every", "3", "--weekday", "friday"), {"every": 3, "weekday": 4}),
        (("--monthly",), {"repeats": Repeats.MONTH_DAY}),
        (("--monthly", "--day", "31"), {"repeats": Repeats.MONTH_DAY, "day": 31}),
        (
            ("--monthly", "--which", "last", "--weekday", "tuesday"),
            {"repeats": Repeats.MONTH_WEEKDAY, "week": 5, "weekday": 1},
        ),
        (("--quarterly", "--day", "1"), {"repeats": Repeats.MONTH_DAY, "every": 3, "day": 1}),
        (("--once",), {"repeats": Repeats.ONCE}),
        (("--weekly", "--end", "2037-12-31"), {"ends_on": date(2037, 12, 31)}),
        (("--weekly", "--days", "3", "--on-holidays"), {"days": 3, "keeps_holidays": False}),
    ],
)
def test_every_rule_can_be_said(flask, survey_id, options, wanted) -> None:
    result = flask("surveys", "cadence", survey_id, *options, *START, "--at", "09:00")
    assert result.exit_code == 0, result.output
    usual = {"repeats": Repeats.WEEKS, "starts_on": date(2037, 3, 10), "at": rhythms.NINE}
    assert cadence(survey_id) == Cadence(**(usual | {"days": 7} | wanted))
    assert "in each person's own zone" in result.output


def test_a_rhythm_in_the_shell_from_its_start_to_its_end(flask, survey_id) -> None:
    flask("surveys", "cadence", survey_id, "--weekly", *START)
    ticked = flask("fieldwork", "tick", "--at", "2037-03-01T12:00")
    assert "planned: done" in ticked.output
    assert "0 steps" in flask("fieldwork", "tick", "--at", "2037-03-01T12:00").output
    assert list(rhythms.waves(survey_id)) == ["2037-03-10"]
    listed = flask("surveys", "calendar").output.splitlines()
    assert len(listed) == 12
    assert listed[0] == (
        "2037-03-10\tTue 10 Mar 2037, 09:00 to Tue 10 Mar 2037, 09:00 UTC\t40 people\tSpring pulse"
    )
    assert listed[3].endswith("clocks have changed: Europe/London")
    for verb, word in (("pause", "paused"), ("resume", "running"), ("end", "ended")):
        for _ in range(2):
            result = flask("surveys", verb, survey_id)
            assert (result.exit_code, result.output) == (0, f"survey {survey_id}: {word}\n")
        assert len(rhythms.waves(survey_id)) == 0
    assert "Nothing is planned" in flask("surveys", "calendar").output


def test_the_calendar_warns_and_names_no_small_number(flask, survey_id) -> None:
    staffed.with_value(3, "hobby", "bees")
    for _ in range(3):
        flask("surveys", "cadence", survey_id, "--weekly", *START)
        survey_id = rhythms.survey(clock.now(), "Another")
    result = flask("surveys", "calendar").output
    assert "too much: 40 people in Spring pulse, Another, Another: up to" in result
    assert "At most 2 surveys and 12 mails in any 28 days" in result


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1", *START), "Say one of --weekly"),
        (("1", "--weekly", "--every", "2", *START), "Say one of --weekly"),
        (("1", "--weekly", "--start", "soon"), "soon is not a date"),
        (("1", "--weekly", *START, "--at", "late"), "late is not a time"),
        (("1", "--weekly", *START, "--at", "02:15"), "Between 02:00 and 03:00"),
        (("1", "--weekly", *START, "--days", "99"), "1 to 92 days"),
        (("1", "--once", "--start", "2020-03-10"), "No date lies ahead"),
        (("9", "--weekly", *START), "no survey 9"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_1(flask, survey_id, arguments, words) -> None:
    result = flask("surveys", "cadence", *arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert result.output.count("\n") == 1


def test_what_has_no_rhythm_cannot_be_paused(flask, survey_id) -> None:
    for verb in ("pause", "resume", "end"):
        result = flask("surveys", verb, survey_id)
        assert result.exit_code == 1
        assert "has no rhythm" in result.output
