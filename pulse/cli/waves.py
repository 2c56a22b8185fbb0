"""`flask waves`: plan a wave, list waves, and move one a step on by hand.

A command calls the same step of fieldwork as the worker's tick, so saying it twice does no harm.
"""

from collections.abc import Callable
from datetime import datetime

import click

from pulse import clock, counting_room, fieldwork
from pulse.cli import asking, output
from pulse.config import settings
from pulse.counting_room import Decision
from pulse.db import reading, transaction
from pulse.domain import local_time
from pulse.domain.errors import Invalid
from pulse.outbox import progress, queue
from pulse.surveys import waves


@click.group("waves")
def commands() -> None:
    """Plan, list and move waves."""


@commands.command("list")
@output.plain_errors
def listing() -> None:
    """List the waves: number, state, opening, closing, title."""
    with reading() as session:
        found = waves.listing(session)
    for wave in found:
        opens_at = local_time.shown(wave.opens_at, wave.time_zone)
        closes_at = local_time.shown(wave.closes_at, wave.time_zone)
        times = f"{opens_at} to {closes_at} {wave.time_zone}"
        click.echo(f"{wave.id}\t{wave.state.value}\t{times}\t{wave.title}, wave {wave.number}")
    if not found:
        click.echo("There is no wave yet: flask waves plan SURVEY --opens … --closes …")


@commands.command("plan")
@click.argument("survey", type=int)
@click.option("--opens", required=True, metavar="ISO-8601", help="Local unless it has an offset.")
@click.option("--closes", required=True, metavar="ISO-8601", help="As above.")
@click.option("--zone", help="Time zone by name; that of the installation if not said.")
@output.plain_errors
def plan(survey: int, opens: str, closes: str, zone: str | None) -> None:
    """Plan the next wave of SURVEY and print its number."""
    name = zone or settings().time_zone
    opens_at = _moment(opens, name, "opens_at")
    closes_at = _moment(closes, name, "closes_at")
    with transaction() as session:
        wave_id = waves.plan(session, survey, opens_at, closes_at, name)
    click.echo(wave_id)


@commands.command("withdraw")
@click.argument("wave", type=int)
@output.plain_errors
def withdraw(wave: int) -> None:
    """Take back WAVE, as long as it is only planned."""
    with transaction() as session:
        waves.withdraw(session, wave)
    click.echo(f"wave {wave}: withdrawn")


@commands.command("open")
@click.argument("wave", type=int)
@output.plain_errors
def open_(wave: int) -> None:
    """Freeze who is asked in WAVE and invite them, now."""
    _carry_out(fieldwork.open_wave, wave)


@commands.command("close")
@click.argument("wave", type=int)
@output.plain_errors
def close(wave: int) -> None:
    """Take no more answers in WAVE, from now on."""
    _carry_out(fieldwork.close_wave, wave)


@commands.command("release")
@click.argument("wave", type=int)
@click.option(
    "--accept-damage",
    "accepted",
    metavar="WHY",
    help="Publish although ballots are damaged; everybody reads why beside the results.",
)
@click.option(
    "--without",
    multiple=True,
    metavar="DIMENSION",
    help="Show nothing by this attribute; said again for another one.",
)
@output.plain_errors
def release(wave: int, accepted: str | None, without: tuple[str, ...]) -> None:
    """Count and publish WAVE once for all, and destroy its ballots.

    Before it is published it is attacked; where the attack finds something, nothing is published,
    and it is said what to leave out with --without.

    Where a second person keeps custody it asks for their passphrase, or reads it from stdin.
    """
    why = _reason(accepted)
    locked = counting_room.needs_passphrase(wave)
    passphrase = asking.secret("Passphrase of the second person") if locked else None
    decision = Decision(passphrase, why, frozenset(without))
    _carry_out(lambda number, now: counting_room.release(number, now, decision), wave)


@commands.command("mails")
@click.argument("wave", type=int)
@click.option("--pause", "hold", flag_value="pause", help="Hold back what is not sent yet.")
@click.option("--resume", "hold", flag_value="resume", help="Let the mails go on.")
@output.plain_errors
def mails(wave: int, hold: str | None) -> None:
    """Say how far the mails of WAVE have got; hold them back or let them go on."""
    with transaction() as session:
        waves.get(session, wave)
        if hold:
            (queue.pause if hold == "pause" else queue.resume)(session, wave)
        found = progress.of_wave(session, wave)
    held = ", held back" if found.paused else ""
    click.echo(
        f"wave {wave}: {found.sent} sent, {found.queued} waiting ({found.deferred} put off), "
        f"{found.failed} not delivered, {found.unknown} unknown, "
        f"{found.suppressed} suppressed, {found.withdrawn} withdrawn{held}"
    )


def _carry_out(step: Callable[[int, datetime], None], wave_id: int) -> None:
    step(wave_id, clock.now())
    with reading() as session:
        state = waves.get(session, wave_id).state
    click.echo(f"wave {wave_id}: {state.value}")


def _reason(accepted: str | None) -> str | None:
    if accepted is None:
        return None
    if not accepted.strip():
        raise Invalid("Say why the damage is accepted: everybody will read it.", "accept_damage")
    return accepted.strip()


def _moment(text: str, zone: str, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is not an ISO 8601 date and time.", field) from error
    return found if found.tzinfo else local_time.moment(found, zone, field)
