"""`flask fieldwork`: the worker's own steps by hand, for rehearsals and tests."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import click

from pulse import clock, fieldwork, foresight, rehearsal
from pulse.cli import output
from pulse.db import transaction
from pulse.domain.errors import Invalid
from pulse.leadership import lease


@click.group("fieldwork")
def commands() -> None:
    """Carry out fieldwork by hand."""


@commands.command("tick")
@click.option("--at", metavar="ISO-8601", help="Pretend that it is this moment.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@output.plain_errors
def tick(at: str | None, dry_run: bool) -> None:
    """Do everything that is due: open, close and release waves, send mails and announcements.

    It needs no lease, so it works without a worker, and beside one: every step is taken once.
    """
    now = moment(at) if at else clock.now()
    if dry_run:
        _foretell(now)
        return
    steps = fieldwork.tick(now)
    for step in steps:
        click.echo(f"wave {step.wave}: {step.did}: {step.problem or step.waits or 'done'}")
    delivered = fieldwork.deliver(now)
    jobs = fieldwork.run_jobs(now)
    while fieldwork.announce(now):
        pass
    click.echo(f"{len(steps)} steps, {delivered.sent} mails sent, {jobs} imports run")
    if any(step.problem for step in steps):
        raise SystemExit(1)


@commands.command("play")
@click.argument("wave", type=int)
@click.argument("answers", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@output.plain_errors
def play(wave: int, answers: Path) -> None:
    """Answer WAVE from a CSV file: employee id first, then one column per question code.

    Each row goes through the real token and ballot path. Answers are scale points; an empty
    field means no answer.
    """
    with answers.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not rows.fieldnames:
            raise click.ClickException("The file is empty.")
        report = rehearsal.play(wave, rows.fieldnames[0], rows)
    for line, reason in report.refused:
        click.echo(f"line {line}: {reason}", err=True)
    click.echo(f"{report.dropped} ballots dropped, {len(report.refused)} rows refused")
    if report.refused:
        raise SystemExit(1)


@commands.command("trust-clock")
@output.plain_errors
def trust_clock() -> None:
    """Say that the clock is right after it jumped, so that the worker goes on at once."""
    with transaction() as session:
        was_doubted = lease.trust_clock(session)
    click.echo("The worker goes on." if was_doubted else "Nobody doubted the clock.")


def _foretell(now: datetime) -> None:
    found = foresight.foresee(now)
    for step in found.steps:
        click.echo(f"wave {step.wave}: {step.did}: {step.waits or 'would be done'}")
    click.echo(f"{len(found.steps)} steps, {found.mails} mails due, {found.jobs} imports waiting")
    click.echo("Nothing was changed.")


def moment(text: str) -> datetime:
    """Read an ISO moment; one without a zone is UTC. Raises Invalid."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text} is not an ISO 8601 date and time.", "at") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
