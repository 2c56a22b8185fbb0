"""What the settings mean to the rooms, which never read any themselves."""

from datetime import datetime
from random import SystemRandom

from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.manifest import Manifest
from pulse.hooks.sending import Courier
from pulse.invitations.chosen import Limits, Turn
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.letter import LetterHead
from pulse.invitations.redemption import Secrets
from pulse.outgoing import Client
from pulse.people.jobs import Workshop
from pulse.surveys.waves import WaveInfo
from pulse.transport import MaildirTransport, SmtpTransport


def transport() -> SmtpTransport | MaildirTransport:
    """Give the way that mails leave this installation."""
    given = settings()
    if not given.smtp_host:
        return MaildirTransport(given.maildir)
    password = given.smtp_password.get_secret_value()
    return SmtpTransport(
        given.smtp_host,
        given.smtp_port,
        given.smtp_user,
        password,
        given.smtp_starttls,
        given.bounce_address,
    )


def courier(client: Client) -> Courier:
    """Give what delivering announcements takes."""
    given = settings()
    return Courier(
        client.post, given.hook_key, given.base_url, given.allowed_hosts, SystemRandom().random
    )


def workshop(now: datetime) -> Workshop:
    """Give what an import of a staff file needs."""
    return Workshop(transaction, reading, settings().uploads, now)


def issue_request(manifest: Manifest, time_zone: str) -> IssueRequest:
    """Give what is needed to invite people to a wave."""
    given = settings()
    head = LetterHead(given.base_url, given.company, given.mail_from, time_zone)
    return IssueRequest(manifest, head, given.code_key, given.wrapping_key, given.opt_out_key)


def limits(wave: WaveInfo) -> Limits:
    """Give whose turn it is in a wave, and how often one person may be asked."""
    part, parts = wave.turn.part, wave.turn.parts
    turn = None if part is None or parts is None else Turn(wave.survey_id, part, parts)
    return Limits(settings().policy.most_waves, turn)


def secrets() -> Secrets:
    """Give the keys that redeeming an invitation takes."""
    given = settings()
    return Secrets(given.code_key, given.wrapping_key)
