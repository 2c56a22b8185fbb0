"""Accounts from the command line: the first administrator comes from here.

A password is never an argument, because arguments stand in process lists and shell histories.
"""

import os
import sys

import click
from flask.cli import AppGroup

from pulse.accounts import passwords, register
from pulse.accounts.register import NewAccount
from pulse.cli.output import plain_errors
from pulse.db import reading, transaction
from pulse.domain.errors import Invalid
from pulse.domain.permission import Role
from pulse.people import units

VARIABLE = "PULSE_NEW_PASSWORD"
ROLES = tuple(role.value for role in Role if role is not Role.EMPLOYEE)

commands = AppGroup("accounts", help="Create and list the accounts of leaders, HR and admins.")


@commands.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do.")
@click.option("--name", required=True, help="The name that staff will read.")
@click.option("--unit", "unit_key", help="The key of the unit that a leader answers for.")
@plain_errors
def create(email: str, role: str, name: str, unit_key: str | None) -> None:
    """Create an account; the password is asked for, or read from PULSE_NEW_PASSWORD or stdin."""
    password_hash = passwords.hashed(_new_password(), email)
    with transaction() as session:
        unit_id = _unit_id({node.key: node.id for node in units.tree(session)}, unit_key)
        fresh = NewAccount(email, name, Role(role), password_hash, unit_id)
        register.create(session, fresh)
    click.echo(f"{name} can sign in as {role}.")


@commands.command("list")
@plain_errors
def show() -> None:
    """List all accounts."""
    with reading() as session:
        everyone = register.listing(session)
    for account in everyone:
        state = "disabled" if account.disabled else "active"
        click.echo(f"{account.email}\t{account.role.value}\t{state}\t{account.name}")


def _new_password() -> str:
    given = os.environ.get(VARIABLE)
    if given:
        return given
    if sys.stdin.isatty():
        typed: str = click.prompt("New password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _unit_id(ids: dict[str, int], unit_key: str | None) -> int | None:
    if unit_key is None:
        return None
    if unit_key not in ids:
        raise Invalid(f"There is no unit {unit_key!r}.", "unit")
    return ids[unit_key]
