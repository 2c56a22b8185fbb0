import base64
import re
from datetime import datetime
from urllib.parse import unquote

from flask import Flask
from flask.testing import FlaskClient

from pulse.domain.permission import Role
from pulse.domain.wave_state import WaveState
from tests.support import invited_wave, open_wave, signing_in
from tests.support.invited_wave import ANSWERS


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
