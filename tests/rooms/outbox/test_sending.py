import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from mailbox import Maildir
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from pulse.outbox.delivery import LEASE
from pulse.outbox.sending import BATCH, Sent
from pulse.transport import MaildirTransport, SmtpTransport
from tests.rooms.outbox.conftest import Put, Rows, send
from tests.support import smtp
from tests.support.smtp import Sink


@pytest.fixture
def transport(smtp_sink: Sink) -> Iterator[SmtpTransport]:
    with SmtpTransport(smtp_sink.host, smtp_sink.port) as opened:
        yield opened


def test_messages_arrive_over_smtp_as_they_were_written(
    put: Put, rows: Rows, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    put("a@acme.example", "b@acme.example")
    assert send(transport, now) == Sent(sent=2)
    assert send(transport, now) == Sent()
    assert smtp_sink.recipients == ["a@acme.example", "b@acme.example"]
    mail = smtp_sink.messages[0]
    assert (mail["Subject"], mail["Message-ID"]) == ("Küche", "<id0@acme.example>")
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "Grüße"
    assert [row.state for row in rows()] == ["sent", "sent"]


def test_one_bad_address_holds_up_nobody(
    put: Put, rows: Rows, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    smtp_sink.refused.add("gone@acme.example")
    smtp_sink.deferred.add("full@acme.example")
    put("gone@acme.example", "full@acme.example", "a@acme.example")
    found = send(transport, now)
    assert found == Sent(sent=1, postponed=1, refused=1)
    assert [row.state for row in rows()] == ["failed", "queued", "sent"]
    assert smtp_sink.recipients == ["a@acme.example"]


def test_many_batches_go_over_one_connection(
    put: Put, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    put(*(f"p{number}@acme.example" for number in range(BATCH + 20)))
    assert send(transport, now, limit=BATCH + 5).sent == BATCH + 5
    assert send(transport, now).sent == 15
    assert len(set(smtp_sink.recipients)) == BATCH + 20


@dataclass
class Dying:
    """A way to the server whose process dies after so many messages."""

    inner: SmtpTransport
    left: int
    sent: list[str] = field(default_factory=list)

    def send(self, to_address: str, mime: bytes) -> None:
        if not self.left:
            raise SystemExit
        self.left -= 1
        self.inner.send(to_address, mime)


@pytest.mark.fault
def test_a_crash_between_claim_and_send_loses_nothing(
    put: Put, rows: Rows, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    put("a@acme.example", "b@acme.example", "c@acme.example")
    with pytest.raises(SystemExit):
        send(Dying(transport, left=1), now)
    assert [row.state for row in rows()] == ["sent", "sending", "sending"]
    assert send(transport, now) == Sent()
    assert send(transport, now + LEASE) == Sent(sent=2)
    assert [row.state for row in rows()] == ["sent"] * 3
    seen = [mail["Message-ID"] for mail in smtp_sink.messages]
    assert sorted(seen) == [f"<id{n}@acme.example>" for n in (0, 1, 2)]


def test_without_a_server_everything_waits(put: Put, rows: Rows, now: datetime) -> None:
    put("a@acme.example", "b@acme.example")
    nowhere = SmtpTransport(smtp.HOST, smtp.free_port())
    assert send(nowhere, now) == Sent(postponed=2)
    assert [row.state for row in rows()] == ["queued"] * 2


def test_a_connection_that_broke_is_opened_anew(
    put: Put, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    put("a@acme.example")
    send(transport, now)
    connection = transport._connection
    assert connection is not None
    assert connection.sock is not None
    connection.sock.shutdown(socket.SHUT_RDWR)
    put("b@acme.example", "c@acme.example", wave_id=2)
    assert send(transport, now) == Sent(sent=2)
    assert smtp_sink.recipients == ["a@acme.example", "b@acme.example", "c@acme.example"]


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    good = isinstance(data, LoginPassword) and data.password == b"right"
    return AuthResult(success=good)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "sent"), [("right", 1), ("wrong", 0)])
def test_a_wrong_password_postpones_and_fails_no_message(
    put: Put, rows: Rows, now: datetime, password: str, sent: int
) -> None:
    sink = Sink(smtp.HOST, smtp.free_port())
    controller = Controller(
        sink,
        hostname=sink.host,
        port=sink.port,
        authenticator=_authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        put("a@acme.example")
        with SmtpTransport(sink.host, sink.port, "pulse", password) as transport:
            found = send(transport, now)
    finally:
        controller.stop()
    assert found == Sent(sent=sent, postponed=1 - sent)
    assert rows()[0].state == ("sent" if sent else "queued")


def test_a_maildir_takes_mail_for_the_demo(put: Put, tmp_path: Path, now: datetime) -> None:
    put("a@acme.example")
    path = tmp_path / "instance" / "mail"
    assert send(MaildirTransport(path), now).sent == 1
    (kept,) = Maildir(path)
    assert kept["To"] == "a@acme.example"
