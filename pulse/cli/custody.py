"""`flask custody`: a second person without whom no ballot can be opened.

Run it as the user who counts. The passphrase is typed by that person and known to nobody else;
it is never an argument.
"""

import click

from pulse import custody
from pulse.cli import asking, output
from pulse.config import settings
from pulse.domain.custody_key import STRONG


@click.group("custody")
def commands() -> None:
    """Let a second person keep the key that opens ballots."""


@commands.command("status")
@output.plain_errors
def status() -> None:
    """Say whether a second person is needed, and for which waves."""
    folder = settings().key_folder
    kept = custody.in_custody(folder)
    click.echo(
        "A second person keeps custody: keys of new waves are sealed to their passphrase."
        if kept
        else "No second person keeps custody: keys of new waves lie open in their files."
    )
    for wave, sealed in custody.waves(folder).items():
        click.echo(
            f"wave {wave}: {'counted with the passphrase' if sealed else 'counted without it'}"
        )


@commands.command("create")
@output.plain_errors
def create() -> None:
    """Make the custody key; the second person types a passphrase twice.

    Waves that are open already keep their keys as they are. A passphrase that is forgotten
    cannot be replaced: the ballots of its waves are then lost.
    """
    folder = settings().key_folder
    custody.refuse_second(folder)
    click.echo(STRONG, err=True)
    custody.create(folder, asking.secret("New passphrase", twice=True))
    click.echo("From now on the key of each new wave is sealed to this passphrase.")


@commands.command("change")
@output.plain_errors
def change() -> None:
    """Change the passphrase; keys sealed before open with the new one."""
    folder = settings().key_folder
    former = asking.secret("Passphrase")
    click.echo(STRONG, err=True)
    custody.change(folder, former, asking.secret("New passphrase", twice=True))
    click.echo("The passphrase is changed.")


@commands.command("remove")
@output.plain_errors
def remove() -> None:
    """Do without a second person from the next wave on."""
    custody.remove(settings().key_folder)
    click.echo("Keys of new waves lie open in their files again.")
