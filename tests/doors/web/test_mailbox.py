import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from pulse import mail
from pulse.app import create_app
from pulse.config import Mode, Settings
from pulse.mail import Letter
from pulse.transport import MaildirTransport


@pytest.fixture
def demo(settings: Settings) -> FlaskClient:
    """The demo's application with two mails in its mailbox."""
    chosen = settings.model_copy(update={"mode": Mode.DEMO})
    for name in ("ann", "bob"):
        _deliver(chosen.maildir, name)
    return create_app(chosen).test_client()


def _deliver(folder: Path, name: str) -> None:
    letter = Letter(
        sender="Pulse <pulse@acme.example>",
        subject=f"Hello {name}",
        text=f"Open http://pulse.test/s/1#t={name}",
        html=f"<p style='color:red'>Hello {name}</p><script>alert(1)</script>",
        date=datetime(2026, 3, 2, tzinfo=UTC),
    )
    address = f"{name}@acme.example"
    MaildirTransport(folder).send(address, mail.build(letter, address, f"<{name}@acme.example>"))


def test_outside_a_demo_there_is_no_mailbox(client: FlaskClient) -> None:
    for path in ("/mailbox", "/mailbox/any", "/mailbox/any/html"):
        assert client.get(path).status_code == 404


def test_the_list_shows_and_finds_mails(demo: FlaskClient) -> None:
    page = demo.get("/mailbox").text
    assert "2 mails" in page
    assert "Hello ann" in page
    found = demo.get("/mailbox?to=BOB").text
    assert "Hello bob" in found
    assert "Hello ann" not in found


def test_a_mail_opens_with_its_link_and_its_html_in_a_cage(demo: FlaskClient) -> None:
    path = re.findall(r'href="(/mailbox/[^"]+)"', demo.get("/mailbox?to=ann").text)[0]
    page = demo.get(path)
    assert '<a href="http://pulse.test/s/1#t=ann"' in page.text
    assert 'sandbox=""' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    framed = demo.get(f"{path}/html")
    assert "<script>" in framed.text
    policy = framed.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox;" in policy
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_an_unknown_mail_is_not_found(demo: FlaskClient) -> None:
    assert demo.get("/mailbox/nothing").status_code == 404
    assert demo.get("/mailbox/..%2f..%2fsecret.key").status_code == 404


def test_an_empty_mailbox_says_so(settings: Settings) -> None:
    empty = create_app(settings.model_copy(update={"mode": Mode.DEMO})).test_client()
    assert "No mail here yet" in empty.get("/mailbox").text
    assert 'href="/mailbox"' in empty.get("/").text
