"""`flask churn`: the study of separations beside sentiment."""

import click

from pulse import clock
from pulse.churn import study
from pulse.cli import output
from pulse.config import settings
from pulse.db import transaction


@click.group("churn")
def commands() -> None:
    """Study separations beside sentiment."""


@commands.command("refresh")
@output.plain_errors
def refresh() -> None:
    """Compute the study anew if anything that goes into it has changed."""
    with transaction() as session:
        stored = study.refresh(session, clock.now(), leaver_floor=settings().policy.leaver_floor)
    if not stored:
        raise click.ClickException("There is nothing to study before a release and a staff file.")
    click.echo(f"study {stored} is up to date")
