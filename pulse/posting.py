"""Mail going out and bounces coming back: what the worker does with them, and what it writes.

The outbox knows what is due and not what it says; `invitations` can write a letter and does not
know when. Here they meet.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from pulse import installation
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import bounce, cadence_moment, working_days
from pulse.inbox import Imap, Maildir
from pulse.invitations import issuing, reminding
from pulse.invitations.composing import Composer
from pulse.outbox import sending, suppression
from pulse.outbox.delivery import Claimed
from pulse.outbox.sending import PostOffice, Sent
from pulse.surveys import standing, waves
from pulse.surveys.waves import WaveInfo

# What one call sends at most: with a worker that calls every two seconds no limit of its own.
MOST = 2_000
# Up to this much later than its hour an invitation goes at once.
_LATE = timedelta(hours=1)


def deliver(now: datetime, limit: int = MOST) -> Sent:
    """Send what is due in the outbox."""
    with installation.transport() as opened:
        office = PostOffice(
            transaction,
            opened,
            writer(now),
            settings().mail_per_minute,
            _stopwatch(),
        )
        return sending.send_due(office, now, limit)


def hours(wave: WaveInfo, now: datetime) -> issuing.Due | None:
    """Give what says when people of a zone are invited; None for a wave that invites all at once.

    Whoever's hour has passed, because the wave opened late, is invited when they are at work.
    """
    if wave.own_time is None:
        return None
    calendars = working_days.calendars(keep_holidays=wave.keeps_holidays)

    def due(zone: str) -> datetime:
        planned = reminding.invited_at(wave, zone, calendars)
        if planned >= now - _LATE:
            return planned
        return cadence_moment.within_hours(now, zone, calendars(zone))

    return due


def writer(now: datetime) -> sending.Compose:
    """Give what writes the mails of waves; letters are built once for all that it writes."""
    composers: dict[int, Composer] = {}

    def write(claimed: Sequence[Claimed]) -> Mapping[int, sending.Written]:
        wave_id = claimed[0].wave_id
        if wave_id is None:
            return {}
        with reading() as session:
            if wave_id not in composers:
                manifest = standing.manifest(session, wave_id)
                zone = waves.get(session, wave_id).time_zone
                request = installation.issue_request(manifest, zone)
                composers[wave_id] = Composer(
                    request, settings().locale, working_days.calendars(keep_holidays=True), now
                )
            return composers[wave_id].write(session, claimed)

    return write


def read_bounces(now: datetime) -> int:
    """Read the mailboxes of bounces that are set, and give how many addresses they gave up.

    Raises Conflict where the mail server does not let us in.
    """
    found = 0

    def handle(raw: bytes) -> None:
        nonlocal found
        found += believe(raw, now)

    for inbox in _inboxes():
        inbox.each(handle)
    return found


def believe(raw: bytes, now: datetime) -> int:
    """Suppress the addresses of a bounce that is ours, and give their number."""
    with transaction() as session:
        return suppression.believe(session, bounce.read(raw), now.date())


def _inboxes() -> tuple[Imap | Maildir, ...]:
    given = settings()
    found: list[Imap | Maildir] = []
    if given.bounce_maildir is not None:
        found.append(Maildir(given.bounce_maildir))
    if given.bounce_imap_host:
        password = given.bounce_imap_password.get_secret_value()
        found.append(
            Imap(
                given.bounce_imap_host,
                given.bounce_imap_port,
                given.bounce_imap_user,
                password,
                given.bounce_imap_tls,
            )
        )
    return tuple(found)


def _stopwatch() -> Callable[[], timedelta]:
    began = time.monotonic()
    return lambda: timedelta(seconds=time.monotonic() - began)
