"""The calendar of HR: what is asked when, of how many, and whether it is too much for somebody."""

from datetime import date

from flask import Blueprint, render_template

from pulse import clock
from pulse.config import settings
from pulse.db import reading
from pulse.domain import load, local_time
from pulse.domain.permission import Permission
from pulse.invitations import calendar
from pulse.web.guard import requires

blueprint = Blueprint("calendar", __name__)

MONTHS_SHOWN = 6
_YEAR = 12


@blueprint.get("/hr/calendar")
@requires(Permission.MANAGE_SURVEYS)
def page() -> str:
    given, now = settings(), clock.now()
    with reading() as session:
        found = calendar.calendar(session, given.time_zone, now)
    today = now.astimezone(local_time.zone(given.time_zone)).date()
    return render_template(
        "surveys/calendar.html",
        calendar=found,
        months=_months(today),
        home=given.time_zone,
        floor=given.policy.floor,
        fewest=given.policy.wave_invited,
        limits=load,
    )


def _months(today: date) -> list[date]:
    """Give the first days of this month and the next ones."""
    first = today.year * _YEAR + today.month - 1
    return [
        date(month // _YEAR, month % _YEAR + 1, 1) for month in range(first, first + MONTHS_SHOWN)
    ]
