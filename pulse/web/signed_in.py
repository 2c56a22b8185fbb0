"""Who is signed in: from the cookie's token to a person, and the cookie's beginning and end.

Flask's signed cookie carries the random token of a session (and the one against forged forms)
and nothing about the person. These functions open their own short transactions.
"""

from flask import session as cookie

from pulse import clock
from pulse.accounts import sessions
from pulse.accounts.sessions import Holder
from pulse.db import reading, transaction
from pulse.domain.permission import Person

_TOKEN = "token"  # noqa: S105  (the name of a value in the cookie)


def find_person() -> Person | None:
    """Give the person of the cookie's session, if it is still alive."""
    token = cookie.get(_TOKEN)
    if not isinstance(token, str):
        return None
    moment = clock.now()
    with reading() as session:
        found = sessions.find(session, token, moment)
    if found is None:
        return None
    if found.stale:
        with transaction() as session:
            sessions.touch(session, found.person.session_id, moment.date())
    return found.person


def begin(token: str) -> None:
    """Put a new session's token into an emptied cookie; what stood in it before is worthless."""
    cookie.clear()
    cookie[_TOKEN] = token


def end(person: Person) -> None:
    """Revoke the session and empty the cookie."""
    with transaction() as session:
        sessions.revoke(session, holder_of(person), person.session_id)
    cookie.clear()


def holder_of(person: Person) -> Holder:
    """Give the holder of this person's sessions."""
    return Holder(account_id=person.account_id, employee_id=person.employee_id)
