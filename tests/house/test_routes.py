"""Deny by default: every route says who may see it, and every form is proof against forgery."""

from flask import Flask
from werkzeug.routing import Rule

from pulse.web import guard

# A respondent has no session to keep a forgery token in; the secret code, the token of the
# ballot, or the address at which mails are ended is what proves what is sent. A mail service that
# posts bounces signs them. Nothing else may stand here.
RESPONDENT_FORMS = {
    "assisted",
    "ballot_box",
    "bounce_hook",
    "home",
    "issue",
    "kiosk",
    "opting_out",
}
READING = {"GET", "HEAD", "OPTIONS"}


def test_every_route_declares_a_permission_or_why_it_is_public(unconnected: Flask) -> None:
    undeclared = [
        str(rule)
        for rule in unconnected.url_map.iter_rules()
        if guard.declared(unconnected.view_functions[rule.endpoint]) is None
    ]
    assert undeclared == []


def test_every_public_route_says_why_in_words(unconnected: Flask) -> None:
    for rule in unconnected.url_map.iter_rules():
        access = guard.declared(unconnected.view_functions[rule.endpoint])
        if access is not None and access.permission is None:
            assert access.public_because, rule
            assert len(access.public_because.split()) >= 3, rule


def test_a_route_without_a_declaration_is_refused(app: Flask) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "secret")
    answer = app.test_client().get("/undeclared")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_only_respondents_forms_carry_no_forgery_token(unconnected: Flask) -> None:
    protect = unconnected.extensions["csrf"]
    assert unconnected.config["WTF_CSRF_ENABLED"]
    assert unconnected.config["WTF_CSRF_CHECK_DEFAULT"]
    assert {blueprint.name for blueprint in protect._exempt_blueprints} == RESPONDENT_FORMS
    assert protect._exempt_views == set()


def some_value(rule: Rule, name: str) -> str:
    """Give a value that the route takes: one of a choice, otherwise a number."""
    choices: set[str] = getattr(rule._converters[name], "items", {"1"})
    return min(choices)


def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.partition(".")[0]
        if blueprint in RESPONDENT_FORMS or not (set(rule.methods or ()) - READING):
            continue
        url = rule.build({name: some_value(rule, name) for name in rule.arguments})
        if url is None:
            continue
        answer = client.post(url[1], data={})
        assert answer.status_code in {302, 400, 403, 404, 405}, rule
        if answer.status_code == 302:
            assert "/sign-in" in answer.location, rule


def test_a_page_with_the_right_to_read_changes_nothing(unconnected: Flask) -> None:
    """Mail scanners open every link: whatever changes something is asked for by POST alone."""
    changing = {"issue", "redeem", "drop", "delete", "send", "release", "close", "revoke"}
    for rule in unconnected.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            assert rule.endpoint.rpartition(".")[2] not in changing, rule
