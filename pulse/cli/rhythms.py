"""`flask surveys cadence`, `pause`, `resume`, `end` and `calendar`: the rhythm of surveys."""

from datetime import date, time

import click

from pulse import clock
from pulse.cli import output
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import local_time
from pulse.domain.cadence import Cadence, Repeats
from pulse.domain.cadence_words import WEEKS_OF_MONTH, sentence
from pulse.domain.errors import Invalid
from pulse.domain.load import MOST_MAILS, MOST_SURVEYS, WINDOW_DAYS
from pulse.domain.working_days import DAYS
from pulse.invitations import calendar as calendars
from pulse.invitations import rhythm
from pulse.invitations.calendar import Entry
from pulse.surveys import cadences

QUARTER = 3
_DAYS = [name.lower() for name in DAYS]


@click.command("cadence")
@click.argument("survey", type=int)
@click.option("--weekly", "rule", flag_value="weekly", help="Every week.")
@click.option("--every", type=int, metavar="N", help="Every N weeks.")
@click.option("--monthly", "rule", flag_value="monthly", help="Every month.")
@click.option("--quarterly", "rule", flag_value="quarterly", help="Every three months.")
@click.option("--once", "rule", flag_value="once", help="On the first day alone.")
@click.option("--day", type=int, metavar="1..31", help="Day of the month, or its last.")
@click.option("--weekday", type=click.Choice(_DAYS), help="That of the first day if not said.")
@click.option("--which", type=click.Choice(WEEKS_OF_MONTH), help="Which weekday of the month.")
@click.option("--start", required=True, metavar="DATE", help="First day, as 2027-01-05.")
@click.option("--end", metavar="DATE", help="Last day; it goes on without.")
@click.option("--at", default="09:00", metavar="HH:MM", help="On each person's own clocks.")
@click.option("--days", default=7, help="How many days people have to answer.")
@click.option("--on-holidays", is_flag=True, help="Ask on public holidays too.")
@output.plain_errors
def cadence(  # noqa: PLR0913  (one argument for each option)
    survey: int,
    *,
    rule: str | None,
    every: int | None,
    start: str,
    end: str | None,
    at: str,
    days: int,
    on_holidays: bool,
    **named: int | str | None,
) -> None:
    """Give SURVEY its cadence, in place of any other, from now on.

    A month goes by the day of the month, or by weekday where --which or --weekday is said.
    """
    repeats, number = _rule(rule, every, by_weekday=bool(named["which"] or named["weekday"]))
    which, weekday, day = named["which"], named["weekday"], named["day"]
    given = Cadence(
        repeats=repeats,
        starts_on=_date(start, "start"),
        at=_time(at),
        days=days,
        every=number,
        weekday=_DAYS.index(str(weekday)) if weekday else None,
        day=int(day) if day is not None else None,
        week=WEEKS_OF_MONTH.index(str(which)) + 1 if which else None,
        ends_on=_date(end, "end") if end else None,
        keeps_holidays=not on_holidays,
    )
    with transaction() as session:
        rhythm.begin(session, survey, given, settings().time_zone, clock.now())
    click.echo(sentence(given))


@click.command("pause")
@click.argument("survey", type=int)
@output.plain_errors
def pause(survey: int) -> None:
    """Plan no further waves of SURVEY; those that had not begun are withdrawn."""
    with transaction() as session:
        cadences.pause(session, survey)
    click.echo(f"survey {survey}: paused")


@click.command("resume")
@click.argument("survey", type=int)
@output.plain_errors
def resume(survey: int) -> None:
    """Plan waves of SURVEY again, from now on."""
    with transaction() as session:
        cadences.resume(session, survey, clock.now())
    click.echo(f"survey {survey}: running")


@click.command("end")
@click.argument("survey", type=int)
@output.plain_errors
def end(survey: int) -> None:
    """End the cadence of SURVEY for good; waves that had not begun are withdrawn."""
    with transaction() as session:
        cadences.end(session, survey)
    click.echo(f"survey {survey}: ended")


@click.command("calendar")
@output.plain_errors
def calendar() -> None:
    """List the next dates of all surveys, and warn of people who are asked too much.

    For each: date, first and last person asked (UTC), how many people, title. Fewer people than
    the floor are "a few".
    """
    given = settings()
    with reading() as session:
        found = calendars.calendar(session, given.time_zone, clock.now())
    for entry in found.entries:
        click.echo(_line(entry, given.policy.floor))
    for kind in found.overloaded:
        people, surveys = _people(kind.people, given.policy.floor), ", ".join(kind.surveys)
        click.echo(f"too much: {people} in {surveys}: {kind.load.words}")
    if found.overloaded:
        limits = f"{MOST_SURVEYS} surveys and {MOST_MAILS} mails in any {WINDOW_DAYS} days"
        click.echo(f"At most {limits} are bearable.")
    if not found.entries:
        click.echo("Nothing is planned: flask surveys cadence SURVEY --weekly --start …")


COMMANDS: tuple[click.Command, ...] = (cadence, pause, resume, end, calendar)


def _line(entry: Entry, floor: int) -> str:
    first = local_time.shown(entry.span.opens_at, "UTC")
    last = local_time.shown(entry.span.last_at, "UTC")
    clocks = f"\tclocks have changed: {', '.join(entry.clocks)}" if entry.clocks else ""
    people = _people(entry.people, floor)
    return f"{entry.on}\t{first} to {last} UTC\t{people}\t{entry.title}{clocks}"


def _people(number: int, floor: int) -> str:
    return "a few people" if 0 < number < floor else f"{number} people"


def _rule(rule: str | None, every: int | None, *, by_weekday: bool) -> tuple[Repeats, int]:
    if (rule is None) == (every is None):
        raise Invalid("Say one of --weekly, --every N, --monthly, --quarterly and --once.", "rule")
    if every is not None:
        return Repeats.WEEKS, every
    months = Repeats.MONTH_WEEKDAY if by_weekday else Repeats.MONTH_DAY
    return {
        "weekly": (Repeats.WEEKS, 1),
        "monthly": (months, 1),
        "quarterly": (months, QUARTER),
        "once": (Repeats.ONCE, 1),
    }[str(rule)]


def _date(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is not a date such as 2027-01-05.", field) from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is not a time such as 09:00.", "at") from error
