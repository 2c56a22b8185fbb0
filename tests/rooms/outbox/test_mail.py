from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from pulse import mail
from pulse.mail import Letter

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LETTER = Letter(
    "Pulse <pulse@acme.example>",
    "Küche: 5 questions",
    "Hello,\nyour code is THE-CODE\n",
    "<p>Your code is THE-CODE – good luck</p>\n",
    NOW,
)


def test_a_prepared_letter_is_filled_in_for_each_person() -> None:
    prepared = mail.prepare(LETTER)
    for number in range(3):
        words = {"THE-CODE": f"code-{number}"}
        mime = prepared.fill(f"p{number}@acme.example", f"<{number}@acme.example>", words)
        found = message_from_bytes(mime, policy=policy.default)
        assert found["To"] == f"p{number}@acme.example"
        assert found["Message-ID"] == f"<{number}@acme.example>"
        assert found["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
        for kind in ("plain", "html"):
            body = found.get_body((kind,))
            assert body is not None
            assert f"code is code-{number}" in body.get_content()
        assert b"THE-CODE" not in mime
        assert not found.defects


def test_the_address_for_opting_out_is_never_cut_in_two() -> None:
    """Python folds a long header in the middle of its address, where nobody can follow it."""
    address = f"https://pulse.acme.example/opt-out/{'x' * 180}"
    prepared = mail.prepare(replace(LETTER, can_opt_out=True))
    mime = prepared.fill("a@b.example", "<1@b.example>", {mail.UNSUBSCRIBE: address})
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in mime
    found = message_from_bytes(mime, policy=policy.default)
    assert found["List-Unsubscribe"] == f"<{address}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = mail.build(LETTER, "a@b.example", "<1@b.example>")
    assert b"List-Unsubscribe" not in plain


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: all@b.example", "a@b.example\n", "é@b.example", "a\0@b.example"],
)
def test_nothing_breaks_out_of_its_place(address: str) -> None:
    with pytest.raises(ValueError, match="printable"):
        mail.prepare(LETTER).fill(address, "<1@b.example>", {})
    assert not mail.can_reach(address)


@pytest.mark.parametrize(
    "address", ["Ann <ann@b.example>", "ann", "@b.example", "ann@", "a b@c.de"]
)
def test_what_is_no_plain_address_is_not_written_to(address: str) -> None:
    assert not mail.can_reach(address)


def test_what_a_page_shows_is_escaped_in_html_and_not_in_text() -> None:
    words = dict.fromkeys(
        (
            "title",
            "company",
            "base_url",
            "link",
            "code",
            "fingerprint",
            "floor",
            "effort",
            "closes",
            "opt_out",
        ),
        "A & B",
    )
    text = mail.render("invitation.txt", introduction="x " * 600, **words)
    html = mail.render("invitation.html", introduction="<b>" * 600, **words)
    assert "A & B" in text
    assert "A &amp; B" in html
    assert "<b>" not in html
    for whole in (" ".join(text.split()), " ".join(html.split())):
        assert "Only counts, and the words that you write, are published" in whole
        assert "The short code works everywhere, but asks for trust in the server" in whole
    # Lines of a mail must stay below 998 bytes.
    assert max(map(len, (text + html).splitlines())) < 900
