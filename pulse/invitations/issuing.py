"""Inviting everyone in the frame: secrets and codes -> hashes in rows -> letters in the outbox.

A secret exists outside the letter only as its hash, so no invitation can be written twice: a
slip for someone without e-mail gets a new secret and a new code, and the former ones are void.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes, token_hex, token_urlsafe

from sqlalchemy import Row, Select, and_, insert, select, update
from sqlalchemy.orm import Session

from pulse import mail
from pulse.domain import short_code
from pulse.domain.errors import WaveNotOpen
from pulse.domain.manifest import Manifest
from pulse.invitations import hashes, keys
from pulse.invitations.letter import CODE, SECRET, LetterHead, invitation, link
from pulse.invitations.model import FrameMember, Invitation
from pulse.mail import Prepared
from pulse.outbox import queue
from pulse.outbox.queue import Message
from pulse.people.model import Employee, Unit

KIND = "invitation"
_SECRET_BYTES = 32
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """What is needed to invite: the frozen manifest, whose letter it is, the key of the codes."""

    manifest: Manifest
    head: LetterHead
    code_key: bytes


@dataclass(frozen=True, slots=True)
class Slip:
    """An invitation on paper; it exists only in the page that prints it."""

    name: str
    unit: str
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Secret:
    """What one person needs to take part, before it is hashed."""

    secret: str
    code: str

    def hashes(self, code_key: bytes) -> dict[str, bytes]:
        return {
            "secret_sha256": hashes.of_secret(self.secret),
            "code_mac": hashes.of_code(self.code, code_key),
        }


def issue(session: Session, request: IssueRequest, now: datetime) -> int:
    """Invite everyone in the frame who has not been invited, and give their number.

    Whoever has an e-mail address gets a letter through the outbox; the others can be given a
    slip. Repeating it does nothing.
    """
    missing = session.execute(_without_invitation(request.manifest.wave)).all()
    prepared = invitation(request.manifest, request.head, now)
    for start in range(0, len(missing), _BATCH):
        _issue_batch(session, request, prepared, missing[start : start + _BATCH], now)
    return len(missing)


def print_slips(session: Session, request: IssueRequest) -> tuple[Slip, ...]:
    """Make a slip for everyone without e-mail, by unit and name; earlier slips are void.

    Whoever has taken part gets one too, which will say so to them: a pile that grew smaller with
    each printing would tell HR by name who has. Raises WaveNotOpen.
    """
    wave_id = request.manifest.wave
    if not keys.may_issue(session, wave_id):
        raise WaveNotOpen("Slips can be printed only while the wave is open.")
    rows = session.execute(_invited(wave_id)).all()
    unreachable = [row for row in rows if not mail.can_reach(row.email)]
    secrets = [new_secret() for _ in unreachable]
    if unreachable:
        session.execute(
            update(Invitation),
            [
                {"id": row.id, **secret.hashes(request.code_key)}
                for row, secret in zip(unreachable, secrets, strict=True)
            ],
        )
    return tuple(
        slip(request, (row.name, row.unit), secret)
        for row, secret in zip(unreachable, secrets, strict=True)
    )


def slip(request: IssueRequest, whose: tuple[str, str], secret: Secret) -> Slip:
    """Write a slip for a person, given by name and unit."""
    name, unit = whose
    address = link(request.manifest, request.head.base_url, secret.secret)
    return Slip(name, unit, short_code.spoken(secret.code), address)


def new_secret() -> Secret:
    """Draw a link's secret and a short code."""
    code = short_code.make(token_bytes(short_code.RANDOM_BYTES))
    return Secret(token_urlsafe(_SECRET_BYTES), code)


def _issue_batch(
    session: Session,
    request: IssueRequest,
    letter: Prepared,
    people: Sequence[Row[int, str | None]],
    now: datetime,
) -> None:
    wave_id = request.manifest.wave
    secrets = [new_secret() for _ in people]
    session.execute(
        insert(Invitation),
        [
            {"wave_id": wave_id, "employee_id": person.id, "redeemed": False}
            | secret.hashes(request.code_key)
            for person, secret in zip(people, secrets, strict=True)
        ],
    )
    messages = [
        _message(request, letter, person, secret)
        for person, secret in zip(people, secrets, strict=True)
        if mail.can_reach(person.email)
    ]
    queue.put_many(session, messages, now)


def _message(
    request: IssueRequest, letter: Prepared, person: Row[int, str | None], secret: Secret
) -> Message:
    message_id = mail.message_id(token_hex(16), request.head.sender)
    words = {SECRET: secret.secret, CODE: short_code.spoken(secret.code)}
    return Message(
        recipient=f"employee {person.id}",
        kind=KIND,
        to_address=person.email,
        mime=letter.fill(person.email, message_id, words),
        message_id=message_id,
        wave_id=request.manifest.wave,
    )


def _without_invitation(wave_id: int) -> Select[int, str | None]:
    invited = select(Invitation.employee_id).where(Invitation.wave_id == wave_id)
    return (
        select(Employee.id, Employee.email)
        .join(FrameMember, FrameMember.employee_id == Employee.id)
        .where(FrameMember.wave_id == wave_id, Employee.id.not_in(invited))
        .order_by(Employee.id)
    )


def _invited(wave_id: int) -> Select[int, str, str | None, str]:
    return (
        select(Invitation.id, Employee.name, Employee.email, Unit.name.label("unit"))
        .join(Employee, Employee.id == Invitation.employee_id)
        .join(
            FrameMember,
            and_(
                FrameMember.wave_id == Invitation.wave_id,
                FrameMember.employee_id == Invitation.employee_id,
            ),
        )
        .join(Unit, Unit.id == FrameMember.unit_id)
        .where(Invitation.wave_id == wave_id)
        .order_by(Unit.name, Employee.name, Employee.id)
    )
