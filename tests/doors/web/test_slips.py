import base64
import re
from datetime import datetime
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pulse import fieldwork
from pulse.db import reading
from pulse.domain import base64url
from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from pulse.invitations import replacing
from tests.support import invited_wave, open_wave, signing_in
from tests.support.invited_wave import ANSWERS, Invited


def test_reading_the_page_makes_no_codes(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    page = signing_in.sign_in(client, Role.HR).get(f"/hr/waves/{asked.wave}/slips")
    assert page.status_code == 200
    assert "slip-code" not in page.text
    assert client.post(f"/s/{asked.wave}", data=ANSWERS | {"code": asked.code()}).status_code == 303


def test_each_printing_makes_new_codes_with_a_picture_of_the_link(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    asked = invited_wave.opened(now)
    path = f"/hr/waves/{asked.wave}/slips"
    page = signing_in.sign_in(client, Role.HR).post(path, form_on=path)
    codes = re.findall(r'class="slip-code">([^<]+)<', page.text)
    pictures = re.findall(r'<img src="data:image/svg\+xml[^,]*,([^"]+)"', page.text)
    assert len(codes) == len(set(codes)) == len(pictures) == len(asked.slips)
    assert unquote(pictures[0]).replace("&#39;", "'").startswith("<svg") or base64.b64decode(
        pictures[0]
    )
    phone = app.test_client()
    former = phone.post(f"/s/{asked.wave}", data=ANSWERS | {"code": asked.code()})
    assert former.status_code == 422
    newest = phone.post(f"/s/{asked.wave}", data=ANSWERS | {"code": codes[0]})
    assert newest.status_code == 303


def test_slips_are_for_open_waves_and_for_hr(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    path = f"/hr/waves/{asked.wave}/slips"
    assert client.post(path).status_code in {302, 400}
    assert signing_in.sign_in(client, Role.LEADER).get(path).status_code == 403
    hr = signing_in.sign_in(client, Role.HR)
    open_wave.moved(asked.wave, WaveState.CLOSED)
    assert "while the wave is open" in hr.get(path).text


def test_the_pages_say_the_same_whether_somebody_has_started(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    asked = invited_wave.opened(now)
    hr = signing_in.sign_in(client, Role.HR)
    path = f"/hr/waves/{asked.wave}/slips/new"
    found, ask = hr.get(f"{path}?q=Person+3").text, f"{path}/{person(asked, 3)}"
    asked_before = hr.get(ask).text
    first = hr.post(ask, form_on=ask)
    slip = code_on(first)
    whole = {"wave": asked.wave, "secret": slip, "blinded": base64url.encode(bytes([1]) * 256)}
    assert app.test_client().post("/issue", json=whole).status_code == 200
    assert same(hr.get(f"{path}?q=Person+3").text) == same(found.replace("so far: 0", "so far: 1"))
    assert same(hr.get(ask).text) == same(asked_before)
    second = hr.post(ask, form_on=ask)
    assert (first.status_code, same(first.text)) == (second.status_code, same(second.text))
    assert app.test_client().post("/issue", json=whole).status_code == 404
    again = app.test_client().post("/issue", json=whole | {"secret": code_on(second)})
    assert again.status_code == 200
    assert "so far: 2" in hr.get(path).text


def same(page: str) -> str:
    """Take out of a page what differs each time: codes, pictures and forgery tokens."""
    page = re.sub(r'slip-code">[^<]+<|src="data:[^"]+"', "", page)
    return re.sub(r'name="csrf_token"[^>]*>', "", page)


def code_on(page: TestResponse) -> str:
    return re.findall(r'class="slip-code">([^<]+)<', page.text)[0]


def person(asked: Invited, place: int) -> int:
    """Give the id of the person with this number in their name."""
    with reading() as session:
        found = replacing.find(session, asked.wave, f"000{place}").people
    return next(one.employee_id for one in found if one.name == f"Person {place}")


def test_a_new_slip_is_asked_for_found_confirmed_and_printed_once(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    asked = invited_wave.opened(now)
    hr = signing_in.sign_in(client, Role.HR)
    path = f"/hr/waves/{asked.wave}/slips/new"
    assert f'href="{path}"' in hr.get(f"/hr/waves/{asked.wave}/slips").text
    assert f'href="{path}"' in hr.get(f"/hr/waves/{asked.wave}").text
    assert "<table" not in hr.get(path).text
    assert "Nobody asked in this wave" in hr.get(f"{path}?q=%3Cb%3E").text
    link = re.search(rf'href="({path}/\d+)">New slip', hr.get(f"{path}?q=0003+bar").text)
    assert link is None, "Person 3 works in the kitchen"
    link = re.search(rf'href="({path}/\d+)">New slip', hr.get(f"{path}?q=0003+kitchen").text)
    assert link
    confirm = hr.get(link[1]).text
    assert "<strong>they are counted twice</strong>" in confirm
    assert "every employee sees" in confirm
    assert app.test_client().post(f"/s/{asked.wave}", data=form(asked, 3)).status_code == 303
    page = hr.post(link[1], form_on=link[1])
    assert page.text.count('class="slip"') == 1
    assert "Person 3" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    phone = app.test_client()
    assert phone.post(f"/s/{asked.wave}", data=form(asked, 3)).status_code == 422
    newest = ANSWERS | {"code": code_on(page)}
    assert phone.post(f"/s/{asked.wave}", data=newest).status_code == 303


def form(asked: Invited, place: int) -> dict[str, str]:
    slip = next(one for one in asked.slips if one.name == f"Person {place}")
    return ANSWERS | {"code": slip.code}


def test_reading_makes_no_new_slip(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    hr = signing_in.sign_in(client, Role.HR)
    path = f"/hr/waves/{asked.wave}/slips/new"
    for page in (path, f"{path}?q=Person", f"{path}/{person(asked, 3)}"):
        assert hr.get(page).status_code == 200
    with reading() as session:
        assert replacing.handed(session, asked.wave) == 0
    assert client.post(f"/s/{asked.wave}", data=form(asked, 3)).status_code == 303


def test_new_slips_are_for_hr_and_for_open_waves(client: FlaskClient, now: datetime) -> None:
    asked = invited_wave.opened(now)
    path = f"/hr/waves/{asked.wave}/slips/new"
    one = f"{path}/{person(asked, 3)}"
    assert client.get(path).status_code == 302
    assert client.post(one).status_code in {302, 400}
    for role in (Role.LEADER, Role.ADMIN):
        other = signing_in.sign_in(client, role)
        assert [other.get(page).status_code for page in (path, one)] == [403, 403]
    hr = signing_in.sign_in(client, Role.HR)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', hr.get(one).text)
    assert token
    assert hr.get(f"{path}/4000").status_code == 404
    assert hr.get(f"/hr/waves/999{path[-10:]}").status_code == 404
    fieldwork.close_wave(asked.wave, now)
    for page in (path, one):
        assert "while the wave is open" in hr.get(page).text
    assert client.post(one, data={"csrf_token": token[1]}).status_code == 409
    with reading() as session:
        assert replacing.handed(session, asked.wave) == 0
