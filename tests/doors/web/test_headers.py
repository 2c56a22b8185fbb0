import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pulse.app import create_app
from pulse.config import Settings
from pulse.domain.errors import Conflict, Invalid, NotAllowed, NotFound, PulseError
from pulse.web.errors import status_of
from pulse.web.guard import public
from pulse.web.headers import FIXED

PATHS = ["/", "/promise", "/no-such-page", "/static/css/tokens.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert {name: headers[name] for name in FIXED} == FIXED
    assert "Strict-Transport-Security" not in headers


def test_nothing_is_allowed_that_is_not_named(client: FlaskClient) -> None:
    policy = client.get("/promise").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def test_pages_are_kept_in_no_cache_but_the_design_is(client: FlaskClient) -> None:
    assert client.get("/promise").headers["Cache-Control"] == "no-store"
    design = client.get("/static/css/tokens.css", buffered=True)
    assert "no-store" not in design.headers["Cache-Control"]


def test_https_is_kept_once_it_is_used(settings: Settings) -> None:
    secure = create_app(settings.model_copy(update={"public_url": "https://pulse.example"}))
    sent = secure.test_client().get("/no-such-page").headers["Strict-Transport-Security"]
    assert sent.startswith("max-age=63072000")


def test_no_template_needs_an_exception_from_the_policy(app: Flask) -> None:
    breach = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))")
    assert app.jinja_loader is not None
    for name in app.jinja_loader.list_templates():
        if not name.startswith("mail/"):
            source, _, _ = app.jinja_loader.get_source(app.jinja_env, name)
            assert not breach.search(source), name


def test_errors_are_calm_pages(client: FlaskClient) -> None:
    missing = client.get("/no-such-page")
    assert missing.status_code == 404
    assert "There is no such page" in missing.text
    assert client.post("/promise").status_code == 405


def test_an_unforeseen_error_shows_no_detail(settings: Settings) -> None:
    broken = create_app(settings)
    broken.config["PROPAGATE_EXCEPTIONS"] = False

    @public("only in this test")
    def fail() -> str:
        raise RuntimeError("what nobody should read")

    broken.add_url_rule("/fail", view_func=fail)
    answer = broken.test_client().get("/fail")
    assert answer.status_code == 500
    assert "It is our fault, not yours" in answer.text
    assert "nobody should read" not in answer.text
    assert answer.headers["Content-Security-Policy"] == FIXED["Content-Security-Policy"]


def test_every_error_of_ours_has_its_status() -> None:
    found = {kind: status_of(kind("Words.")) for kind in (NotFound, NotAllowed, Conflict, Invalid)}
    assert found == {NotFound: 404, NotAllowed: 403, Conflict: 409, Invalid: 400}
    assert status_of(PulseError("Words.")) == 500
