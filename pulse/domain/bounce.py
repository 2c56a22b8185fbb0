"""Bounces: which address a mail server has given up, read from its report (RFC 3464).

Only a report of a permanent failure counts, and only where the address itself is at fault: a
server that is full, or does not like our letter, says nothing about an employee's mailbox. Anybody
can send a mail that looks like a report; who believes it must know the Message-ID in it as one of
their own, sent to that very address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.utils import parseaddr
from typing import cast

# Refusals that are about the recipient by themselves, where the server gives no finer status.
_PLAIN = {521, 550, 551, 553, 556}
_PERMANENT = 500
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
# Classes of RFC 3463 that are about the address, the mailbox or the way to its host.
_ABOUT_ADDRESS = {"0", "1", "2", "4"}
# A full mailbox belongs to somebody who may empty it.
_FULL = ("2", "2")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_LONGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report that one message did not reach one address: under what names it may be known."""

    message_id: str
    addresses: tuple[str, ...]
    status: str


def fault_of_address(code: int, said: str) -> str | None:
    """Give the status where a server's refusal of a recipient is about the address, else None.

    >>> fault_of_address(550, "5.1.1 no such user"), fault_of_address(550, "no such mailbox")
    ('5.1.1', '550')
    >>> fault_of_address(554, "5.7.1 relaying denied"), fault_of_address(451, "4.7.1 later")
    (None, None)
    """
    if code < _PERMANENT:
        return None
    found = _ENHANCED.match(said)
    if found:
        return _permanent(found[1])
    return str(code) if code in _PLAIN else None


def read(raw: bytes) -> tuple[Bounce, ...]:
    """Read every permanent failure from a mail; there is none in anything but a report."""
    try:
        message = message_from_bytes(raw[:_LONGEST], policy=policy.compat32)
        return tuple(_failures(message)) if _is_report(message) else ()
    except (MessageError, ValueError, LookupError):
        return ()


def _is_report(message: Message) -> bool:
    kind = str(message.get_param("report-type", "")).lower()
    return message.get_content_type() == "multipart/report" and kind == "delivery-status"


def _failures(report: Message) -> Iterator[Bounce]:
    parts = report.get_payload()
    if not isinstance(parts, list):
        return
    returned = next(filter(None, map(_returned_id, parts)), None)
    if returned is None:
        return
    for part in parts:
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            yield from _of_status(part, returned)


def _of_status(part: Message, message_id: str) -> Iterator[Bounce]:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        found = _ENHANCED.match(str(block.get("Status", "")))
        status = _permanent(found[1]) if found else None
        failed = str(block.get("Action", "")).strip().lower() == "failed"
        addresses = tuple(_addresses(block))
        if failed and status and addresses:
            yield Bounce(message_id, addresses, status)


def _permanent(status: str) -> str | None:
    """Give back a status where it is permanent and about the address."""
    kind, subject, detail = status.split(".")
    about = subject in _ABOUT_ADDRESS and (subject, detail) != _FULL
    return status if kind == "5" and about else None


def _addresses(block: Message) -> Iterator[str]:
    """Give the address as we wrote it, then the one that it was forwarded to."""
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = str(block.get(name, "")).partition(";")
        plain = parseaddr(address.strip())[1].lower()
        if kind.strip().lower() == "rfc822" and "@" in plain:
            yield plain


def _returned_id(part: object) -> str | None:
    """Find the Message-ID in the part that gives back our message, or its head."""
    if not isinstance(part, Message):
        return None
    head: Message | EmailMessage | None = None
    if part.get_content_type() == "message/rfc822":
        inside = part.get_payload()
        head = inside[0] if isinstance(inside, list) and isinstance(inside[0], Message) else None
    elif part.get_content_type() == "text/rfc822-headers":
        body = cast(bytes, part.get_payload(decode=True) or b"")
        head = HeaderParser().parsestr(body.decode("utf-8", "replace"))
    found = _MESSAGE_ID.search(str(head.get("Message-ID", ""))) if head is not None else None
    return found[0] if found else None


def told(message_id: str, recipient: str, status: str) -> Bounce | None:
    """Give the bounce that somebody has read for us; None where the address is not at fault.

    >>> told("<1@acme.example>", "Ann@acme.example", "5.1.1").addresses
    ('ann@acme.example',)
    >>> told("<1@acme.example>", "ann@acme.example", "4.2.2") is None
    True
    """
    found = _ENHANCED.fullmatch(status)
    permanent = _permanent(found[1]) if found else None
    return Bounce(message_id, (recipient.strip().lower(),), permanent) if permanent else None
