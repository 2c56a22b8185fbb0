"""The action log from the command line: whether anything was altered or removed."""

import click
from flask.cli import AppGroup

from pulse.actions import chain
from pulse.db import reading

commands = AppGroup("actions", help="Verify the action log.")


@commands.command("verify")
@click.option("--noted", metavar="HASH", help="A seal that you wrote down earlier.")
def verify(noted: str | None) -> None:
    """Recompute the log's chain of hashes; exit with 1 when anything was altered or removed."""
    with reading() as session:
        verdict = chain.verify(session, noted)
    if not verdict.intact:
        raise click.ClickException(f"entry {verdict.broken_at}: {verdict.problem}")
    click.echo(f"{verdict.head.position} entries, none altered or removed.")
    click.echo(f"Seal: {verdict.head.hash}")
