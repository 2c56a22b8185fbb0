"""Inviting everyone in the frame: hashes in rows, and a message in the outbox for each address.

What is in the mail is worked out from a key of the wave (`domain.link_secrets`) and written when it
is sent, so a million letters lie nowhere. A slip has a secret and a code drawn by chance; the
former ones, and with them the person's mail, are void.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes, token_hex, token_urlsafe
from typing import cast

from sqlalchemy import Row, Select, Table, and_, select, update
from sqlalchemy.orm import Session

from pulse import bulk, mail
from pulse.domain import link_secrets, local_time, short_code
from pulse.domain.errors import WaveNotOpen
from pulse.domain.link_secrets import Secret
from pulse.domain.manifest import Manifest
from pulse.invitations import hashes, keys
from pulse.invitations.letter import LetterHead, link
from pulse.invitations.model import FrameMember, Invitation
from pulse.outbox import queue
from pulse.outbox.queue import Message
from pulse.people.model import Employee, Unit

KIND = "invitation"
_SECRET_BYTES = 32
_BATCH = 10_000
_INVITATION = cast(Table, Invitation.__table__)
_COLUMNS = (
    "wave_id",
    "employee_id",
    "secret_sha256",
    "code_mac",
    "redeemed",
    "replaced",
    "handed",
)

# From the name of a time zone to the moment at which people there are to be written to.
Due = Callable[[str], datetime]
_Invited = Row[int, str | None, str | None]


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """What is needed to invite: the frozen manifest, whose letter it is, and the keys."""

    manifest: Manifest
    head: LetterHead
    code_key: bytes = field(repr=False)
    wrapping_key: bytes = field(repr=False)
    opt_out_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Slip:
    """An invitation on paper; it exists only in the page that prints it."""

    name: str
    unit: str
    code: str
    link: str


def issue(session: Session, request: IssueRequest, now: datetime, due: Due | None = None) -> int:
    """Invite everyone in the frame who has not been invited, and give their number.

    Whoever has an e-mail address gets a letter through the outbox, at once or when `due` says;
    the others can be given a slip. Repeating it does nothing.
    """
    wave_id = request.manifest.wave
    key = keys.make_link_key(session, wave_id, request.wrapping_key)
    put = queue.put_many if queue.any_of(session, wave_id, KIND) else queue.put_fresh
    moments = _Moments(due, request.head.time_zone)
    invited = 0
    for first, last in _spans(session, wave_id):
        people = session.execute(_without_invitation(wave_id, first, last)).all()
        rows = (_row(request, key, person.id) for person in people)
        bulk.insert_rows(session, _INVITATION, _COLUMNS, rows)
        put(session, _messages(request, people, moments), now)
        invited += len(people)
    return invited


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
                {"id": row.id, **hashed(secret, request.code_key)}
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


def hashed(secret: Secret, code_key: bytes) -> dict[str, bytes]:
    """Give the forms in which a secret and its code are stored."""
    return {
        "secret_sha256": hashes.of_secret(secret.secret),
        "code_mac": hashes.of_code(secret.code, code_key),
    }


class _Moments:
    """When people of each zone are written to; each zone is asked for once."""

    def __init__(self, due: Due | None, usual: str) -> None:
        self._due, self._usual = due, usual
        self._known: dict[str | None, datetime | None] = {}

    def of(self, zone: str | None) -> datetime | None:
        if zone not in self._known:
            name = zone if zone and local_time.is_zone(zone) else self._usual
            self._known[zone] = self._due(name) if self._due else None
        return self._known[zone]


def _row(request: IssueRequest, key: bytes, employee_id: int) -> bulk.Row:
    wave_id = request.manifest.wave
    secret = link_secrets.derived(key, wave_id, employee_id)
    mac = hashes.of_code(secret.code, request.code_key)
    return (wave_id, employee_id, hashes.of_secret(secret.secret), mac, False, 0, 0)


def _messages(
    request: IssueRequest, people: Sequence[_Invited], moments: _Moments
) -> Iterator[Message]:
    sender, wave_id = request.head.sender, request.manifest.wave
    for person in people:
        if person.email and mail.can_reach(person.email):
            yield Message(
                recipient=recipient(person.id),
                kind=KIND,
                to_address=person.email,
                message_id=mail.message_id(token_hex(16), sender),
                wave_id=wave_id,
                due_at=moments.of(person.time_zone),
            )


def recipient(employee_id: int) -> str:
    """Name a person in the outbox, which knows no people."""
    return f"employee {employee_id}"


def _spans(session: Session, wave_id: int) -> list[tuple[int, int]]:
    """Cut the frame into spans of employee ids, each with so many people at most.

    Both ends are said, so that PostgreSQL reads each span from its index, also where it does not
    know yet how large the frame is.
    """
    query = select(FrameMember.employee_id).where(FrameMember.wave_id == wave_id)
    ordered = query.order_by(FrameMember.employee_id).execution_options(yield_per=_BATCH)
    return [(part[0], part[-1]) for part in session.scalars(ordered).partitions()]


def _without_invitation(wave_id: int, first: int, last: int) -> Select[int, str | None, str | None]:
    member, invited = FrameMember.employee_id, Invitation.employee_id
    taken = select(invited).where(Invitation.wave_id == wave_id, invited.between(first, last))
    return (
        select(Employee.id, Employee.email, Employee.time_zone)
        .join(FrameMember, member == Employee.id)
        .where(
            FrameMember.wave_id == wave_id,
            member.between(first, last),
            Employee.id.between(first, last),
            member.not_in(taken),
        )
        .order_by(member)
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
