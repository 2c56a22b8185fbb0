"""`flask demo`: fills an empty installation with an invented company, once."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from pulse import clock
from pulse.cli import output
from pulse.config import Mode, settings
from pulse.demo import build
from pulse.demo.sign_ins import SignIn

FILE = "demo-sign-ins.json"


@click.command("demo")
@output.plain_errors
def command() -> None:
    """Make the demo company if it is not there, and print a sign-in for each role."""
    if settings().mode is not Mode.DEMO:
        raise click.ClickException("The demo needs PULSE_MODE=demo, so no real data are mixed in.")
    path = settings().instance / FILE
    if not path.exists():
        if build.exists():
            raise click.ClickException("These databases hold surveys that are not the demo's.")
        _keep(path, build.build(clock.now(), lambda text: click.echo(f"  {text} …", err=True)))
    for item in json.loads(path.read_text()):
        click.echo(f"{item['role']:<8}{item['email']:<44}{item['password']}")
    click.echo(f"employee  read the mails at {settings().base_url}/mailbox and open one")


def _keep(path: Path, sign_ins: tuple[SignIn, ...]) -> None:
    """Keep the passwords for the next start, readable by the owner only."""
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(item) for item in sign_ins], indent=1))
