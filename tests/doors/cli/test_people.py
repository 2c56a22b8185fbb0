from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from pulse.db import reading
from pulse.people import attributes, imports, roster
from tests.support.staff_file import hr_export, table


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text(hr_export(), encoding="utf-8-sig")
    return path


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["people", "import", *map(str, arguments)])


def test_an_export_as_it_comes_is_imported_without_options(app, file, now):
    result = run(app, file)
    assert result.exit_code == 0, result.output
    assert "new: 311" in result.output
    assert "rejected: 0" in result.output
    assert "name a manager whose number is not known here" in result.output
    with reading() as session:
        assert len(roster.employed_on(session, now.date())) == 208
        (kept,) = imports.latest(session)
    assert kept.file_name == "staff.csv"


def test_a_second_import_of_the_same_file_changes_nothing(app, file):
    run(app, file, "--attribute", "Sex:report", "--attribute", "state")
    result = run(app, file)
    assert "unchanged: 311" in result.output
    assert "attribute sex <- Sex (may be reported)" in result.output
    with reading() as session:
        assert [one.key for one in attributes.reportable(session)] == ["sex"]


def test_a_dry_run_writes_nothing(app, file, now):
    result = run(app, file, "--dry-run")
    assert "new: 311" in result.output
    assert "nothing was written" in result.output
    with reading() as session:
        assert roster.employed_on(session, now.date()) == ()
        assert imports.latest(session) == ()


def test_rejected_rows_are_named_and_nothing_is_applied(app, tmp_path, now):
    path = tmp_path / "staff.csv"
    path.write_text(table("1,Ada,Sales,2020-01-01,", "2,Ben,Sales,2020-01-01,2019-01-01"))
    result = run(app, path)
    assert result.exit_code == 1
    assert "line 3: left_on “2019-01-01” is before the day of hiring, 2020-01-01" in result.output
    assert "1 row is rejected, so nothing was applied." in result.output
    with reading() as session:
        assert roster.employed_on(session, now.date()) == ()


def test_rejected_rows_can_be_left_out(app, tmp_path, now):
    path = tmp_path / "staff.csv"
    path.write_text(table("1,Ada,Sales,2020-01-01,", "2,Ben,Sales,2999-01-01,"))
    result = run(app, path, "--skip-rejected")
    assert result.exit_code == 0, result.output
    assert "new: 1" in result.output
    with reading() as session:
        assert [one.name for one in roster.employed_on(session, now.date())] == ["Ada"]


def test_ambiguous_dates_are_refused_with_a_hint_and_accepted_with_an_order(app, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(table("1,Ada,Sales,03/04/2020,"))
    refused = run(app, path)
    assert refused.exit_code == 1
    assert "--date-order dmy or mdy" in refused.output
    assert run(app, path, "--date-order", "dmy").exit_code == 0


def test_columns_can_be_mapped_by_hand(app, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_text(table("1,Ada,Sales,2020-01-01,x", header="key,who,unit,begin,left on"))
    refused = run(app, path)
    assert "No column is chosen for: Employee number, Full name, Hired on." in refused.output
    chosen = ["--map", "number=key", "--map", "name=Who", "--map", "hired_on=begin"]
    result = run(app, path, *chosen, "--map", "left_on=")
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--map", "number"), "needs the form A=B"),
        (("--map", "colour=EmpID"), "there is no field 'colour'"),
        (("--map", "number=Nothing"), "no column 'Nothing'"),
        (("--attribute", "Nothing"), "no column 'Nothing'"),
        (("--separation", "gone=away"), "'away' is none of"),
    ],
)
def test_wrong_options_get_one_clear_line(app, file, option, message):
    result = run(app, file, *option)
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_words_nobody_has_sorted_are_decided_on_the_command_line(app, tmp_path):
    path = tmp_path / "staff.csv"
    rows = ("1,Ada,Sales,2020-01-01,2021-01-01,Joined the circus",)
    path.write_text(table(*rows, header="id,name,unit,hired on,left on,term reason"))
    refused = run(app, path, "--dry-run")
    assert refused.exit_code == 1
    assert "reason “Joined the circus” is not known as a kind of leaving" in refused.output
    assert run(app, path, "--unknown-separations", "other", "--dry-run").exit_code == 0
    assert run(app, path, "--separation", "joined the circus=voluntary").exit_code == 0


def test_a_file_that_is_no_file_is_refused(app, tmp_path):
    path = tmp_path / "staff.csv"
    path.write_bytes(b"")
    result = run(app, path)
    assert result.exit_code == 1
    assert "Error: The file is empty." in result.output
