"""What the settings mean to the rooms, which never read any themselves."""

from datetime import datetime

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.manifest import Manifest
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.letter import LetterHead
from pulse.invitations.redemption import Secrets
from pulse.mail import MaildirTransport, SmtpTransport
from pulse.people.jobs import Workshop


def transport() -> SmtpTransport | MaildirTransport:
    """Give the way that mails leave this installation."""
    given = settings()
    if not given.smtp_host:
        return MaildirTransport(given.maildir)
    password = given.smtp_password.get_secret_value()
    return SmtpTransport(
        given.smtp_host, given.smtp_port, given.smtp_user, password, given.smtp_starttls
    )


def workshop(now: datetime) -> Workshop:
    """Give what an import of a staff file needs."""
    return Workshop(transaction, reading, settings().uploads, now)


def issue_request(manifest: Manifest, time_zone: str) -> IssueRequest:
    """Give what is needed to invite people to a wave."""
    given = settings()
    head = LetterHead(given.base_url, given.company, given.mail_from, time_zone)
    return IssueRequest(manifest, head, given.code_key)


def secrets() -> Secrets:
    """Give the keys that redeeming an invitation takes."""
    given = settings()
    return Secrets(given.code_key, given.wrapping_key)
