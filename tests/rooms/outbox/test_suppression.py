"""Addresses that are given up, believed only where the message was ours, and lifted by hand."""

from datetime import datetime

import pytest

from pulse.db import reading, transaction
from pulse.domain import bounce
from pulse.outbox import suppression
from pulse.outbox.suppression import Suppressed
from pulse.transport import SmtpTransport
from tests.rooms.outbox.conftest import Put, Rows, send
from tests.support.reports import bounced
from tests.support.smtp import Sink

ID, ADDRESS = "<id0@acme.example>", "a@acme.example"


@pytest.fixture
def transport(smtp_sink: Sink) -> SmtpTransport:
    return SmtpTransport(smtp_sink.host, smtp_sink.port)


def believe(raw: bytes, now: datetime) -> int:
    with transaction() as session:
        return suppression.believe(session, bounce.read(raw), now.date())


def held() -> list[tuple[str, str, str]]:
    with reading() as session:
        return [(one.address, one.reason, one.source) for one in suppression.listing(session)]


def test_a_refused_address_gets_nothing_more(
    put: Put, rows: Rows, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    smtp_sink.refused.add("a@acme.example")
    put("a@acme.example", "b@acme.example")
    with transport:
        send(transport, now)
        assert held() == [("a@acme.example", "550", "refused")]
        smtp_sink.refused.clear()
        put("A@acme.example", "b@acme.example", wave_id=2)
        send(transport, now)
    assert [row.state for row in rows()] == ["failed", "sent", "suppressed", "sent"]
    assert smtp_sink.recipients == ["b@acme.example"] * 2


def test_what_somebody_has_just_asked_for_is_tried_all_the_same(
    put: Put, transport: SmtpTransport, smtp_sink: Sink, now: datetime
) -> None:
    with transaction() as session:
        suppression.suppress(session, Suppressed(ADDRESS, "5.1.1", "bounced", now.date()))
    put(ADDRESS, wave_id=None, urgent=True)
    with transport:
        assert send(transport, now).sent == 1


def test_a_bounce_of_ours_gives_its_address_up(
    put: Put, rows: Rows, transport: SmtpTransport, now: datetime
) -> None:
    put(ADDRESS, "b@acme.example")
    with transport:
        send(transport, now)
    assert believe(bounced(ID, ADDRESS), now) == 1
    assert believe(bounced(ID, ADDRESS), now) == 1
    assert held() == [(ADDRESS, "5.1.1", "bounced")]
    assert [row.state for row in rows()] == ["bounced", "sent"]


@pytest.mark.parametrize(
    "raw",
    [
        bounced("<unknown@acme.example>", ADDRESS),
        # The message was ours and went to somebody else.
        bounced(ID, "b@acme.example"),
        bounced(ID, ADDRESS, "4.4.1"),
        bounced(ID, ADDRESS, action="delayed"),
        b"Subject: 5.1.1\n\nfailed",
    ],
)
def test_a_forged_unrelated_or_passing_bounce_changes_nothing(
    put: Put, rows: Rows, now: datetime, raw: bytes
) -> None:
    put(ADDRESS, "b@acme.example")
    assert believe(raw, now) == 0
    assert held() == []
    assert {row.state for row in rows()} == {"queued"}


def test_an_address_that_is_lifted_gets_what_it_did_not_get(
    put: Put, rows: Rows, transport: SmtpTransport, now: datetime
) -> None:
    put(ADDRESS)
    put(ADDRESS, wave_id=2, at_most_once=True, kind="reminder")
    with transport:
        send(transport, now)
    believe(bounced(ID, ADDRESS), now)
    with transaction() as session:
        assert suppression.lift(session, " A@acme.example ", now)
        assert not suppression.lift(session, ADDRESS, now)
    assert held() == []
    assert sorted(row.state for row in rows()) == ["queued", "sent"]
