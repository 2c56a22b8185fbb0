"""Whatever scans mail opens every link in it, some with a whole browser, and nothing may change.

Every row of both databases is compared before and after, and no request but reading ones is made.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, Request
from sqlalchemy import MetaData, select

from pulse import clock, fieldwork
from pulse.config import settings
from pulse.db import box_metadata, db, main_metadata
from pulse.people.model import Employee
from tests.support import browser, mailed_wave, signing_in
from tests.support.mailed_wave import Mailed

READING = {"GET", "HEAD"}
_LINK = re.compile(r"https?://[^\s<>\"')]+")
_ADDRESS = re.compile(r"(?:href|src)=\"([^\"]+)\"")


@pytest.fixture
def mailed(app: Flask, live_server: str, client: FlaskClient) -> Mailed:
    """Send every kind of mail there is: invitations, and a link to sign in."""
    found = mailed_wave.opened(clock.now())
    stranger = signing_in.Person(client)
    stranger.post("/sign-in/link", {"work_email": address_of_somebody()}, form_on="/sign-in")
    fieldwork.deliver(clock.now())
    return found


def address_of_somebody() -> str:
    with db.engine.connect() as connection:
        return str(connection.scalar(select(Employee.email).limit(1)))


def everything_stored() -> dict[str, list[Any]]:
    """Give every row of every table of both databases."""
    found: dict[str, list[Any]] = {}
    both: tuple[tuple[Any, MetaData], ...] = (
        (db.engine, main_metadata),
        (db.engines["box"], box_metadata),
    )
    for engine, tables in both:
        with engine.connect() as connection:
            for table in tables.sorted_tables:
                found[table.name] = sorted(map(repr, connection.execute(select(table)).all()))
    return found


def mails() -> list[Path]:
    return sorted(path for path in settings().maildir.rglob("*") if path.is_file())


def links_in(mail: Path) -> Iterator[str]:
    """Give every address in a mail: in its words, its page and its head."""
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    yield from (link for value in message.values() for link in _LINK.findall(str(value)))
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        yield from (unescape(link).rstrip(".,") for link in _LINK.findall(body.get_content()))


def all_links(base: str) -> list[str]:
    found = sorted({link for mail in mails() for link in links_in(mail)})
    assert all(link.startswith(base) for link in found), "a mail leads to another host"
    assert any("#t=" in link for link in found)
    assert any("/sign-in/link/" in link for link in found)
    return found


def asked_plainly(method: str, link: str) -> tuple[int, str]:
    """Ask as a program does: without a fragment, a cookie or anything that a browser says."""
    parts = urlsplit(link)
    connection = HTTPConnection(parts.netloc, timeout=30)
    connection.request(method, parts._replace(scheme="", netloc="", fragment="").geturl() or "/")
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(errors="replace")
    connection.close()
    return found


def test_programs_that_read_every_link_change_nothing(mailed: Mailed, live_server: str) -> None:
    links = all_links(live_server)
    before = everything_stored()
    further: set[str] = set()
    for link in links:
        for method in ("HEAD", "GET", "GET"):
            status, text = asked_plainly(method, link)
            assert status < 500, link
            found = {urljoin(link, unescape(item)) for item in _ADDRESS.findall(text)}
            further |= {item for item in found if item.startswith(live_server)}
    # Some go on to what the pages behind the links lead to.
    assert len(further) > 5
    for link in further:
        for method in ("HEAD", "GET"):
            assert asked_plainly(method, link)[0] < 500, link
    assert everything_stored() == before


def test_a_whole_browser_that_opens_every_link_changes_nothing(
    mailed: Mailed, live_server: str, visit: browser.Visitor
) -> None:
    before = everything_stored()
    made: list[str] = []

    def note(request: Request) -> None:
        made.append(request.method)

    own = {f"{live_server}/s/{mailed.wave}#t={mailed.letters[at].secret}" for at in (0, 1)}
    links = [
        link
        for link in all_links(live_server)
        if "#t=" not in link or link.partition("&")[0] in own
    ]
    assert len(links) >= 5
    for link in links:
        page = visit()
        page.on("request", note)
        opened(page, link)
    assert set(made) <= READING
    assert len(made) > len(links)
    assert everything_stored() == before
    # And after all of that the person themselves can still start.
    page = visit()
    page.goto(min(own) + f"&m={mailed.manifest.sha256()}")
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Send").wait_for()
    assert everything_stored() != before


def opened(page: Page, link: str) -> None:
    """Open it as a sandbox of a scanner does: with scripts, to the end, and once more."""
    page.goto(link)
    page.wait_for_load_state("networkidle")
    page.mouse.move(100, 100)
    page.mouse.wheel(0, 5000)
    page.reload()
    page.wait_for_load_state("networkidle")


def test_the_comparison_sees_a_change(mailed: Mailed, now: datetime) -> None:
    before = everything_stored()
    fieldwork.close_wave(mailed.wave, now)
    assert everything_stored() != before
