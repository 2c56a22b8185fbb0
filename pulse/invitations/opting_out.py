"""Who wants no mails: a wish of theirs alone, which no other verb of Pulse sets or ends.

They stay people who are asked, with a place in every count of those invited, and may take part
with a slip at any time. Their number is told to everybody in steps of five, and their names to
nobody.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pulse.domain import opt_out
from pulse.domain.errors import NotFound
from pulse.invitations.model import FrameMember, MailOptOut
from pulse.people.model import Employee


def is_out(session: Session, employee_id: int) -> bool:
    """Say whether a person wants no mails. Raises NotFound for nobody that is known."""
    if session.get(Employee, employee_id) is None:
        raise NotFound("This address belongs to nobody who works here.")
    return session.get(MailOptOut, employee_id) is not None


def leave(session: Session, employee_id: int) -> None:
    """Send this person no invitation and no reminder any more. Raises NotFound."""
    if not is_out(session, employee_id):
        session.add(MailOptOut(employee_id=employee_id))
        session.flush()


def come_back(session: Session, employee_id: int) -> None:
    """Send this person mails again, from the next one on. Raises NotFound."""
    if is_out(session, employee_id):
        session.execute(delete(MailOptOut).where(MailOptOut.employee_id == employee_id))


def told(session: Session, wave_id: int) -> int:
    """Count those asked in a wave who want no mails, in steps of five as everybody may read it."""
    found = session.scalar(
        select(func.count())
        .select_from(FrameMember)
        .join(MailOptOut, MailOptOut.employee_id == FrameMember.employee_id)
        .where(FrameMember.wave_id == wave_id)
    )
    return opt_out.told(found or 0)
