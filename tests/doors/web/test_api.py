from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import Role
from pulse.release import records
from tests.support.released import few_in_the_office, manifest, released, survey
from tests.support.signing_in import sign_in

API = "/api/v1/releases"


@pytest.fixture
def release_id(app: Flask, now: datetime) -> int:
    ballots = few_in_the_office(words="More hands, please.")
    return released(manifest(survey(now), now), ballots, now)


@pytest.mark.parametrize("role", [Role.LEADER, Role.HR, Role.ADMIN])
def test_everybody_who_is_signed_in_reads_the_same(
    client: FlaskClient, release_id: int, role: Role
) -> None:
    person = sign_in(client, role)
    (listed,) = person.get(API).json["releases"]
    assert (listed["id"], listed["withheld"]) == (release_id, False)
    about = person.get(listed["url"]).json
    assert (about["id"], about["ballots"], about["policy"]["floor"]) == (release_id, 44, 5)
    found = person.get(f"{API}/{release_id}/cells?group=care/south&dimension=organisation").json
    (tools,) = [cell for cell in found["cells"] if cell["measure"] == "tools_1"]
    assert tools == {
        "wave": about["wave"],
        "group": "care/south",
        "parent": "care",
        "dimension": "organisation",
        "kind": "question",
        "measure": "tools_1",
        "status": "released",
        "n": 9,
        "favourable": {"low": 0.0, "high": 1.0},
        "neutral": {"low": 0.0, "high": 1.0},
        "unfavourable": {"low": 8.0, "high": 9.0},
        "mean": tools["mean"],
        "score": 5.5556,
        "low": 0.5828,
        "high": 37.119,
    }
    assert "More hands" not in person.get(f"{API}/{release_id}/cells").text


def test_a_hidden_group_has_a_status_a_reason_and_no_number(
    client: FlaskClient, release_id: int
) -> None:
    person = sign_in(client, Role.LEADER)
    found = person.get(f"{API}/{release_id}/cells?group=office").json
    assert {(cell["status"], cell["reason"]) for cell in found["cells"]} == {("merged", "all+rest")}
    names = {"wave", "group", "parent", "dimension", "kind", "measure", "status", "reason"}
    assert all(set(cell) == names for cell in found["cells"])
    groups = {
        group["group"]: group for group in person.get(f"{API}/{release_id}/groups").json["groups"]
    }
    assert "n" not in groups["office"]
    assert groups["all+rest"]["n"] == 23


def test_pages_follow_one_another(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.LEADER)
    whole = person.get(f"{API}/{release_id}/cells?dimension=site").json
    assert (whole["groups"], whole["page"], whole["pages"], whole["next"]) == (2, 1, 1, None)
    assert person.get(f"{API}/{release_id}/cells?dimension=site&page=9").json == whole
    assert person.get(f"{API}?page=2").json == {"releases": [], "next": None}
    assert records.PAGE == 100


@pytest.mark.parametrize(
    "path", ["", "/{0}", "/{0}/cells", "/{0}/groups", "/{0}/cells?_external=1&release_id=7"]
)
def test_nobody_reads_without_a_session(client: FlaskClient, release_id: int, path: str) -> None:
    answer = client.get(API + path.format(release_id))
    assert answer.status_code == 401
    assert answer.json == {"error": "Sign in first, and send the cookie of the session."}
    assert sign_in(client, Role.LEADER).get(API + path.format(release_id)).status_code == 200


def test_errors_are_json_and_nothing_can_be_changed(client: FlaskClient, release_id: int) -> None:
    person = sign_in(client, Role.HR)
    missing = person.get(f"{API}/999")
    assert (missing.status_code, missing.json) == (404, {"error": "There is no such release."})
    for path in ("", f"/{release_id}", f"/{release_id}/cells"):
        assert person.client.post(API + path).status_code in {400, 405}
