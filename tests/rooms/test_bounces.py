"""Bounces from a mailbox on a server, from a folder, from a pipe, and posted by a service."""

import base64
import json
import mailbox
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from pulse import fieldwork
from pulse.app import create_app
from pulse.config import Settings, load
from pulse.db import reading
from pulse.domain.errors import BadSetting, Conflict
from pulse.outbox import suppression
from pulse.outbox.model import OutboxMessage
from tests.support import databases, open_wave, smtp, staff, tiny_imap
from tests.support.reports import bounced

PEOPLE = 24
ADDRESS = "p3@acme.example"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(
        update={
            "bounce_secret": SecretStr(SECRET),
            "bounce_maildir": tmp_path / "bounces",
            "bounce_imap_user": tiny_imap.USER,
            "bounce_imap_password": SecretStr(tiny_imap.PASSWORD),
            "bounce_imap_tls": False,
        }
    )


@pytest.fixture
def report(app: Flask, now: datetime) -> bytes:
    """A wave is mailed, and one mail comes back."""
    staff.hired(PEOPLE, now.date())
    fieldwork.open_wave(open_wave.planned(now), now)
    assert fieldwork.deliver(now).sent == PEOPLE
    return bounced(message_id(ADDRESS), ADDRESS)


def message_id(address: str) -> str:
    with reading() as session:
        mine = OutboxMessage.to_address == address
        return session.scalars(select(OutboxMessage.message_id).where(mine)).one()


def held() -> list[str]:
    with reading() as session:
        return [one.address for one in suppression.listing(session)]


def reached(settings: Settings, now: datetime, **more: object) -> int:
    """Read the mailboxes with other settings."""
    app = create_app(settings.model_copy(update=more))
    with app.app_context():
        try:
            return fieldwork.read_bounces(now)
        finally:
            databases.dispose()


def test_over_imap(report: bytes, settings: Settings, now: datetime) -> None:
    with tiny_imap.running(b"Subject: hello\r\n\r\nhi\r\n", report) as box:
        where = {"bounce_imap_host": smtp.HOST, "bounce_imap_port": box.port}
        assert reached(settings, now, **where) == 1
        assert reached(settings, now, **where) == 0
        assert box.seen == {1, 2}
    assert held() == [ADDRESS]


def test_a_mailbox_that_lets_nobody_in_is_said(settings: Settings, now: datetime) -> None:
    with tiny_imap.running() as box, pytest.raises(Conflict, match="mailbox of bounces"):
        reached(
            settings,
            now,
            bounce_imap_host=smtp.HOST,
            bounce_imap_port=box.port,
            bounce_imap_password=SecretStr("wrong"),
        )


def test_from_a_folder(report: bytes, settings: Settings, now: datetime) -> None:
    assert fieldwork.read_bounces(now) == 0
    assert settings.bounce_maildir is not None
    mailbox.Maildir(settings.bounce_maildir).add(report)
    assert fieldwork.read_bounces(now) == 1
    assert fieldwork.read_bounces(now) == 0
    assert held() == [ADDRESS]


def test_from_files_and_a_pipe(report: bytes, app: Flask, tmp_path: Path) -> None:
    flask = app.test_cli_runner()
    file = tmp_path / "mail.eml"
    file.write_bytes(report)
    assert "1 addresses" in flask.invoke(args=["mail", "bounces", str(file)]).output
    assert "1 addresses" in flask.invoke(args=["mail", "bounces", "-"], input=report).output
    assert "0 addresses" in flask.invoke(args=["mail", "bounces", "-"], input=b"hello").output
    assert f"{ADDRESS}\t5.1.1\tbounced\t" in flask.invoke(args=["mail", "list"]).output
    assert "1 of 1" in flask.invoke(args=["mail", "lift", "--all"]).output
    assert "Every address" in flask.invoke(args=["mail", "list"]).output
    assert "0 of 1" in flask.invoke(args=["mail", "lift", ADDRESS]).output


def posted(client: FlaskClient, data: object, at: datetime | None = None, key: str = SECRET):
    body = json.dumps({"type": "mail.bounced", "data": data})
    at = at or datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(key).sign("msg_1", at, body),
    }
    return client.post("/hooks/bounces", data=body, headers=headers)


def test_by_post(report: bytes, client: FlaskClient) -> None:
    assert posted(client, {"report": report.decode()}).status_code == 204
    assert held() == [ADDRESS]
    other = "p4@acme.example"
    told = {"message_id": message_id(other), "recipient": other, "status": "5.1.1"}
    for _ in range(2):
        assert posted(client, told).status_code == 204
    assert set(held()) == {ADDRESS, other}


def test_what_is_not_ours_is_answered_alike_and_changes_nothing(
    report: bytes, client: FlaskClient
) -> None:
    strange = {"message_id": "<x@acme.example>", "recipient": ADDRESS, "status": "5.1.1"}
    passing = {"message_id": message_id(ADDRESS), "recipient": ADDRESS, "status": "4.2.2"}
    for data in (strange, passing, {"report": "hello"}):
        assert posted(client, data).status_code == 204
    assert posted(client, {"status": 5}).status_code == 400
    assert posted(client, [1]).status_code == 400
    assert held() == []


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "nonsense"},
        {"webhook-signature": "v1,€"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-id": "msg_2"},
    ],
)
def test_a_post_that_is_not_signed_is_refused(
    report: bytes, client: FlaskClient, change: dict[str, str]
) -> None:
    body = json.dumps({"data": {"report": report.decode()}})
    at = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body),
    }
    wrong = {name: value.encode().decode("latin-1") for name, value in (headers | change).items()}
    assert client.post("/hooks/bounces", data=body, headers=wrong).status_code == 403
    assert client.post("/hooks/bounces", data=b"\xff\xfe", headers=headers).status_code == 403
    assert client.post("/hooks/bounces").status_code == 403
    assert held() == []


def test_a_post_is_of_no_use_later_or_with_another_key(report: bytes, client: FlaskClient) -> None:
    data = {"report": report.decode()}
    late = datetime.now(UTC) - timedelta(minutes=6)
    other = "whsec_" + base64.b64encode(bytes(32)).decode()
    assert posted(client, data, at=late).status_code == 403
    assert posted(client, data, key=other).status_code == 403
    assert held() == []


@pytest.mark.parametrize("engine_kind", ["sqlite"])
def test_without_a_secret_there_is_no_such_page(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"bounce_secret": SecretStr("")}))
    with app.app_context():
        assert posted(app.test_client(), {"report": ""}).status_code == 404
        databases.dispose()


@pytest.mark.parametrize("secret", ["whsec_short", "whsec_AAAA", "not base64 at all!"])
def test_a_secret_that_is_none_stops_the_start(secret: str) -> None:
    with pytest.raises(BadSetting, match="PULSE_BOUNCE_SECRET"):
        load(_env_file=None, secret_key=SecretStr("s" * 32), bounce_secret=SecretStr(secret))
