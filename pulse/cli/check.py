"""`flask check`: whether this installation is fit to run, in lines that say what to do."""

import os
from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from pulse.cli import database
from pulse.config import settings


@click.command("check")
def command() -> None:
    """Check the settings, both databases and the instance folder; exit with 1 on a problem."""
    found = [*_folder(), *_databases()]
    for line in found:
        click.echo(line, err=True)
    if found:
        raise click.exceptions.Exit(1)
    mail = settings().smtp_host or f"the folder {settings().maildir}"
    click.echo(f"Ready: mode {settings().mode}, mail to {mail}, both databases up to date.")


def _folder() -> Iterator[str]:
    folder = settings().instance
    if not os.access(folder, os.W_OK):
        yield f"The folder {folder} cannot be written to (PULSE_INSTANCE)."


def _databases() -> Iterator[str]:
    for history in database.HISTORIES:
        try:
            differences = database.differences(history)
        except SQLAlchemyError as error:
            yield f"The {history.name} database does not answer: {type(error).__name__}."
            continue
        if differences:
            yield f"The {history.name} database is behind: run flask database upgrade."
