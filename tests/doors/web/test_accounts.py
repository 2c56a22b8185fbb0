import re
from datetime import date
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pulse.accounts import passwords
from pulse.accounts.throttle import LIMITS
from pulse.db import reading, transaction
from pulse.domain.permission import Role
from pulse.outbox.model import OutboxMessage
from pulse.people.model import Employee, EmploymentSpell, Unit
from tests.support.signing_in import PASSWORD, Person, account, sign_in

NEW_PASSWORD = "another sentence, quite as long"


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


def try_password(person: Person, password: str, email: str = "hr@acme.example") -> int:
    data = {"email": email, "password": password, "next": "/account"}
    return person.post("/sign-in", data, form_on="/sign-in").status_code


def hire() -> None:
    with transaction() as session:
        unit = Unit(key="Care", name="Care")
        ann = Employee(number="7", name="Ann <Lee>", email="ann@acme.example")
        session.add_all([unit, ann])
        session.flush()
        start = date(2020, 1, 1)
        session.add(EmploymentSpell(employee_id=ann.id, unit_id=unit.id, starts_on=start))


def mailed_path() -> str | None:
    with reading() as session:
        row = session.scalars(select(OutboxMessage)).one_or_none()
        if row is None:
            return None
        body = message_from_bytes(row.mime, policy=policy.default).get_body(("plain",))
        assert body
        found = re.search(r"http://pulse\.test(/sign-in/link/\S+)", body.get_content())
        assert found
        return found[1]


def test_hr_signs_in_and_out(person: Person) -> None:
    account(Role.HR)
    assert try_password(person, PASSWORD) == 302
    page = person.get("/account")
    assert "Robin Hr" in page.text
    assert person.post("/sign-out", form_on="/account").status_code == 302
    assert person.get("/account").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(person: Person) -> None:
    account(Role.HR)
    page = person.get("/sign-in").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    data = {"email": "hr@acme.example", "password": PASSWORD, "csrf_token": found[1]}
    cookie = person.client.post("/sign-in", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with person.client.session_transaction() as stored:
        assert set(stored) <= {"token", "csrf_token", "_permanent"}


def test_wrong_name_and_wrong_password_get_the_same_answer(person: Person) -> None:
    account(Role.HR)
    answers = [
        person.post("/sign-in", {"email": email, "password": "wrong"}, form_on="/sign-in")
        for email in ("hr@acme.example", "no@acme.example")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    plain = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert plain[0] == plain[1]


def test_a_throttled_account_is_refused_even_with_the_right_password(person: Person) -> None:
    account(Role.HR)
    answers = [try_password(person, "wrong") for _ in range(LIMITS["password account"])]
    assert set(answers) == {403}
    assert try_password(person, PASSWORD) == 429
    account(Role.ADMIN)
    assert try_password(person, PASSWORD, "admin@acme.example") == 302


def test_a_form_without_its_token_is_refused(person: Person) -> None:
    account(Role.HR)
    answer = person.client.post("/sign-in", data={"email": "hr@acme.example", "password": PASSWORD})
    assert answer.status_code == 400


def test_after_sign_in_nobody_is_led_off_the_site(person: Person) -> None:
    account(Role.HR)
    data = {"email": "hr@acme.example", "password": PASSWORD, "next": "https://evil.example/"}
    assert person.post("/sign-in", data, form_on="/sign-in").location == "/log"


def test_an_employee_signs_in_by_mail(person: Person) -> None:
    hire()
    asked = {"work_email": "ann@acme.example", "next": "/account"}
    assert person.post("/sign-in/link", asked, form_on="/sign-in").status_code == 200
    link = mailed_path()
    assert link
    for _ in range(3):  # A mail scanner opens the link, and asks for its head.
        assert person.client.head(link).status_code == 200
        assert person.get(link).status_code == 200
    assert person.get("/account").status_code == 302
    assert person.post(link, form_on=link).location == "/account"
    assert "Ann &lt;Lee&gt;" in person.get("/account").text
    assert person.get("/hr/surveys").status_code == 403


def test_a_link_is_gone_after_its_use(app: Flask, person: Person) -> None:
    hire()
    person.post("/sign-in/link", {"work_email": "ann@acme.example"}, form_on="/sign-in")
    link = mailed_path()
    assert link
    person.post(link, form_on=link)
    thief = Person(app.test_client())
    assert thief.get(link).status_code == 410
    assert thief.post(link, form_on="/sign-in").status_code == 410
    assert thief.get("/account").status_code == 302


def test_a_stranger_gets_the_same_page_and_no_mail(person: Person) -> None:
    hire()
    pages = [
        person.post("/sign-in/link", {"work_email": email}, form_on="/sign-in").text
        for email in ("eve@acme.example", "ann@acme.example")
    ]
    assert pages[0].replace("eve@", "ann@") == pages[1]
    assert mailed_path()


def test_a_session_ended_elsewhere_is_out_at_once(app: Flask) -> None:
    mine = sign_in(app.test_client(), Role.HR)
    other = Person(app.test_client())
    assert try_password(other, PASSWORD) == 302
    page = mine.get("/account").text
    found = re.search(r"/account/sessions/\d+/end", page)
    assert found
    mine.post(found[0], form_on="/account")
    assert other.get("/account").status_code == 302
    assert mine.get("/account").status_code == 200


def test_one_changes_the_own_password(client: FlaskClient) -> None:
    person = sign_in(client, Role.HR)
    wrong = {"current": "wrong", "password": NEW_PASSWORD}
    assert "not your current" in person.post("/account/password", wrong, form_on="/account").text
    right = {"current": PASSWORD, "password": NEW_PASSWORD}
    assert person.post("/account/password", right, form_on="/account").status_code == 302
    person.post("/sign-out", form_on="/account")
    assert try_password(person, PASSWORD) == 403
    assert try_password(person, NEW_PASSWORD) == 302


def test_an_administrator_creates_resets_and_disables(app: Flask, client: FlaskClient) -> None:
    admin = sign_in(client, Role.ADMIN)
    new = {
        "name": "<script>alert(1)</script>",
        "email": "lee@acme.example",
        "role": "leader",
        "unit": "",
        "password": "short",
    }
    refused = admin.post("/admin/accounts/new", new, form_on="/admin/accounts/new")
    assert refused.status_code == 400
    assert f"at least {passwords.SHORTEST}" in refused.text
    new["password"] = PASSWORD
    made = admin.post("/admin/accounts/new", new, form_on="/admin/accounts/new")
    assert made.status_code == 302
    listed = admin.get("/admin/accounts").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in listed
    assert "<script>alert" not in listed
    path = re.findall(r"/admin/accounts/\d+", listed)
    page = next(p for p in path if "lee@acme.example" in admin.get(p).text)
    leader = Person(app.test_client())
    assert try_password(leader, PASSWORD, "lee@acme.example") == 302
    admin.post(f"{page}/password", {"password": NEW_PASSWORD}, form_on=page)
    assert leader.get("/account").status_code == 302
    assert try_password(leader, NEW_PASSWORD, "lee@acme.example") == 302
    admin.post(f"{page}/disable", form_on=page)
    assert leader.get("/account").status_code == 302
    assert try_password(leader, NEW_PASSWORD, "lee@acme.example") == 403


def test_an_administrator_names_a_leaders_unit(client: FlaskClient) -> None:
    hire()
    admin, leader = sign_in(client, Role.ADMIN), account(Role.LEADER)
    page = f"/admin/accounts/{leader}"
    found = re.search(r'<option value="(\d+)">\s*Care', admin.get(page).text)
    assert found
    admin.post(f"{page}/unit", {"unit": found[1]}, form_on=page)
    assert re.search(rf'<option selected value="{found[1]}"', admin.get(page).text)
