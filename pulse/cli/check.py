"""`flask check`: whether this installation is fit to run, in lines that say what to do."""

import os
from collections.abc import Iterator

import click
from sqlalchemy.exc import SQLAlchemyError

from pulse.ballots import surroundings
from pulse.cli import database
from pulse.config import settings
from pulse.db import box_transaction, identity, reading
from pulse.leadership import lease

_ONE_DATABASE = (
    "The two addresses lead to one database; the ballot box needs one of its own"
    " (PULSE_BOX_DATABASE_URL)."
)


@click.command("check")
def command() -> None:
    """Check the settings, both databases and the instance folder; exit with 1 on a problem."""
    found = [*_folder(), *(_databases() or _apart() or _surroundings())]
    for line in found:
        click.echo(line, err=True)
    if found:
        raise click.exceptions.Exit(1)
    mail = settings().smtp_host or f"the folder {settings().maildir}"
    click.echo(f"Ready: mode {settings().mode}, mail to {mail}, both databases up to date.")
    click.echo(_worker())


def _worker() -> str:
    """Say who leads; that nobody does is no fault of the installation, only of the moment."""
    with reading() as session:
        found = lease.standing(session)
    if found is None or not found.is_led:
        return "No worker leads: nothing opens, closes or is released before flask worker runs."
    seconds = round(found.age.total_seconds())
    return f"A worker leads (lease {found.lease.epoch}, renewed {seconds} seconds ago)."


def _folder() -> Iterator[str]:
    folder = settings().instance
    if not os.access(folder, os.W_OK):
        yield f"The folder {folder} cannot be written to (PULSE_INSTANCE)."


def _databases() -> list[str]:
    return [line for history in database.HISTORIES for line in _answers(history)]


def _answers(history: database.History) -> Iterator[str]:
    try:
        differences = database.differences(history)
    except SQLAlchemyError as error:
        yield f"The {history.name} database does not answer: {type(error).__name__}."
        return
    if differences:
        yield f"The {history.name} database is behind: run flask database upgrade."


def _apart() -> list[str]:
    """Compare what is behind the two addresses: one database has many."""
    if identity(database.MAIN.engine) != identity(database.BOX.engine):
        return []
    return [_ONE_DATABASE]


def _surroundings() -> list[str]:
    """Look around both databases: one server knows when people start, the other when they finish.

    Where one server has both, what is wrong with it is said once.
    """
    with box_transaction() as connection:
        around_box = list(surroundings.problems(connection))
    with reading() as session:
        around_main = list(surroundings.problems(session.connection()))
    return [f"The ballot box: {line}" for line in around_box] + [
        f"The main database: {line}" for line in around_main if line not in around_box
    ]
