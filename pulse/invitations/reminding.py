"""Reminders of an open wave on their way into the outbox, zone by zone.

    zones of those asked ──► reminders due there now ──► half time: whoever has not started
                                                    └──► the last: everybody

Each zone has its turn once for each reminder, and a reminder is sent at most once: whoever gets
none has missed little, and whoever got two would rightly ask who counts. The rows of half time
tell who had not started, so they are removed when the wave closes (`outbox.queue.close`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pulse import mail
from pulse.domain import cadence_moment, local_time, reminders, working_days
from pulse.domain.reminders import Fieldwork, Reminder
from pulse.domain.working_days import Calendars
from pulse.invitations import issuing
from pulse.invitations.model import FrameMember, Invitation, ReminderTurn
from pulse.outbox import queue
from pulse.outbox.queue import Message
from pulse.people.model import Employee
from pulse.surveys.waves import WaveInfo

KIND = "reminder"
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The zone of those whose own is not known, days off, and who writes."""

    home: str
    calendars: Calendars
    sender: str


def prepare(session: Session, wave: WaveInfo, home: str) -> None:
    """Give each zone of those asked a turn for each reminder. Repeating it does nothing."""
    if _waiting(session, wave.id, home) is None:
        session.add_all(
            ReminderTurn(wave_id=wave.id, ordinal=reminder, time_zone=zone, done=False)
            for zone in _zones(session, wave.id, home)
            for reminder in Reminder
        )
        session.flush()


def due(session: Session, wave: WaveInfo, rules: Rules, now: datetime) -> tuple[Reminder, ...]:
    """Give the reminders of an open wave that are due in some zone, without holding anything."""
    return tuple(sorted({reminder for _, reminder in _turns(session, wave, rules, now)}))


def remind(session: Session, wave: WaveInfo, rules: Rules, now: datetime) -> int:
    """Queue the reminders that are due, and give the number of zones that had their turn.

    Whoever calls holds the wave. Repeating it does nothing.
    """
    turns = _turns(session, wave, rules, now)
    for zone, reminder in turns:
        session.get_one(ReminderTurn, (wave.id, reminder, zone)).done = True
        session.flush()
        queue.put_many(session, _messages(session, wave, (zone, reminder), rules), now)
    return len(turns)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that is still to come: from when in the first zone, until when in the last."""

    reminder: Reminder
    first: datetime
    last: datetime


def ahead(session: Session, wave: WaveInfo, rules: Rules, now: datetime) -> tuple[Ahead, ...]:
    """Give the reminders of an open wave that some zone has not had and can still have."""
    begins: dict[Reminder, list[datetime]] = {}
    for zone, left in (_waiting(session, wave.id, rules.home) or {}).items():
        for window in _windows(wave, zone, rules):
            if window.reminder in left and now < window.ends:
                begins.setdefault(window.reminder, []).append(max(now, window.begins))
    return tuple(Ahead(one, min(found), max(found)) for one, found in sorted(begins.items()))


def rules(wave: WaveInfo, sender: str = "") -> Rules:
    """Give the rules of a wave. Nobody is reminded on a holiday, however the wave was planned."""
    return Rules(wave.time_zone, working_days.calendars(keep_holidays=True), sender)


def invited_at(wave: WaveInfo, zone: str, calendars: Calendars) -> datetime:
    """Give the moment at which people in a zone are invited to a wave."""
    if wave.own_time is None or wave.opens_on is None:
        return wave.opens_at
    return cadence_moment.sending_moment(wave.opens_on, wave.own_time, zone, calendars(zone))


def _turns(
    session: Session, wave: WaveInfo, rules: Rules, now: datetime
) -> list[tuple[str, Reminder]]:
    waiting = _waiting(session, wave.id, rules.home) or {}
    return [
        (zone, window.reminder)
        for zone, left in waiting.items()
        for window in _windows(wave, zone, rules)
        if window.reminder in left and reminders.is_due(window, now, zone, rules.calendars(zone))
    ]


def _waiting(session: Session, wave_id: int, home: str) -> dict[str, set[int]] | None:
    """Give the reminders that each zone has not had, home first; None where none was prepared."""
    rows = session.execute(
        select(ReminderTurn.time_zone, ReminderTurn.ordinal, ReminderTurn.done).where(
            ReminderTurn.wave_id == wave_id
        )
    ).all()
    found: dict[str, set[int]] = {zone: set() for zone, _, _ in rows}
    for zone, ordinal, done in rows:
        if not done:
            found[zone].add(ordinal)
    return dict(sorted(found.items(), key=lambda item: (item[0] != home, item[0]))) or None


def _zones(session: Session, wave_id: int, home: str) -> tuple[str, ...]:
    """Give the zones in which people of a wave live, and home, where whoever moves is reminded."""
    found = session.scalars(
        select(Employee.time_zone)
        .join(FrameMember, FrameMember.employee_id == Employee.id)
        .where(FrameMember.wave_id == wave_id)
        .distinct()
    )
    return tuple(sorted({name for name in found if name and local_time.is_zone(name)} | {home}))


def _windows(wave: WaveInfo, zone: str, rules: Rules) -> tuple[reminders.Window, ...]:
    closes_at = wave.manifest.closes_at if wave.manifest else wave.closes_at
    asked = Fieldwork(wave.opens_at, invited_at(wave, zone, rules.calendars), closes_at)
    return reminders.windows(asked, zone, rules.calendars(zone))


def _messages(
    session: Session, wave: WaveInfo, turn: tuple[str, Reminder], rules: Rules
) -> Iterator[Message]:
    zone, reminder = turn
    selective = reminder is Reminder.HALF_TIME
    query = (
        select(Employee.id, Employee.email)
        .join(Invitation, Invitation.employee_id == Employee.id)
        .where(
            Invitation.wave_id == wave.id,
            _lives_in(zone, rules.home, list(_waiting(session, wave.id, rules.home) or ())),
        )
        .order_by(Employee.id)
    )
    if selective:
        query = query.where(Invitation.redeemed.is_(False))
    for person in session.execute(query.execution_options(yield_per=_BATCH)):
        if person.email and mail.can_reach(person.email):
            yield Message(
                recipient=issuing.recipient(person.id),
                kind=KIND,
                to_address=person.email,
                message_id=mail.message_id(token_hex(16), rules.sender),
                wave_id=wave.id,
                ordinal=reminder,
                at_most_once=True,
                selective=selective,
            )


def _lives_in(zone: str, home: str, zones: Sequence[str]) -> ColumnElement[bool]:
    """Find those in a zone; whoever is in none of the others lives in that of the wave."""
    if zone != home:
        return Employee.time_zone == zone
    elsewhere = [name for name in zones if name != home]
    return func.coalesce(Employee.time_zone, "").not_in(elsewhere)
