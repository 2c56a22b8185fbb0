"""Writing the letters of a wave at the moment when they are sent.

    who it is for -> the link from the wave's key -> is it still this person's? -> their letter

A letter is built once for each language and time zone and then filled in, which takes
microseconds. A link that is void, because the person was given a slip meanwhile or the wave has
closed, is in no letter: nothing is written then.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from pulse import languages, mail
from pulse.domain import cadence_moment, link_secrets, local_time, opt_out, short_code
from pulse.domain.manifest import Manifest
from pulse.domain.reminders import Reminder
from pulse.domain.working_days import Calendars
from pulse.invitations import hashes, issuing, keys, letter, reminding
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.letter import CODE, SECRET, LetterHead
from pulse.invitations.model import Invitation, MailOptOut
from pulse.mail import Prepared
from pulse.outbox.delivery import Claimed
from pulse.people.model import Employee

Write = Callable[[Manifest, LetterHead, datetime], Prepared]
# How each mail of a wave is worded, by kind and number.
WRITERS: Mapping[tuple[str, int], Write] = {
    (issuing.KIND, 0): letter.invitation,
    (reminding.KIND, Reminder.HALF_TIME): letter.reminder,
    (reminding.KIND, Reminder.LAST): letter.last_reminder,
}


class Addressee(NamedTuple):
    """What a letter to one person depends on."""

    locale: str | None
    time_zone: str | None
    secret_sha256: bytes
    has_started: bool
    wants_none: bool


@dataclass(slots=True)
class Composer:
    """Writes the mails of one wave; what is the same in many of them it writes once.

    `locale` is the language of people whose own is not known; their time zone is the wave's.
    """

    request: IssueRequest
    locale: str
    calendars: Calendars
    now: datetime
    _prepared: dict[tuple[str, int, str, str], Prepared] = field(default_factory=dict, init=False)

    def write(self, session: Session, claimed: Sequence[Claimed]) -> dict[int, bytes | datetime]:
        """Write some messages of this wave, by their numbers; void ones are left out.

        A reminder to somebody who is not at work now gets the moment at which they will be.

        Raises BadSetting where the secret is not the one that the wave was opened with.
        """
        wave_id = self.request.manifest.wave
        key = keys.link_key(session, wave_id, self.request.wrapping_key)
        if key is None:
            return {}
        people = _addressees(session, wave_id, [_employee(one.recipient) for one in claimed])
        written = {one.id: self._one(key, one, people) for one in claimed}
        return {number: mime for number, mime in written.items() if mime is not None}

    def _one(
        self, key: bytes, one: Claimed, people: Mapping[int, Addressee]
    ) -> bytes | datetime | None:
        person = people.get(_employee(one.recipient))
        if person is None or person.wants_none or (one.kind, one.ordinal) not in WRITERS:
            return None
        if one.selective and person.has_started:
            return None
        if one.kind == reminding.KIND and (later := self._later(person)):
            return later if later < self.request.manifest.closes_at else None
        wave_id, employee_id = self.request.manifest.wave, _employee(one.recipient)
        secret = link_secrets.derived(key, wave_id, employee_id)
        if hashes.of_secret(secret.secret) != person.secret_sha256:
            return None
        token = opt_out.token(self.request.opt_out_key, employee_id)
        words = {
            SECRET: secret.secret,
            CODE: short_code.spoken(secret.code),
            mail.UNSUBSCRIBE: f"{self.request.head.base_url}/o/{token}",
        }
        letter_to = self._letter((one.kind, one.ordinal), person)
        return letter_to.fill(one.to_address, one.message_id, words)

    def _later(self, person: Addressee) -> datetime | None:
        """Give the moment at which a person is at work again, None for one who is now."""
        zone = self._zone(person)
        found = cadence_moment.within_hours(self.now, zone, self.calendars(zone))
        return found if found > self.now else None

    def _zone(self, person: Addressee) -> str:
        zone = person.time_zone or ""
        return zone if local_time.is_zone(zone) else self.request.head.time_zone

    def _letter(self, which: tuple[str, int], person: Addressee) -> Prepared:
        head, zone = self.request.head, self._zone(person)
        locale = languages.first(person.locale, self.locale)
        whose = (*which, locale, zone)
        if whose not in self._prepared:
            own = replace(head, time_zone=zone, locale=locale)
            self._prepared[whose] = WRITERS[which](self.request.manifest, own, self.now)
        return self._prepared[whose]


def _addressees(
    session: Session, wave_id: int, employee_ids: Sequence[int]
) -> dict[int, Addressee]:
    rows = session.execute(
        select(
            Employee.id,
            Employee.locale,
            Employee.time_zone,
            Invitation.secret_sha256,
            Invitation.redeemed,
            MailOptOut.employee_id.is_not(None),
        )
        .join(
            Invitation,
            and_(Invitation.employee_id == Employee.id, Invitation.wave_id == wave_id),
        )
        .outerjoin(MailOptOut, MailOptOut.employee_id == Employee.id)
        .where(Employee.id.in_(employee_ids))
    )
    return {row[0]: Addressee(*row[1:]) for row in rows}


def _employee(recipient: str) -> int:
    return int(recipient.rpartition(" ")[2])
