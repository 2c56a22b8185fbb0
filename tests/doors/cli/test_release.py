import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.support.released import Paper, manifest, papers, released, survey


@pytest.fixture
def wave_id(app: Flask, now: datetime) -> int:
    wave = manifest(survey(now), now)
    ballots = [
        *papers("care/north", 12, 5, words="=HYPERLINK(1)"),
        *papers("care/south", 9, 2),
        Paper("shops", answers={}, words="one of three"),
        *papers("shops", 2),
    ]
    released(wave, ballots, now)
    return wave.wave


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_hold_what_anyone_may_see(
    runner: FlaskCliRunner, wave_id: int, tmp_path: Path
) -> None:
    found = runner.invoke(args=["release", "export", str(wave_id), "--out", str(tmp_path / "a/b")])
    assert found.exit_code == 0, found.output
    folder = tmp_path / "a/b"
    assert sorted(path.name for path in folder.iterdir()) == [
        "cells.csv",
        "comments.csv",
        "groups.csv",
        "moments.csv",
        "release.json",
        "spread.csv",
    ]
    cells = {
        (row["dimension"], row["group"], row["measure"]): row for row in rows(folder, "cells.csv")
    }
    north = cells["organisation", "care/north", "tools_1"]
    assert (north["status"], north["n"], north["favourable"], north["unfavourable"]) == (
        "released",
        "12",
        "0..1",
        "11..12",
    )
    assert (north["mean"], north["kind"], north["wave"]) == (
        str(round(15 / 12, 4)),
        "question",
        str(wave_id),
    )
    assert cells["organisation", "care/north", "engagement"]["score"] == "95.8333"
    index = cells["organisation", "care/north", "engagement"]
    assert float(index["low"]) < float(index["score"]) < float(index["high"])
    assert (index["before"], index["change"], index["holds"]) == ("", "", "")
    assert {row["dimension"] for row in rows(folder, "spread.csv")} == {"organisation", "site"}
    assert cells["organisation", "care/north", "enps"]["kind"] in {"question", "enps"}
    groups = {(row["dimension"], row["group"]): row for row in rows(folder, "groups.csv")}
    assert groups["organisation", "care/south"]["members"] == "care/isles | care/south"
    assert groups["organisation", "care/south"]["parent"] == "care"


def test_a_hidden_group_has_no_number_in_any_file(
    runner: FlaskCliRunner, wave_id: int, tmp_path: Path
) -> None:
    runner.invoke(args=["release", "export", str(wave_id), "--out", str(tmp_path)])
    for row in rows(tmp_path, "cells.csv"):
        if row["group"] == "shops":
            assert (row["status"], row["reason"]) == ("merged", "all+rest")
            place = ("wave", "group", "parent", "dimension", "kind", "measure", "status", "reason")
            numbers = [name for name in row if name not in place]
            assert len(numbers) == 13
            assert not any(row[name] for name in numbers)
    (shops,) = [row for row in rows(tmp_path, "groups.csv") if row["group"] == "shops"]
    assert (shops["n"], shops["invited"]) == ("", "30")


def test_comments_bring_no_formula_and_say_nothing_but_their_group(
    runner: FlaskCliRunner, wave_id: int, tmp_path: Path
) -> None:
    runner.invoke(args=["release", "export", str(wave_id), "--out", str(tmp_path)])
    comments = rows(tmp_path, "comments.csv")
    assert {row["text"] for row in comments} == {"'=HYPERLINK(1)", "one of three"}
    assert set(comments[0]) == {"wave", "question", "group", "text"}
    assert {row["group"] for row in comments if row["text"] == "one of three"} == {"all"}


def test_the_release_says_how_it_was_made(
    runner: FlaskCliRunner, wave_id: int, tmp_path: Path
) -> None:
    runner.invoke(args=["release", "export", str(wave_id), "--out", str(tmp_path)])
    about = json.loads((tmp_path / "release.json").read_text(encoding="utf-8"))
    assert about["policy"].pop("certificate") < 0.98
    assert about["policy"] == {
        "floor": 5,
        "comment_floor": 10,
        "leaver_floor": 5,
        "fewest_ballots": 10,
        "edge": 1,
    }
    assert (about["ballots"], about["invited"], about["withheld"]) == (24, 70, False)
    assert [item["code"] for item in about["questions"]][-1] == "needs_open"


def test_a_wave_that_is_not_released_is_refused_in_one_line(
    runner: FlaskCliRunner, app: Flask, tmp_path: Path
) -> None:
    found = runner.invoke(args=["release", "export", "7", "--out", str(tmp_path / "x")])
    assert found.exit_code == 1
    assert found.output.strip() == "Error: Wave 7 has not been released."
    assert not (tmp_path / "x").exists()


def test_releases_are_listed(runner: FlaskCliRunner, app: Flask, now: datetime) -> None:
    assert "Nothing has been released yet." in runner.invoke(args=["release", "list"]).output
    released(manifest(survey(now), now), papers("shops", 4), now)
    assert "2037-03-09, withheld" in runner.invoke(args=["release", "list"]).output
