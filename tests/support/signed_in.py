"""Somebody who is signed in, without the sign-in page: a real session, and its cookie."""

from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from pulse.accounts import register, sessions
from pulse.accounts.register import NewAccount
from pulse.accounts.sessions import Holder
from pulse.db import transaction
from pulse.domain.permission import Role


def start(role: Role, now: datetime) -> str:
    """Create an account and give the token of a session of its."""
    with transaction() as session:
        new = NewAccount(f"{role.value}@pulse.test", role.value.title(), role, "no password")
        return sessions.start(session, Holder(account_id=register.create(session, new)), now)


def client(app: Flask, token: str) -> FlaskClient:
    """Give a client that carries the token."""
    made = app.test_client()
    with made.session_transaction() as cookie:
        cookie["token"] = token
    return made


def carry(page: Page, app: Flask, token: str) -> None:
    """Put the token into a browser's cookie."""
    value = signed(app, token)
    url = app.extensions["pulse"].public_url
    page.context.add_cookies(
        [{"name": app.config["SESSION_COOKIE_NAME"], "value": value, "url": url}]
    )


def signed(app: Flask, token: str) -> str:
    """Give what the cookie of a session holds, signed as the application does it."""
    interface: Any = app.session_interface
    return str(interface.get_signing_serializer(app).dumps({"token": token}))
