"""`flask churn survival`: a consented file counted in a shell, and nothing stored."""

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from pulse.churn import consented
from pulse.db import reading
from tests.published import data
from tests.support import agreed


@pytest.fixture
def cli(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def written(folder: Path, text: str) -> str:
    path = folder / "agreed.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def retention(folder: Path) -> str:
    """The book's data with the columns that we ask for."""
    rows = [
        f"{row.months:g},{int(row.left)},{row.group},yes,{row.further[2]},{row.further[3]:g}"
        for row in data.retention().rows
    ]
    return written(folder, "\n".join([f"{agreed.HEADER},level,sentiment", *rows]))


def test_a_file_is_counted_and_nothing_is_stored(cli: FlaskCliRunner, tmp_path: Path) -> None:
    done = cli.invoke(args=["churn", "survival", retention(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    high = next(curve for curve in found["curves"] if curve["group"] == "High")
    assert high["steps"][12]["at_risk"] == 1827
    assert round(high["steps"][12]["stayed"], 3) == 0.634
    assert {one["name"] for one in found["hazards"]} == {
        "group: Not High beside High",
        "level: Low beside High",
        "level: Medium beside High",
        "sentiment, one more",
    }
    assert found.keys() == {"rows", "leavers", "curves", "too_small", "hazards", "refusal"}
    with reading() as session:
        assert consented.latest(session) is None


def test_the_same_in_words(cli: FlaskCliRunner, tmp_path: Path) -> None:
    done = cli.invoke(args=["churn", "survival", retention(tmp_path)])
    assert "3770 people, 1354 of them left" in done.stdout
    assert "  month 12: 63.4 % (61.6 to 65.1 %) still there, 1827 under observation" in done.stdout
    assert "sentiment, one more: 0." in done.stdout


def test_what_cannot_be_shown_is_said(cli: FlaskCliRunner, tmp_path: Path) -> None:
    three = (agreed.Crowd("Bar", 30, 6), agreed.Crowd("Shop", 30, 6), agreed.Crowd("Lab", 9, 9))
    few = written(tmp_path, agreed.text((*three, agreed.Crowd("Kitchen", 30, 7))))
    done = cli.invoke(args=["churn", "survival", few])
    assert done.exit_code == 0
    assert "Not shown, as too small: 1 of the groups" in done.stdout
    assert "Not shown: This analysis needs more leavers." in done.stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("3,no,Bar,no", "This analysis needs consent recorded for every row.\nline 122, consent:"),
        ("x,no,Bar,yes", "line 122, months: “x” is no number of months"),
    ],
)
def test_a_wrong_row_is_named(cli: FlaskCliRunner, tmp_path: Path, more: str, words: str) -> None:
    done = cli.invoke(args=["churn", "survival", written(tmp_path, agreed.text() + more)])
    assert done.exit_code == 1
    assert words in done.stderr
