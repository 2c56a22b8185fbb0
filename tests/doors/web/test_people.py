import io
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.people import attributes, imports, jobs, roster, uploads
from pulse.people.imports import NewImport
from pulse.people.jobs import Workshop
from tests.support.signing_in import Person, sign_in
from tests.support.staff_file import hr_export, table

HOME = "/hr/people"
FACTS = {
    "number": "id",
    "name": "name",
    "unit": "unit",
    "hired_on": "hired on",
    "left_on": "left on",
    "as_of": "2026-03-02",
    "date_order": "",
    "unknown": "",
}


@pytest.fixture
def hr(client: FlaskClient) -> Person:
    return sign_in(client, Role.HR)


@pytest.fixture
def folder(app: Flask) -> Path:
    return Path(app.instance_path) / jobs.FOLDER


def upload(hr: Person, text: str | bytes) -> str:
    """Upload a file and give the path of its columns page."""
    content = text if isinstance(text, bytes) else text.encode()
    answer = hr.post(HOME, {"file": (io.BytesIO(content), "staff.csv")}, form_on=HOME)
    assert answer.status_code == 302, answer.text
    return urlsplit(answer.location).path


def large(folder: Path, now: datetime) -> str:
    """Put a file for the worker in place and give the path of its columns page."""
    rows = (f'{n},Ada,A,2020-01-01,,"{"x" * 120_000}"' for n in range(20))
    text = table(*rows, header="id,name,unit,hired on,left on,notes")
    kept = uploads.receive(folder, io.BytesIO(text.encode()))
    with transaction() as session:
        new = NewImport("staff.csv", kept.name, now.date())
        return f"{HOME}/import/{imports.receive(session, new, now)}/columns"


def check(hr: Person, columns: str, **chosen: object) -> str:
    """Send the columns page and give the path of the check."""
    answer = hr.post(columns, {**FACTS, **chosen}, form_on=columns)
    assert answer.status_code == 302, answer.text
    return urlsplit(answer.location).path


def people() -> int:
    with reading() as session:
        return len(roster.employed_on(session, datetime.now(UTC).date()))


def test_an_empty_staff_file_says_what_to_do_next(hr):
    page = hr.get(HOME).text
    assert "Nobody is known yet" in page
    assert "Upload the staff file" in page


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_only_hr_sees_the_staff_file(client, role):
    assert sign_in(client, role).get(HOME).status_code == 403


def test_hr_takes_an_export_from_upload_to_applied(hr, folder):
    columns = upload(hr, hr_export(30))
    page = hr.get(columns).text
    assert re.search(r'<option selected value="DateofHire">', page)
    assert "Production Technician I" in page
    chosen = {
        "number": "EmpID",
        "name": "Employee_Name",
        "unit": "Department",
        "manager": "ManagerID",
        "hired_on": "DateofHire",
        "left_on": "DateofTermination",
        "separation": "EmploymentStatus",
        "reason": "TermReason",
        "keep": ["Sex", "State"],
        "report": ["Sex"],
    }
    path = check(hr, columns, **chosen)
    preview = hr.get(path).text
    assert "What this file would change" in preview
    assert people() == 0
    hr.post(f"{path}/apply", form_on=path)
    assert "The file is applied" in hr.get(path).text
    assert people() == 20
    assert list(folder.iterdir()) == []
    home = hr.get(HOME).text
    assert "people employed today" in home
    assert "staff.csv" in home


def test_the_columns_of_an_applied_file_are_remembered(hr):
    text = table("1,Ada,Sales,2020-01-01,F", header="id,name,unit,hired on,gender at birth")
    path = check(hr, upload(hr, text), left_on="", report=["gender at birth"])
    hr.post(f"{path}/apply", form_on=path)
    again = hr.get(upload(hr, text)).text
    assert re.search(r'name="report" value="gender at birth" checked', again)
    repeated = check(hr, upload(hr, text), left_on="", report=["gender at birth"])
    assert "This file changes nothing" in hr.get(repeated).text


def test_problems_are_shown_and_can_be_downloaded(hr):
    rows = ["1,Ada,Sales,2020-01-01,", '2,"=HYPERLINK(""x"")",Sales,2999-01-01,']
    path = check(hr, upload(hr, table(*rows)))
    page = hr.get(path).text
    assert "looks like a spreadsheet formula" in page
    assert "is before 1930 or too far ahead" in page
    saved = hr.get(f"{path}/problems.csv")
    assert saved.mimetype == "text/csv"
    assert "3,name,looks like a spreadsheet formula,\"'=HYPERLINK" in saved.text
    hr.post(f"{path}/apply", form_on=path)
    assert "Nothing was applied" in hr.get(path).text
    assert people() == 0


def test_rejected_rows_can_be_left_out_by_a_ticked_box(hr):
    path = check(hr, upload(hr, table("1,Ada,A,2020-01-01,", "2,Ben,A,2999-01-01,")))
    hr.post(f"{path}/apply", {"skip_rejected": "y"}, form_on=path)
    assert "The file is applied" in hr.get(path).text
    assert people() == 1


def test_many_problems_come_in_pages(hr):
    path = check(hr, upload(hr, table(*(f"{n},=x,A,2020-01-01," for n in range(60)))))
    assert "Page 1 of 2" in hr.get(path).text
    last = hr.get(f"{path}?page=2").text
    assert ">61<" in last
    assert "Later lines" not in last


def test_ambiguous_dates_are_asked_for_beside_their_field(hr):
    columns = upload(hr, table("1,Ada,A,03/04/2020,"))
    asked = hr.post(columns, FACTS, form_on=columns)
    assert asked.status_code == 400
    assert "may have the day or the month first" in asked.text
    assert "03/04/2020" in asked.text
    assert "What this file would change" in hr.get(check(hr, columns, date_order="dmy")).text


def test_a_needed_column_left_open_is_named(hr):
    columns = upload(hr, table("1,Ada,A,2020-01-01,"))
    answer = hr.post(columns, {**FACTS, "unit": ""}, form_on=columns)
    assert answer.status_code == 400
    assert "No column is chosen for: Unit" in answer.text


def test_words_for_leaving_are_sorted_by_hr_and_remembered(hr):
    header = "id,name,unit,hired on,left on,termination reason"
    text = table("1,Ada,A,2020-01-01,2021-01-01,Joined the circus", header=header)
    path = check(hr, upload(hr, text), reason="termination reason")
    assert "Joined the circus" in hr.get(path).text
    hr.post(f"{path}/words", {"word_0": "voluntary"}, form_on=path)
    assert "Words for leaving" not in hr.get(path).text
    hr.post(f"{path}/apply", form_on=path)
    again = check(hr, upload(hr, text), reason="termination reason")
    assert "This file changes nothing" in hr.get(again).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"id,name\n1,\x00\n", "NUL bytes"),
        (b"hello\n", "there is no header"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_once(hr, folder, content, message):
    answer = hr.post(HOME, {"file": (io.BytesIO(content), "x.csv")}, form_on=HOME)
    assert answer.status_code == 400
    assert message in answer.text
    assert list(folder.iterdir()) == []


def test_without_a_file_nothing_happens(hr):
    answer = hr.post(HOME, form_on=HOME)
    assert answer.status_code == 400
    assert "Please choose a file." in answer.text


def test_a_file_can_be_discarded(hr, folder):
    columns = upload(hr, table("1,Ada,A,2020-01-01,"))
    hr.post(columns.replace("columns", "discard"), form_on=columns)
    assert hr.get(columns).status_code == 404
    assert list(folder.iterdir()) == []


def test_a_large_file_is_left_to_the_worker_and_shows_progress(hr, folder, now):
    path = check(hr, large(folder, now))
    page = hr.get(path).text
    assert '<progress id="done"' in page
    assert "<progress" in page
    shop = Workshop(transaction, reading, folder, datetime.now(UTC))
    assert jobs.run_due(shop) == 1
    assert jobs.run_due(shop) == 0
    hr.post(f"{path}/apply", form_on=path)
    assert '<progress id="done"' in hr.get(path).text
    assert people() == 0
    assert jobs.run_due(shop) == 1
    assert "The file is applied" in hr.get(path).text
    assert people() == 20


def test_work_in_hand_is_taken_over_only_after_an_hour(hr, folder, now):
    number = int(check(hr, large(folder, now)).rpartition("/")[2])
    with transaction() as session:
        assert imports.claim(session, number, now)
    assert jobs.run_due(Workshop(transaction, reading, folder, now)) == 0
    later = now + imports.ABANDONED * 2
    assert jobs.run_due(Workshop(transaction, reading, folder, later)) == 1


def test_hr_says_which_attributes_may_be_reported(hr):
    text = table("1,Ada,Sales,2020-01-01,F", header="id,name,unit,hired on,sex")
    path = check(hr, upload(hr, text), left_on="", keep=["sex"])
    hr.post(f"{path}/apply", form_on=path)
    hr.post(f"{HOME}/attributes/sex", {"reportable": "y"}, form_on=HOME)
    with reading() as session:
        assert [one.key for one in attributes.reportable(session)] == ["sex"]
    hr.post(f"{HOME}/attributes/sex", form_on=HOME)
    with reading() as session:
        assert attributes.reportable(session) == ()
    assert hr.post(f"{HOME}/attributes/none", form_on=HOME).status_code == 404


def test_an_applied_import_cannot_be_applied_again(hr):
    path = check(hr, upload(hr, table("1,Ada,A,2020-01-01,")))
    hr.post(f"{path}/apply", form_on=path)
    assert hr.post(f"{path}/apply", form_on=HOME).status_code == 409


def test_a_check_that_another_file_has_overtaken_is_not_applied(hr):
    older = check(hr, upload(hr, table("1,Ada,Old,2020-01-13,")))
    newer = check(hr, upload(hr, table("1,Ada,New,2020-01-13,")))
    hr.post(f"{newer}/apply", form_on=newer)
    refused = hr.post(f"{older}/apply", form_on=older)
    assert refused.status_code == 409
    assert "check it again" in refused.text
    # Checked again, it says what it would change now, and may do so.
    check(hr, f"{older}/columns", as_of="2026-03-03")
    assert "1 moved" in " ".join(re.sub("<[^>]*>", " ", hr.get(older).text).split())
    assert hr.post(f"{older}/apply", form_on=older).status_code == 302
    assert "is applied" in hr.get(older).text
