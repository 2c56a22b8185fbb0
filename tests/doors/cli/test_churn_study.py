"""`flask churn study --panel`: any panel file, studied or refused with the line and the field."""

import csv
import json
from dataclasses import astuple
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse import clock
from pulse.churn.panel_file import COLUMNS
from pulse.db import transaction
from tests.domain.test_headline import company
from tests.support import turnover

Row = tuple[object, ...]


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def written(folder: Path, rows: list[Row], header: tuple[str, ...] = COLUMNS) -> str:
    path = folder / "panel.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return str(path)


def test_a_panel_is_studied(cli: FlaskCliRunner, tmp_path: Path) -> None:
    path = written(tmp_path, [astuple(cell) for cell in company(1, -0.5)])
    done = cli.invoke(args=["churn", "study", "--panel", path, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    low, high = found["within"]["interval"]
    assert low < -0.5 < high < 0
    assert found["within"]["df"] == 59
    assert found["refusals"] == []
    assert found["counts"]["usable_rows"] == 60 * 12
    assert {"between", "warnings", "reliability", "dispersion"} <= found.keys()
    told = cli.invoke(args=["churn", "study", "--panel", path])
    assert "In the four weeks after a team's score was" in told.stdout
    assert "within teams: -0." in told.stdout


def test_periods_may_be_dates_four_weeks_apart(cli: FlaskCliRunner, tmp_path: Path) -> None:
    first = date(2026, 1, 5)
    rows = [
        (cell.unit, first + timedelta(weeks=4 * cell.period), *astuple(cell)[2:])
        for cell in company(1, -0.5)
    ]
    by_day = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, list(rows)), "--json"])
    numbered = written(tmp_path, [astuple(cell) for cell in company(1, -0.5)])
    by_number = cli.invoke(args=["churn", "study", "--panel", numbered, "--json"])
    assert json.loads(by_day.stdout) == json.loads(by_number.stdout)


def test_too_little_is_an_answer_and_no_failure(cli: FlaskCliRunner, tmp_path: Path) -> None:
    path = written(tmp_path, [astuple(cell) for cell in company(1, -0.5, teams=5)])
    done = cli.invoke(args=["churn", "study", "--panel", path, "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["within"] is None
    assert found["between"] is None
    assert found["refusals"][0]["code"] == "few_teams"


def test_a_panel_that_counts_people_twice_is_refused(cli: FlaskCliRunner, tmp_path: Path) -> None:
    rows = [astuple(cell) for cell in company(1, -0.5)]
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, [*rows, rows[0]])])
    assert done.exit_code == 1
    assert "Not shown: team 0 has 2 rows for period 0." in done.stdout


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("a", 1, "x", 1, 1, 9, 1, 0), "line 2, answers: “x” is no number."),
        (("a", 1, 2.5, 1, 1, 9, 1, 0), "line 2, answers: “2.5” is no whole number."),
        (("a", 1, 5, 1, 1, 9, -1, 0), "line 2, person_years: “-1” is no number of people"),
        (("a", 1, 5, 1, 1, "nan", 1, 0), "line 2, headcount: “nan” is no number of people"),
        (("", 1, 5, 1, 1, 9, 1, 0), "line 2, unit: It is empty."),
        (("a", "May", 5, 1, 1, 9, 1, 0), "line 2, period: “May” is neither a number nor"),
        (("a", "", 5, 1, 1, 9, 1, 0), "line 2, period: “” is neither a number nor"),
        (("a", 1, 5, 1, 1, 9, 1), "line 2, separations: “” is no number."),
    ],
)
def test_each_wrong_field_is_named(
    cli: FlaskCliRunner, tmp_path: Path, row: Row, words: str
) -> None:
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, [row])])
    assert done.exit_code == 1
    assert words in done.stderr


def test_days_that_are_no_periods_and_missing_columns_are_named(
    cli: FlaskCliRunner, tmp_path: Path
) -> None:
    rows: list[Row] = [("a", day, 5, 15, 50, 9, 1, 0) for day in ("2026-01-05", "2026-01-20")]
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, rows)])
    assert "line 3, period: 2026-01-20 is not whole periods of four weeks" in done.stderr
    mixed: list[Row] = [rows[0], ("a", 2, 5, 15, 50, 9, 1, 0)]
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, mixed)])
    assert "line 2, period: 2026-01-05 is a date, and other periods are numbers." in done.stderr
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, rows, COLUMNS[:-1])])
    assert "The file has no column separations." in done.stderr
    done = cli.invoke(args=["churn", "study", "--panel", written(tmp_path, [])])
    assert "The file has no rows." in done.stderr


def test_without_a_file_own_releases_are_studied(cli: FlaskCliRunner) -> None:
    now = clock.now()
    nothing = cli.invoke(args=["churn", "study"])
    assert nothing.exit_code == 1
    assert "nothing to study" in nothing.output
    with transaction() as session:
        turnover.staff(session, now)
        turnover.release(session, turnover.survey(session, now), now - timedelta(days=60))
    done = cli.invoke(args=["churn", "study", "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["within"] is None
    assert {reason["code"] for reason in found["refusals"]} >= {"few_teams", "asked_once"}
    assert all(reason["change"] for reason in found["refusals"])
