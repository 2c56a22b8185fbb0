import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import PERMISSIONS, Permission, Role
from pulse.web import guard
from pulse.web.guard import safe_next
from tests.support.signing_in import Person, sign_in


@pytest.mark.parametrize("good", ["/", "/log", "/log?state=done&page=2", "/log/3#version-1"])
def test_paths_of_this_site_are_followed(good: str) -> None:
    assert safe_next(good) == good


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "",
        "log",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/log",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/log\r\nSet-Cookie: a=b",
        " //evil.example",
    ],
)
def test_no_path_leads_off_the_site(bad: str | None) -> None:
    assert safe_next(bad, "/log") == "/log"


def test_somebody_unknown_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/log?state=done")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/log?state%3Ddone"


def test_the_wrong_role_is_refused(client: FlaskClient) -> None:
    person = sign_in(client, Role.LEADER)
    assert person.get("/admin/accounts").status_code == 403
    assert person.get("/log").status_code == 200


def test_every_role_gets_exactly_what_the_table_says(app: Flask) -> None:
    """Walk every page that can be read without an id, once for each role."""
    pages = [
        (str(rule), access.permission)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.arguments
        and (access := guard.declared(app.view_functions[rule.endpoint]))
        and access.permission
    ]
    assert pages
    for role in (Role.LEADER, Role.HR, Role.ADMIN):
        person = sign_in(app.test_client(), role)
        for path, permission in pages:
            refused = person.get(path).status_code == 403
            assert refused is (permission not in PERMISSIONS[role]), (role, path)


def test_a_respondents_page_never_looks_at_the_cookie(app: Flask) -> None:
    seen: list[object] = []

    @app.get("/s/told")
    @guard.public("answering needs no name")
    def told() -> str:
        seen.append(guard.current_person())
        return "questions"

    person = sign_in(app.test_client(), Role.HR)
    answer = person.get("/s/told")
    assert seen == [None]
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_a_public_page_may_know_its_visitor(app: Flask) -> None:
    seen: list[object] = []

    @app.get("/told")
    @guard.public("a page that greets people", knows_visitor=True)
    def told() -> str:
        seen.append(guard.current_person())
        return "hello"

    Person(app.test_client()).get("/told")
    sign_in(app.test_client(), Role.HR).get("/told")
    assert seen[0] is None
    assert seen[1]
    assert seen[1].may(Permission.VIEW_CHURN)  # type: ignore[attr-defined]
