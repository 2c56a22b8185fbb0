"""Signed-in sessions: start, find, list, revoke.

The cookie holds a random token and nothing else; the row holds its hash, and decides. A session
ends by its date, by being revoked, by disabling the account, or when an employee has left.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from pulse.accounts import employed
from pulse.accounts.model import Account, LoginSession
from pulse.domain.errors import NotFound
from pulse.domain.permission import Person, PersonKind, Role

ACCOUNT_LIFE = timedelta(hours=12)
EMPLOYEE_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose session it is: exactly one of the two is given."""

    account_id: int | None = None
    employee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A living session's person, and whether its day of last use must be written."""

    person: Person
    stale: bool


@dataclass(frozen=True, slots=True)
class SessionInfo:
    id: int
    created_on: date
    last_used_on: date
    expires_at: datetime


def start(session: Session, holder: Holder, now: datetime) -> str:
    """Start a session and give the token for its cookie; rows that ended long ago go."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at < now))
    token = secrets.token_urlsafe(32)
    life = ACCOUNT_LIFE if holder.account_id is not None else EMPLOYEE_LIFE
    session.add(
        LoginSession(
            token_sha256=token_digest(token),
            account_id=holder.account_id,
            employee_id=holder.employee_id,
            created_on=now.date(),
            last_used_on=now.date(),
            expires_at=now + life,
            revoked=False,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> Found | None:
    """Give the person of a living session, or None."""
    row = session.scalar(
        select(LoginSession).where(
            LoginSession.token_sha256 == token_digest(token),
            LoginSession.revoked.is_(False),
            LoginSession.expires_at > now,
        )
    )
    if row is None:
        return None
    person = _account_person(session, row) or _employee_person(session, row, now.date())
    return None if person is None else Found(person, stale=row.last_used_on != now.date())


def touch(session: Session, session_id: int, today: date) -> None:
    """Remember the day, and no more, on which a session was last used."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_used_on=today)
    )


def listing(session: Session, holder: Holder, now: datetime) -> tuple[SessionInfo, ...]:
    """Give the living sessions of one holder, newest first."""
    rows = session.scalars(
        select(LoginSession)
        .where(_held_by(holder), LoginSession.revoked.is_(False), LoginSession.expires_at > now)
        .order_by(LoginSession.id.desc())
    )
    return tuple(SessionInfo(r.id, r.created_on, r.last_used_on, r.expires_at) for r in rows)


def revoke(session: Session, holder: Holder, session_id: int) -> None:
    """End one session of this holder. Raises NotFound for anybody else's."""
    row = session.scalar(
        select(LoginSession).where(_held_by(holder), LoginSession.id == session_id)
    )
    if row is None:
        raise NotFound("There is no such session.")
    row.revoked = True


def revoke_all(session: Session, holder: Holder, *, except_id: int | None = None) -> None:
    """End all sessions of this holder, but for the one named."""
    ended = update(LoginSession).where(_held_by(holder)).values(revoked=True)
    if except_id is not None:
        ended = ended.where(LoginSession.id != except_id)
    session.execute(ended)


def token_digest(token: str) -> bytes:
    """Give the hash under which a token is kept."""
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _held_by(holder: Holder) -> ColumnElement[bool]:
    if holder.account_id is not None:
        return LoginSession.account_id == holder.account_id
    return LoginSession.employee_id == holder.employee_id


def _account_person(session: Session, row: LoginSession) -> Person | None:
    account = None if row.account_id is None else session.get(Account, row.account_id)
    if account is None or account.disabled:
        return None
    role = Role(account.role)
    kind = PersonKind.ACCOUNT
    return Person(kind, account.id, None, account.name, role, account.unit_id, row.id)


def _employee_person(session: Session, row: LoginSession, today: date) -> Person | None:
    found = None if row.employee_id is None else employed.find(session, row.employee_id, today)
    if found is None:
        return None
    return Person(
        kind=PersonKind.EMPLOYEE,
        account_id=None,
        employee_id=found.employee_id,
        name=found.name,
        role=Role.EMPLOYEE,
        unit_id=found.unit_id,
        session_id=row.id,
        locale=found.locale,
    )
