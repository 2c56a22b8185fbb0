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

from pulse.domain import link_secrets, local_time, short_code
from pulse.domain.manifest import Manifest
from pulse.invitations import hashes, issuing, keys, letter
from pulse.invitations.issuing import IssueRequest
from pulse.invitations.letter import CODE, SECRET, LetterHead
from pulse.invitations.model import Invitation
from pulse.mail import Prepared
from pulse.outbox.delivery import Claimed
from pulse.people.model import Employee

Write = Callable[[Manifest, LetterHead, datetime], Prepared]
# How each kind of mail of a wave is worded.
WRITERS: Mapping[str, Write] = {issuing.KIND: letter.invitation}


class Addressee(NamedTuple):
    """What a letter to one person depends on."""

    locale: str | None
    time_zone: str | None
    secret_sha256: bytes


@dataclass(slots=True)
class Composer:
    """Writes the mails of one wave; what is the same in many of them it writes once.

    `locale` is the language of people whose own is not known; their time zone is the wave's.
    """

    request: IssueRequest
    locale: str
    now: datetime
    _prepared: dict[tuple[str, str, str], Prepared] = field(default_factory=dict, init=False)

    def write(self, session: Session, claimed: Sequence[Claimed]) -> dict[int, bytes]:
        """Write some messages of this wave, by their numbers; void ones are left out.

        Raises BadSetting where the secret is not the one that the wave was opened with.
        """
        wave_id = self.request.manifest.wave
        key = keys.link_key(session, wave_id, self.request.wrapping_key)
        if key is None:
            return {}
        people = _addressees(session, wave_id, [_employee(one.recipient) for one in claimed])
        written = {one.id: self._one(key, one, people) for one in claimed}
        return {number: mime for number, mime in written.items() if mime is not None}

    def _one(self, key: bytes, one: Claimed, people: Mapping[int, Addressee]) -> bytes | None:
        person = people.get(_employee(one.recipient))
        if person is None or one.kind not in WRITERS:
            return None
        wave_id = self.request.manifest.wave
        secret = link_secrets.derived(key, wave_id, _employee(one.recipient))
        if hashes.of_secret(secret.secret) != person.secret_sha256:
            return None
        words = {SECRET: secret.secret, CODE: short_code.spoken(secret.code)}
        return self._letter(one.kind, person).fill(one.to_address, one.message_id, words)

    def _letter(self, kind: str, person: Addressee) -> Prepared:
        head, zone = self.request.head, person.time_zone or ""
        zone = zone if local_time.is_zone(zone) else head.time_zone
        # Languages of a letter: its head has none yet, so one is built for each all the same.
        whose = (kind, person.locale or self.locale, zone)
        if whose not in self._prepared:
            own = replace(head, time_zone=zone)
            self._prepared[whose] = WRITERS[kind](self.request.manifest, own, self.now)
        return self._prepared[whose]


def _addressees(
    session: Session, wave_id: int, employee_ids: Sequence[int]
) -> dict[int, Addressee]:
    rows = session.execute(
        select(Employee.id, Employee.locale, Employee.time_zone, Invitation.secret_sha256)
        .join(
            Invitation,
            and_(Invitation.employee_id == Employee.id, Invitation.wave_id == wave_id),
        )
        .where(Employee.id.in_(employee_ids))
    )
    return {row[0]: Addressee(*row[1:]) for row in rows}


def _employee(recipient: str) -> int:
    return int(recipient.rpartition(" ")[2])
