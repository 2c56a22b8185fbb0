"""One-time sign-in links for employees: ask, look, use.

    request:  address -> employee of today -> link row + message in the outbox
    alive:    changes nothing, because mail scanners open links
    consume:  one conditional UPDATE, so that of two clicks at once only one gets in

A request answers nothing, so nobody learns from it which addresses belong to the staff.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pulse import languages, mail
from pulse.accounts.model import SignInLink
from pulse.accounts.sessions import token_digest
from pulse.outbox import queue
from pulse.outbox.queue import Message
from pulse.people import roster
from pulse.people.roster import RosterEntry

LIFE = timedelta(minutes=20)
KIND = "sign-in link"


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """Who asks, where they want to go, and what the mail needs to be written.

    `locale` is for somebody whose own language is not known.
    """

    email: str
    base_url: str
    go_to: str
    sender: str
    company: str
    locale: str = languages.ENGLISH.code


def request(session: Session, wanted: LinkRequest, now: datetime) -> None:
    """Mail a link to the one employee of this address; do nothing for any other."""
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now))
    found = roster.by_email(session, wanted.email, now.date())
    if found is None or found.email is None or not mail.can_reach(found.email):
        return
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            token_sha256=token_digest(token),
            employee_id=found.employee_id,
            expires_at=now + LIFE,
            used=False,
        )
    )
    address = f"{wanted.base_url}/sign-in/link/{token}?{urlencode({'next': wanted.go_to})}"
    queue.put(session, _message(wanted, found, address, now), now)


def alive(session: Session, token: str, now: datetime) -> bool:
    """Say whether the link can still be used."""
    found = session.scalar(
        select(SignInLink.id).where(
            SignInLink.token_sha256 == token_digest(token),
            SignInLink.used.is_(False),
            SignInLink.expires_at > now,
        )
    )
    return found is not None


def consume(session: Session, token: str, now: datetime) -> int | None:
    """Use the link up and give the employee it was mailed to; None where it is spent."""
    return session.scalar(
        update(SignInLink)
        .where(
            SignInLink.token_sha256 == token_digest(token),
            SignInLink.used.is_(False),
            SignInLink.expires_at > now,
        )
        .values(used=True)
        .returning(SignInLink.employee_id)
    )


def _message(wanted: LinkRequest, found: RosterEntry, address: str, now: datetime) -> Message:
    to_address = found.email or ""
    values = {"company": wanted.company, "address": address, "minutes": LIFE.seconds // 60}
    with languages.speaking(languages.first(found.locale, wanted.locale)):
        letter = mail.Letter(
            sender=wanted.sender,
            subject=languages.gettext("Your link to sign in"),
            text=mail.render("sign_in.txt", **values),
            html=mail.render("sign_in.html", **values),
            date=now,
        )
    message_id = mail.message_id(secrets.token_hex(16), wanted.sender)
    return Message(
        recipient=f"employee {found.employee_id}",
        kind=KIND,
        to_address=to_address,
        mime=mail.build(letter, to_address, message_id),
        message_id=message_id,
        urgent=True,
    )
