"""Builds the invented company once: staff, a year of waves, the log, and a wave open to answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from pulse import studying
from pulse.db import reading
from pulse.demo import company, log, sign_ins, staff, waves
from pulse.demo.company import MONTHS, Company
from pulse.demo.sign_ins import SignIn
from pulse.surveys import catalogue

SEED = 20_260_101


def exists() -> bool:
    """Say whether this installation holds a survey already, invented or real."""
    with reading() as session:
        return bool(catalogue.listing(session))


def build(now: datetime, tell: Callable[[str], None]) -> tuple[SignIn, ...]:
    """Make everything and give the sign-ins; `tell` is called with each step in plain words."""
    random = Random(SEED)  # noqa: S311  (an invented company has no secrets)
    tell("hiring about 1,200 people")
    made = company.build(random, _last_month(now))
    staff.load(made, now)
    found, authors = sign_ins.create()
    survey_id = waves.survey(now)
    released = [_past(made, survey_id, month, (random, tell)) for month in range(MONTHS)]
    tell("answering in the action log")
    log.write(authors, released, now)
    tell("opening this month's wave and mailing the invitations")
    waves.still_open(made, survey_id, now, random)
    studying.make(now)
    return found


def _past(
    made: Company, survey_id: int, month: int, rest: tuple[Random, Callable[[str], None]]
) -> int:
    random, tell = rest
    tell(f"asking everybody, {made.months[month]:%B %Y}")
    return waves.past(made, survey_id, month, random)


def _last_month(now: datetime) -> date:
    """Give the first day of the newest month that is over."""
    return (now.date().replace(day=1) - timedelta(days=1)).replace(day=1)
