from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from pulse.accounts import register
from pulse.accounts.model import Account
from pulse.accounts.register import NewAccount
from pulse.db import reading, transaction
from pulse.domain.errors import Conflict, Invalid, NotFound
from pulse.domain.permission import Role
from pulse.people.model import Unit
from tests.support.signing_in import account

NEW = NewAccount("Ann@Acme.example", "  Ann   Lee ", Role.LEADER, "hash")


def unit() -> int:
    with transaction() as session:
        made = Unit(key="Care", name="Care")
        session.add(made)
        session.flush()
        return made.id


def test_an_account_is_stored_tidily(app: Flask) -> None:
    with transaction() as session:
        account_id = register.create(session, replace(NEW, unit_id=None))
    with reading() as session:
        found = register.get(session, account_id)
        assert register.listing(session) == (found,)
    assert (found.email, found.name, found.role) == ("ann@acme.example", "Ann Lee", Role.LEADER)


def test_an_address_belongs_to_one_account(app: Flask) -> None:
    for accepted in (True, False):
        if accepted:
            with transaction() as session:
                register.create(session, NEW)
        else:
            with pytest.raises(Conflict), transaction() as session:
                register.create(session, replace(NEW, email="ANN@acme.example "))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b@c"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Ann\u202elee"}, "name"),
        ({"role": Role.EMPLOYEE}, "role"),
        ({"unit_id": 99}, "unit"),
    ],
)
def test_a_bad_value_is_named(app: Flask, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal, transaction() as session:
        register.create(session, replace(NEW, **wrong))
    assert refusal.value.field == field


def test_only_a_leader_answers_for_a_unit(app: Flask) -> None:
    unit_id = unit()
    leader, hr = account(Role.LEADER), account(Role.HR)
    with transaction() as session:
        register.set_unit(session, leader, unit_id)
    with reading() as session:
        assert register.get(session, leader).unit_id == unit_id
    with pytest.raises(Invalid), transaction() as session:
        register.set_unit(session, hr, unit_id)


def test_the_database_itself_keeps_the_rules(app: Flask) -> None:
    row = {"email": "a@acme.example", "name": "A", "password_hash": "x", "role": "hr"}
    for wrong in ({"role": "employee"}, {"email": "A@acme.example"}, {"unit_id": 1}):
        with pytest.raises(IntegrityError), transaction() as session:
            session.execute(insert(Account).values(row | {"disabled": False} | wrong))


def test_the_last_administrator_stays(app: Flask) -> None:
    first = account(Role.ADMIN)
    with pytest.raises(Conflict), transaction() as session:
        register.set_disabled(session, first, disabled=True)
    account(Role.ADMIN, "second@acme.example")
    with transaction() as session:
        register.set_disabled(session, first, disabled=True)
    with reading() as session:
        assert register.get(session, first).disabled


def test_a_disabled_or_unknown_account_has_no_credentials(app: Flask) -> None:
    hr = account(Role.HR)
    with reading() as session:
        assert register.credentials(session, " HR@acme.example").account_id == hr
        assert register.credentials(session, "nobody@acme.example").password_hash is None
    with transaction() as session:
        register.set_disabled(session, hr, disabled=True)
    with reading() as session:
        assert register.credentials(session, "hr@acme.example").password_hash is None


def test_renewing_a_hash_does_not_undo_a_new_password(app: Flask) -> None:
    hr = account(Role.HR)
    with transaction() as session:
        register.set_password(session, hr, "new")
        register.renew_hash(session, hr, "old", "old, stronger")
        assert register.credentials(session, "hr@acme.example").password_hash == "new"
        register.renew_hash(session, hr, "new", "new, stronger")
        assert register.credentials(session, "hr@acme.example").password_hash == "new, stronger"


def test_an_unknown_account_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound), reading() as session:
        register.get(session, 1)
