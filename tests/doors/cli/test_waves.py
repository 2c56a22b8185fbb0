from datetime import UTC, datetime

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse.db import reading
from pulse.surveys import bank, catalogue, waves
from pulse.surveys.catalogue import SurveyInfo
from pulse.surveys.turns import Turns
from tests.support import staffed

TIMES = ("--opens", "2031-07-01T09:00", "--closes", "2031-07-08T17:00", "--zone", "Europe/Berlin")


@pytest.fixture
def flask(runner: FlaskCliRunner) -> object:
    def run(*arguments: object) -> Result:
        return runner.invoke(args=[str(item) for item in arguments])

    return run


def surveys() -> tuple[SurveyInfo, ...]:
    with reading() as session:
        return catalogue.listing(session)


def test_a_shell_user_takes_a_wave_through_its_whole_life(app: Flask, flask) -> None:
    units = staffed.company(people=40)
    made = flask(
        *("surveys", "create", "--title", "Spring pulse", "--pack", "core"),
        *("--unit", "Acme", "--dimension", "sex", "--introduction", "Why we ask."),
    )
    assert (made.exit_code, made.output) == (0, f"{surveys()[0].id}\n")
    survey = surveys()[0]
    assert [item.code for item in survey.questions] == list(bank.pack("core").codes)
    assert survey.audience.unit_ids == (units["Acme"],)
    assert survey.dimensions == ("sex",)

    wave = flask("waves", "plan", survey.id, *TIMES).output.strip()
    for step, word in (("open", "open"), ("close", "closed"), ("release", "released")):
        for _ in range(2):
            result = flask("waves", step, wave)
            assert (result.exit_code, result.output) == (0, f"wave {wave}: {word}\n")
    assert f"{wave}\treleased\tTue 1 Jul 2031, 09:00" in flask("waves", "list").output


def test_times_are_local_unless_they_have_an_offset(app: Flask, flask) -> None:
    flask("surveys", "create", "--title", "Pulse", "--pack", "core")
    survey = surveys()[0].id
    flask("waves", "plan", survey, *TIMES)
    aware = ("--opens", "2031-08-01T09:00Z", "--closes", "2031-08-02T09:00+02:00")
    assert flask("waves", "plan", survey, *aware).exit_code == 0
    with reading() as session:
        found = {wave.opens_at for wave in waves.listing(session)}
    assert found == {
        datetime(2031, 7, 1, 7, 0, tzinfo=UTC),
        datetime(2031, 8, 1, 9, 0, tzinfo=UTC),
    }


def test_lists_say_what_to_do_when_they_are_empty(flask) -> None:
    assert "flask surveys create" in flask("surveys", "list").output
    assert "flask waves plan" in flask("waves", "list").output


def test_lists_name_what_there_is(app: Flask, flask) -> None:
    flask("surveys", "create", "--title", "Spring pulse", "--pack", "retail")
    assert "10 questions\tSpring pulse" in flask("surveys", "list").output
    assert "contact_centre\t10 questions\tContact centre" in flask("surveys", "packs").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("surveys", "create", "--title", "Pulse", "--pack", "banking"), "There are: core,"),
        (("surveys", "create", "--title", " ", "--pack", "core"), "give a title"),
        (("surveys", "create", "--title", "P", "--pack", "core", "--unit", "X"), "no unit “X”"),
        (("surveys", "create", "--title", "P", "--pack", "core", "--dimension", "x"), "no reporta"),
        (
            ("surveys", "create", "--title", "P", "--pack", "core", "--dimension", "x*y"),
            "no reportable attribute “x”",
        ),
        (("waves", "plan", "7", *TIMES), "no survey 7"),
        (("waves", "plan", "7", "--opens", "soon", "--closes", "later"), "soon is not an ISO"),
        (("waves", "plan", "7", *TIMES[:4], "--zone", "Middle/Earth"), "no time zone"),
        (("waves", "open", "7"), "no wave 7"),
        (("waves", "withdraw", "7"), "no wave 7"),
    ],
)
def test_a_mistake_is_one_line_and_exit_status_1(flask, arguments, words) -> None:
    result = flask(*arguments)
    assert result.exit_code == 1
    assert words in result.output
    assert result.output.count("\n") == 1


def test_a_step_out_of_turn_is_refused(app: Flask, flask) -> None:
    staffed.company(people=40)
    flask("surveys", "create", "--title", "Pulse", "--pack", "core")
    wave = flask("waves", "plan", surveys()[0].id, *TIMES).output.strip()
    result = flask("waves", "release", wave)
    assert result.exit_code == 1
    assert "is planned" in result.output
    assert flask("waves", "withdraw", wave).output == f"wave {wave}: withdrawn\n"


def test_a_survey_whose_staff_and_questions_take_turns(flask) -> None:
    words = ("--title", "Weekly", "--pack", "core", "--parts", "4", "--per-wave", "1")
    turns = ("--in-turn", "tools_1", "--in-turn", "tools_2")
    number = int(flask("surveys", "create", *words, *turns).output)
    with reading() as session:
        survey = catalogue.get(session, number)
    assert survey.turns == Turns(4, ("tools_1", "tools_2"), 1)
