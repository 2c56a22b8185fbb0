"""A new slip for one person: find them in the frame -> new secret and code, former ones void.

Whoever lost a mail, a slip or a device comes to HR and starts anew. HR sees the same whether the
person had started or not: one statement treats both alike, and nothing that it did is read back.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from pulse.domain.errors import NotFound, WaveNotOpen
from pulse.invitations import issuing, keys
from pulse.invitations.issuing import IssueRequest, Slip
from pulse.invitations.model import FrameMember, Invitation
from pulse.people.model import Employee, Unit

_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked in a wave, as HR knows them; whether they started is not said."""

    employee_id: int
    number: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class Matches:
    """Those who were found, by name; `more` where there are others beside them."""

    people: tuple[Asked, ...]
    more: bool


def find(session: Session, wave_id: int, words: str) -> Matches:
    """Find people asked in a wave whose name, number or unit has each of the words in it."""
    wanted = [_has(word) for word in words.replace("\0", " ").split()]
    if not wanted:
        return Matches((), more=False)
    rows = session.execute(_asked(wave_id).where(*wanted).limit(_MOST_FOUND + 1)).all()
    return Matches(tuple(Asked(*row) for row in rows[:_MOST_FOUND]), len(rows) > _MOST_FOUND)


def person(session: Session, wave_id: int, employee_id: int) -> Asked:
    """Give one person asked in a wave. Raises NotFound."""
    row = session.execute(_asked(wave_id).where(Employee.id == employee_id)).one_or_none()
    if row is None:
        raise NotFound("This person is not asked in this wave.")
    return Asked(*row)


def replace(session: Session, request: IssueRequest, employee_id: int) -> Slip:
    """Make a new slip for one person; mail and slips that they had before are void.

    Where a token was signed for an earlier slip that is counted, and they can start once more.
    Raises NotFound for somebody who is not asked, and WaveNotOpen.
    """
    wave_id = request.manifest.wave
    asked = person(session, wave_id, employee_id)
    if not keys.may_issue(session, wave_id):
        raise WaveNotOpen("A new slip can be made only while the wave is open.")
    secret = issuing.new_secret()
    session.execute(
        update(Invitation)
        .where(Invitation.wave_id == wave_id, Invitation.employee_id == employee_id)
        .values(
            handed=Invitation.handed + 1,
            replaced=Invitation.replaced + case((Invitation.redeemed, 1), else_=0),
            redeemed=False,
            blinded_sha256=None,
            **issuing.hashed(secret, request.code_key),
        )
    )
    return issuing.slip(request, (asked.name, asked.unit), secret)


def handed(session: Session, wave_id: int) -> int:
    """Count the new slips that were handed out in a wave; the release says it to everyone."""
    found = session.scalar(select(func.sum(Invitation.handed)).where(Invitation.wave_id == wave_id))
    return found or 0


def _asked(wave_id: int) -> Select[int, str, str, str]:
    return (
        select(Employee.id, Employee.number, Employee.name, Unit.name.label("unit"))
        .join(Invitation, Invitation.employee_id == Employee.id)
        .join(
            FrameMember,
            and_(
                FrameMember.wave_id == Invitation.wave_id,
                FrameMember.employee_id == Invitation.employee_id,
            ),
        )
        .join(Unit, Unit.id == FrameMember.unit_id)
        .where(Invitation.wave_id == wave_id)
        .order_by(Employee.name, Employee.id)
    )


def _has(word: str) -> ColumnElement[bool]:
    """Look for a word as it was typed too: SQLite's own `lower` knows no letter beyond English."""
    return or_(
        *(
            or_(
                column.contains(word, autoescape=True),
                func.lower(column).contains(word.lower(), autoescape=True),
            )
            for column in (Employee.name, Employee.number, Unit.name)
        )
    )
