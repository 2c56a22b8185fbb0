"""Tests as a person at a browser: sign in, read pages, send their forms with what they hide."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from html import unescape
from typing import Any

from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pulse.accounts import passwords, register, sessions
from pulse.accounts.register import NewAccount
from pulse.accounts.sessions import Holder
from pulse.db import transaction
from pulse.domain.permission import Role

PASSWORD = "a long sentence that nobody guesses"
_HIDDEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Person:
    """One person at one browser. `post` reads the page with the form first, as people do."""

    client: FlaskClient

    def get(self, path: str, **options: Any) -> TestResponse:
        _forget_last_request()
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, *, form_on: str) -> TestResponse:
        page = self.get(form_on).text
        found = _HIDDEN.search(page)
        assert found, f"{form_on} holds no form: {page[:500]}"
        _forget_last_request()
        return self.client.post(path, data={"csrf_token": unescape(found[1]), **(data or {})})

    def signed_in_as(self, holder: Holder) -> "Person":
        """Start a session in the database and put its token into the cookie."""
        with transaction() as session:
            token = sessions.start(session, holder, datetime.now(UTC))
        with self.client.session_transaction() as cookie:
            cookie["token"] = token
        return self


def account(role: Role, email: str | None = None, unit_id: int | None = None) -> int:
    """Create an account named after its role."""
    with transaction() as session:
        fresh = NewAccount(
            email=email or f"{role.value}@acme.example",
            name=f"Robin {role.value.title()}",
            role=role,
            password_hash=_hash(),
            unit_id=unit_id,
        )
        return register.create(session, fresh)


def sign_in(client: FlaskClient, role: Role, unit_id: int | None = None) -> Person:
    """Give a person signed in with a new account of this role."""
    return Person(client).signed_in_as(Holder(account_id=account(role, unit_id=unit_id)))


@lru_cache(maxsize=1)
def _hash() -> str:
    return passwords.hashed(PASSWORD, "")


def _forget_last_request() -> None:
    """Empty `g`: all requests of a test share the application context that its fixture pushed."""
    for name in list(g):
        g.pop(name)
