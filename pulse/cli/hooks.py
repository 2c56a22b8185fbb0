"""`flask hooks`: list channels, add one, and send a test."""

import click

from pulse import clock, fieldwork
from pulse.cli import output
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import outside_address
from pulse.domain.announcement import CHOICES, Event
from pulse.domain.hook_format import HookKind
from pulse.hooks import book, queue
from pulse.hooks.values import Draft, HookInfo


@click.group("hooks")
def commands() -> None:
    """Channels: where announcements of waves and actions go."""


@commands.command("list")
@output.plain_errors
def listing() -> None:
    """List the channels: number, kind, host, how it went last, name."""
    with reading() as session:
        found = book.listing(session)
    for hook in found:
        click.echo(f"{hook.id}\t{hook.kind.value}\t{hook.host}\t{_state(hook)}\t{hook.name}")
    if not found:
        click.echo("There is no channel yet: flask hooks add NAME --kind slack")


@commands.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in HookKind]),
    required=True,
    help="A chat, or a program that verifies signatures.",
)
@click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice([event.value for event in CHOICES]),
    help="What to announce; all where none is given.",
)
@click.option("--url", prompt="Address", hide_input=True, help="Asked for where it is not given.")
@output.plain_errors
def add(name: str, kind: str, events: tuple[str, ...], url: str) -> None:
    """Add a channel. Prints the secret of one of the kind `standard`, this once."""
    chosen = tuple(Event(event) for event in events) or CHOICES
    address = outside_address.checked(url, settings().allowed_hosts)
    with transaction() as session:
        draft = Draft(HookKind(kind), name, address, chosen)
        hook_id, secret = book.add(session, draft, settings().hook_key)
    click.echo(f"Channel {hook_id} is added.")
    if secret:
        click.echo(secret)


@commands.command("test")
@click.argument("channel", type=int)
@output.plain_errors
def test(channel: int) -> None:
    """Send a test to a channel now, with whatever else is due, and say how it went."""
    now = clock.now()
    with transaction() as session:
        queue.try_out(session, channel, now)
    while fieldwork.announce(now):
        pass
    with reading() as session:
        newest = next(item for item in book.recent(session, channel) if item.event is Event.TEST)
    click.echo(newest.words)
    if newest.state != "taken":
        raise SystemExit(1)


def _state(hook: HookInfo) -> str:
    if not hook.active:
        return hook.off_words or "Switched off."
    return hook.last_outcome.words if hook.last_outcome else "Nothing sent yet."
