import csv
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import Role
from pulse.release import downloads
from tests.support.released import few_in_the_office, manifest, papers, released, survey
from tests.support.signing_in import sign_in


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    ballots = few_in_the_office(words="More hands, please.")
    return released(manifest(survey(now), now), ballots, now)


@pytest.mark.parametrize("role", [Role.LEADER, Role.HR, Role.ADMIN])
def test_everybody_downloads_the_same_files(
    client: FlaskClient, release_id: int, role: Role
) -> None:
    person = sign_in(client, role)
    for name, kind in downloads.FOR_ALL.items():
        answer = person.get(f"/results/{release_id}/files/{name}")
        assert answer.status_code == 200
        assert answer.mimetype == kind
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment; filename=pulse-wave-")
        assert said.endswith(f"-{name}")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.content_length == len(answer.data)
        assert b"More hands" not in answer.data


def test_the_files_open(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.LEADER)
    text = person.get(f"/results/{release_id}/files/groups.csv").data.decode("utf-8-sig")
    named = {row["group"]: row["name"] for row in csv.DictReader(StringIO(text))}
    assert named["care/north"] == "Care north"
    book = openpyxl.load_workbook(
        BytesIO(person.get(f"/results/{release_id}/files/release.xlsx").data)
    )
    assert book.sheetnames == ["cells", "groups", "spread", "moments", "about"]


def test_comments_are_for_hr(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    for name in downloads.FOR_HR:
        assert person.get(f"/results/{release_id}/files/{name}").status_code == 404
        answer = person.get(f"/hr/results/{release_id}/files/{name}", buffered=True)
        assert answer.status_code == 200
    text = person.get(f"/hr/results/{release_id}/files/comments.csv").data.decode("utf-8-sig")
    assert "More hands, please." in text


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN])
def test_nobody_else_reads_them(client: FlaskClient, release_id: int, role: Role) -> None:
    person = sign_in(client, role)
    for name in downloads.FOR_HR:
        assert person.get(f"/hr/results/{release_id}/files/{name}").status_code == 403


@pytest.mark.parametrize("path", ["1/files/staff.csv", "1/files/..%2Fx", "999/files/cells.csv"])
def test_there_is_nothing_else(client: FlaskClient, release_id: int, path: str) -> None:
    path = path.replace("1/", f"{release_id}/", 1) if path.startswith("1/") else path
    assert sign_in(client, Role.HR).get(f"/results/{path}").status_code == 404


def test_pages_link_to_every_file(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    staff, hr = person.get("/results").text, person.get("/hr/results").text
    for name in downloads.FOR_ALL:
        assert f'href="/results/{release_id}/files/{name}"' in staff
        assert f'href="/results/{release_id}/files/{name}"' in hr
    for name in downloads.FOR_HR:
        assert f'href="/hr/results/{release_id}/files/{name}"' in hr
        assert name not in staff


def test_a_withheld_wave_has_files_that_say_only_that(
    client: FlaskClient, app: Flask, now: datetime
) -> None:
    wave = released(manifest(survey(now), now), papers("shops", 7, words="secret"), now)
    person = sign_in(client, Role.HR)
    cells = person.get(f"/results/{wave}/files/cells.csv").data.decode("utf-8-sig")
    assert cells.count("\n") == 1
    about = person.get(f"/results/{wave}/files/release.json").json
    assert (about["withheld"], about["ballots"]) == (True, None)
    book = person.get(f"/hr/results/{wave}/files/release-with-comments.xlsx").data
    assert openpyxl.load_workbook(BytesIO(book))["comments"].max_row == 1
