"""Bring both databases to the newest revision, or back, or compare them with the models.

Each database has its own history under `migrations/`. A revision runs in one transaction, on
SQLite too, so that a failed one leaves the database as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask.cli import AppGroup
from sqlalchemy import Connection, Engine, MetaData

from pulse.db import box_metadata, db, main_metadata

FOLDER = Path(__file__).resolve().parents[2] / "migrations"

commands = AppGroup("database", help="Migrate the two databases, main and box.")


@dataclass(frozen=True, slots=True)
class History:
    """One database, its tables and the folder of its revisions."""

    name: str
    tables: MetaData

    @property
    def engine(self) -> Engine:
        """The engine of the running application for this database."""
        return db.engines["box"] if self.name == "box" else db.engine

    def config(self, connection: Connection | None = None) -> Config:
        """Give Alembic's configuration, made here instead of read from an ini file."""
        made = Config()
        made.set_main_option("script_location", str(FOLDER))
        made.set_main_option("version_locations", str(FOLDER / self.name / "versions"))
        made.set_main_option("path_separator", "newline")
        made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        made.attributes["connection"] = connection
        made.attributes["tables"] = self.tables
        return made


MAIN = History("main", main_metadata)
BOX = History("box", box_metadata)
HISTORIES = (MAIN, BOX)


@commands.command("upgrade")
@click.argument("revision", default="head")
@click.option("--only", type=click.Choice(["main", "box"]), help="Only this database.")
def upgrade_command(revision: str, only: str | None) -> None:
    """Bring both databases to the newest revision; does nothing where they are there."""
    for history in chosen(only):
        upgrade(history, revision)
        click.echo(f"{history.name}: at {current(history)}")


@commands.command("downgrade")
@click.argument("revision")
@click.option("--only", type=click.Choice(["main", "box"]), required=True, help="Which database.")
def downgrade_command(revision: str, only: str) -> None:
    """Take one database back to REVISION, or to nothing with `base`."""
    for history in chosen(only):
        downgrade(history, revision)
        click.echo(f"{history.name}: at {current(history)}")


@commands.command("check")
def check_command() -> None:
    """Exit with 1 when a database is behind or its tables differ from the models."""
    found = [line for history in HISTORIES for line in differences(history)]
    for line in found:
        click.echo(line)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("Both databases are at their newest revision and equal to the models.")


@commands.command("revision")
@click.option("-m", "--message", required=True, help="What changes, as one sentence.")
@click.option("--only", type=click.Choice(["main", "box"]), required=True, help="Which database.")
def revision_command(message: str, only: str) -> None:
    """Write a new revision from the differences between the models and the database."""
    for history in chosen(only):
        write_revision(history, message)


def write_revision(history: History, message: str) -> None:
    """Write the next revision of a history, numbered on from the last."""
    earlier = ScriptDirectory.from_config(history.config()).walk_revisions()
    number = f"{len(list(earlier)) + 1:04d}"
    with migrating(history) as connection:
        made = history.config(connection)
        command.revision(made, message=message, autogenerate=True, rev_id=number)


def chosen(only: str | None) -> tuple[History, ...]:
    """Give the histories that a command is about."""
    return tuple(history for history in HISTORIES if only in {None, history.name})


def upgrade(history: History, revision: str = "head") -> None:
    """Go up to a revision."""
    with migrating(history) as connection:
        command.upgrade(history.config(connection), revision)


def downgrade(history: History, revision: str) -> None:
    """Go down to a revision."""
    with migrating(history) as connection:
        command.downgrade(history.config(connection), revision)


def current(history: History) -> str:
    """Name the revision that a database is at."""
    with history.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or "nothing"


def differences(history: History) -> list[str]:
    """List what a database lacks, or has too much, against its newest revision and models."""
    newest = ScriptDirectory.from_config(history.config()).get_current_head() or "nothing"
    if current(history) != newest:
        return [f"{history.name}: at {current(history)}, the newest is {newest}"]
    with history.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return [f"{history.name}: {item}" for item in compare_metadata(context, history.tables)]


@contextmanager
def migrating(history: History) -> Iterator[Connection]:
    """Open the transaction of a migration.

    SQLite changes a table by building it anew under another name, which must not fire foreign
    keys; they are switched off meanwhile and checked as a whole before the commit.
    """
    with history.engine.connect() as plain:
        connection = plain.execution_options(pulse_write=True)
        if history.engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        _foreign_keys(connection, on=False)
        try:
            with connection.begin():
                yield connection
                _check_foreign_keys(connection)
        finally:
            _foreign_keys(connection, on=True)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch them outside any transaction: inside one SQLite ignores it without a word."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  (told to the type checker)
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise click.ClickException(f"the migration left rows without their parent: {broken[:5]}")
