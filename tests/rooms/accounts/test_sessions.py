from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from pulse.accounts import register, sessions
from pulse.accounts.model import LoginSession
from pulse.accounts.sessions import ACCOUNT_LIFE, EMPLOYEE_LIFE, Found, Holder
from pulse.db import reading, transaction
from pulse.domain.errors import NotFound
from pulse.domain.permission import PersonKind, Role
from pulse.people.model import Employee, EmploymentSpell, Unit
from tests.support.signing_in import account


def employee(ends_on: date | None = None) -> int:
    with transaction() as session:
        unit = Unit(key="Care", name="Care")
        person = Employee(number="7", name="Ann Lee", email="ann@acme.example")
        session.add_all([unit, person])
        session.flush()
        session.add(
            EmploymentSpell(
                employee_id=person.id,
                unit_id=unit.id,
                starts_on=date(2020, 1, 1),
                ends_on=ends_on,
                separation="voluntary" if ends_on else None,
            )
        )
        return person.id


def started(holder: Holder, now: datetime) -> str:
    with transaction() as session:
        return sessions.start(session, holder, now)


def found(token: str, now: datetime) -> Found | None:
    with reading() as session:
        return sessions.find(session, token, now)


def test_a_session_leads_to_the_account(app: Flask, now: datetime) -> None:
    holder = Holder(account_id=account(Role.HR))
    session = found(started(holder, now), now)
    assert session
    person = session.person
    assert (person.kind, person.role, person.account_id) == (
        PersonKind.ACCOUNT,
        Role.HR,
        holder.account_id,
    )
    assert person.employee_id is None
    assert not session.stale


def test_a_session_leads_to_the_employee_and_their_unit(app: Flask, now: datetime) -> None:
    session = found(started(Holder(employee_id=employee()), now), now)
    assert session
    assert (session.person.name, session.person.role) == ("Ann Lee", Role.EMPLOYEE)
    assert session.person.unit_id is not None


def test_the_token_itself_is_not_stored(app: Flask, now: datetime) -> None:
    token = started(Holder(account_id=account(Role.HR)), now)
    with reading() as session:
        row = session.scalars(select(LoginSession)).one()
        assert row.token_sha256 == sessions.token_digest(token)
        assert token.encode() not in row.token_sha256


def test_a_guessed_token_leads_nowhere(app: Flask, now: datetime) -> None:
    started(Holder(account_id=account(Role.HR)), now)
    assert found("guessed", now) is None
    assert found("", now) is None


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN])
def test_a_session_ends_by_itself(app: Flask, now: datetime, role: Role) -> None:
    token = started(Holder(account_id=account(role)), now)
    assert found(token, now + ACCOUNT_LIFE - timedelta(seconds=1))
    assert found(token, now + ACCOUNT_LIFE) is None


def test_an_employees_session_ends_with_their_employment(app: Flask, now: datetime) -> None:
    leaves = now.date() + timedelta(days=2)
    token = started(Holder(employee_id=employee(ends_on=leaves)), now)
    assert found(token, now + timedelta(days=1))
    assert found(token, now + timedelta(days=2)) is None
    assert timedelta(days=2) < EMPLOYEE_LIFE


def test_a_revoked_session_is_out_at_once(app: Flask, now: datetime) -> None:
    holder = Holder(account_id=account(Role.HR))
    token, other = started(holder, now), started(holder, now)
    mine = found(token, now)
    assert mine
    with transaction() as session:
        sessions.revoke(session, holder, mine.person.session_id)
    assert found(token, now) is None
    assert found(other, now)


def test_nobody_revokes_a_session_of_somebody_else(app: Flask, now: datetime) -> None:
    holder = Holder(account_id=account(Role.HR))
    theirs = found(started(holder, now), now)
    assert theirs
    # An employee of the same number is somebody else, too.
    for mine in (Holder(account_id=account(Role.ADMIN)), Holder(employee_id=holder.account_id)):
        with pytest.raises(NotFound), transaction() as session:
            sessions.revoke(session, mine, theirs.person.session_id)


def test_all_others_are_ended_and_the_list_shows_it(app: Flask, now: datetime) -> None:
    holder = Holder(account_id=account(Role.HR))
    tokens = [started(holder, now) for _ in range(3)]
    kept = found(tokens[0], now)
    assert kept
    with transaction() as session:
        sessions.revoke_all(session, holder, except_id=kept.person.session_id)
    with reading() as session:
        left = sessions.listing(session, holder, now)
    assert [info.id for info in left] == [kept.person.session_id]


def test_disabling_an_account_ends_its_sessions_at_once(app: Flask, now: datetime) -> None:
    account_id = account(Role.HR)
    token = started(Holder(account_id=account_id), now)
    with transaction() as session:
        register.set_disabled(session, account_id, disabled=True)
    assert found(token, now) is None
    with transaction() as session:
        register.set_disabled(session, account_id, disabled=False)
    assert found(token, now) is None


def test_a_new_password_ends_all_sessions_but_the_one_named(app: Flask, now: datetime) -> None:
    account_id = account(Role.HR)
    tokens = [started(Holder(account_id=account_id), now) for _ in range(2)]
    kept = found(tokens[1], now)
    assert kept
    with transaction() as session:
        register.set_password(session, account_id, "x", keep_session=kept.person.session_id)
    assert found(tokens[0], now) is None
    assert found(tokens[1], now)


def test_the_day_of_last_use_is_written_once_a_day(app: Flask, now: datetime) -> None:
    token = started(Holder(employee_id=employee()), now)
    tomorrow = now + timedelta(days=1)
    used = found(token, tomorrow)
    assert used
    assert used.stale
    with transaction() as session:
        sessions.touch(session, used.person.session_id, tomorrow.date())
    again = found(token, tomorrow)
    assert again
    assert not again.stale


def test_a_session_remembers_days_and_no_times() -> None:
    columns = {c.key: c.type.python_type for c in inspect(LoginSession).columns}
    moments = {name for name, kind in columns.items() if kind is datetime}
    assert moments <= {"expires_at"}


def test_rows_that_ended_go_when_the_next_session_starts(app: Flask, now: datetime) -> None:
    holder = Holder(account_id=account(Role.HR))
    started(holder, now)
    started(holder, now + timedelta(days=2))
    with reading() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 1
