"""Ending the mails of Pulse from a mail, by its own program or on the page (RFC 8058)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from pulse.config import settings
from pulse.db import reading
from pulse.domain import opt_out
from pulse.invitations import opting_out
from pulse.people.model import Employee
from tests.support import staffed


@pytest.fixture
def person(app: Flask) -> int:
    staffed.company()
    with reading() as session:
        return session.scalars(select(Employee.id).order_by(Employee.id)).all()[3]


@pytest.fixture
def address(person: int) -> str:
    return f"/o/{opt_out.token(settings().opt_out_key, person)}"


def is_out(person: int) -> bool:
    with reading() as session:
        return opting_out.is_out(session, person)


def test_a_mail_program_ends_them_in_one_request(app: Flask, person: int, address: str) -> None:
    answer = app.test_client().post(address, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert is_out(person)


def test_looking_at_the_page_changes_nothing(
    client: FlaskClient, person: int, address: str
) -> None:
    for method in ("GET", "HEAD", "OPTIONS"):
        assert client.open(address, method=method).status_code == 200
    assert client.get(f"{address}/back").status_code == 405
    assert not is_out(person)


def test_a_person_ends_them_and_wants_them_again(
    client: FlaskClient, person: int, address: str
) -> None:
    assert f'action="{address}"' in client.get(address).text
    assert "You get no more mails" in client.post(address).text
    page = client.get(address).text
    assert "You get no more mails" in page
    assert f'action="{address}/back"' in page
    assert "Do you want no more mails" in client.post(f"{address}/back").text
    assert not is_out(person)


def test_a_broken_address_is_explained(client: FlaskClient, person: int, address: str) -> None:
    for method in ("GET", "POST"):
        answer = client.open(address[:-2] + "xx", method=method)
        assert answer.status_code == 404
        assert "as it stands in the mail" in answer.text
    assert not is_out(person)
