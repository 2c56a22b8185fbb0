from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from tests.support import invited_wave, open_wave, signing_in


def test_the_first_page_leads_everywhere(client: FlaskClient) -> None:
    page = client.get("/").text
    for path in ("/results", "/log", "/promise", "/sign-in"):
        assert f'href="{path}"' in page
    assert "/mailbox" not in page


def test_a_code_leads_to_its_questions_and_is_kept(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    page = client.post("/code", data={"code": asked.code()})
    assert page.status_code == 200
    assert f'action="/s/{asked.wave}?lang=en"' in page.text
    assert f'name="code" type="text" maxlength="60" value="{asked.code()}"' in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "The running server. Your code and your answers reach it together" in page.text
    assert asked.redeemed() == 0


def test_an_unknown_code_is_said_beside_the_box(app: Flask, client: FlaskClient) -> None:
    page = client.post("/code", data={"code": "<nonsense>"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "&lt;nonsense&gt;" in page.text


def test_a_code_of_a_closed_wave_is_a_calm_page(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    open_wave.moved(asked.wave, WaveState.CLOSED)
    page = client.post("/code", data={"code": asked.code()})
    assert (page.status_code, "has closed" in page.text) == (200, True)


def test_the_menu_follows_the_role(client: FlaskClient) -> None:
    assert 'href="/hr/surveys"' not in client.get("/").text
    page = signing_in.sign_in(client, Role.HR).get("/").text
    for path in ("/hr/surveys", "/hr/people", "/hr/results", "/hr/churn", "/account"):
        assert f'href="{path}"' in page
    assert 'href="/admin/accounts"' not in page
    assert 'action="/sign-out"' in page
