"""A survey with a cadence, and what a worker makes of it."""

from datetime import UTC, date, datetime, time

from sqlalchemy import select, update

from pulse.db import reading, transaction
from pulse.domain.cadence import Cadence, Repeats
from pulse.invitations import rhythm
from pulse.people.model import Employee
from pulse.surveys import compose
from pulse.surveys.audience import Audience
from pulse.surveys.compose import SurveyDraft
from pulse.surveys.model import Wave
from pulse.surveys.turns import Turns
from tests.support.open_wave import QUESTIONS

HOME = "Europe/London"
NINE = time(9)


def survey(
    now: datetime,
    title: str = "Pulse",
    audience: Audience | None = None,
    turns: Turns | None = None,
) -> int:
    with transaction() as session:
        draft = SurveyDraft(title, "", QUESTIONS, audience or Audience(), turns=turns or Turns())
        return compose.create(session, draft, now)


def weekly(starts_on: date, days: int = 7, **more: object) -> Cadence:
    return Cadence(Repeats.WEEKS, starts_on, NINE, days, **more)


def at(day: date) -> datetime:
    """Give nine in the morning of a day in winter, at home."""
    return datetime.combine(day, NINE, UTC)


def begun(now: datetime, cadence: Cadence, survey_id: int | None = None) -> int:
    """Give the id of a survey, a new one if none is named, that has this cadence from now on."""
    found = survey_id or survey(now)
    with transaction() as session:
        rhythm.begin(session, found, cadence, HOME, now)
    return found


def waves(survey_id: int) -> dict[str, Wave]:
    """Give the waves of a survey by their date."""
    with reading() as session:
        rows = session.scalars(
            select(Wave).where(Wave.survey_id == survey_id).order_by(Wave.opens_on)
        ).all()
        session.expunge_all()
    return {row.opens_on.isoformat(): row for row in rows}


def living_in(zone: str, every: int = 2) -> None:
    """Let every second person, or so, live in a zone."""
    with transaction() as session:
        session.execute(update(Employee).where(Employee.id % every == 0).values(time_zone=zone))
