"""Reports of mail servers about messages that did not arrive, as real ones write them."""

REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>
To: pulse@acme.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example
Arrival-Date: Mon, 2 Mar 2037 09:00:00 +0000 (UTC)

{recipients}
--b1
{returned}
--b1--
"""
RECIPIENT = """\
Final-Recipient: rfc822; {address}
{original}Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected

"""
WHOLE = """\
Content-Type: message/rfc822

From: Pulse <pulse@acme.example>
To: {to}
Message-ID: {message_id}
Subject: Spring pulse

Hello
"""
HEAD = """\
Content-Type: text/rfc822-headers

From: Pulse <pulse@acme.example>
Message-ID: {message_id}
"""


def bounced(message_id: str, address: str, status: str = "5.1.1", **more: str) -> bytes:
    """Write a report that a message could not be delivered to an address."""
    original = more.get("original", "")
    recipient = RECIPIENT.format(
        address=address,
        action=more.get("action", "failed"),
        status=status,
        original=f"Original-Recipient: rfc822;{original}\n" if original else "",
    )
    shape = HEAD if more.get("shape") == "head" else WHOLE
    return REPORT.format(
        kind=more.get("kind", "delivery-status"),
        recipients=recipient,
        returned=shape.format(to=address, message_id=message_id),
    ).encode()
