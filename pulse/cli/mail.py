"""`flask mail`: bounces that come back, and the addresses that they give up."""

from typing import BinaryIO

import click

from pulse import clock, posting
from pulse.cli import output
from pulse.db import reading, transaction
from pulse.outbox import suppression


@click.group("mail")
def commands() -> None:
    """Read bounces, and list and lift addresses to which nothing is sent."""


@commands.command("bounces")
@click.argument("files", metavar="FILE...|-", type=click.File("rb"), nargs=-1)
@output.plain_errors
def bounces(files: tuple[BinaryIO, ...]) -> None:
    """Read bounces from files, or from a mail server that pipes them in; without, from mailboxes.

    A mail that is no bounce, or not of a message that was sent from here, changes nothing.
    """
    now = clock.now()
    if files:
        found = sum(posting.believe(file.read(), now) for file in files)
    else:
        found = posting.read_bounces(now)
    click.echo(f"{found} addresses given up")


@commands.command("list")
@output.plain_errors
def listing() -> None:
    """List the addresses to which nothing is sent: address, status, how it came, day."""
    with reading() as session:
        found = suppression.listing(session)
    for one in found:
        click.echo(f"{one.address}\t{one.reason}\t{one.source}\t{one.day.isoformat()}")
    if not found:
        click.echo("Every address is written to.")


@commands.command("lift")
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Lift every address.")
@output.plain_errors
def lift(addresses: tuple[str, ...], everything: bool) -> None:
    """Send to ADDRESS again, and once more what did not arrive there."""
    now = clock.now()
    with transaction() as session:
        wanted = addresses
        if everything:
            wanted = tuple(one.address for one in suppression.listing(session))
        lifted = [one for one in wanted if suppression.lift(session, one, now)]
    click.echo(f"{len(lifted)} of {len(wanted)} addresses lifted")
