"""Writes docs/settings.md and docs/commands.md from the code; a house test compares them.

Run by `make docs`.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

import click
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from pulse.app import create_app
from pulse.config import Mode, Settings, load
from tests.support.tree import ROOT

SETTINGS = Path("docs/settings.md")
COMMANDS = Path("docs/commands.md")
FLASKS_OWN = {"run", "shell", "routes"}

SETTINGS_TOP = """\
# Settings

Settings come from the environment or from a file `.env` in the folder where Pulse is started; the
environment wins. A wrong value stops the start with one line that names it. This page is written
from `pulse/config.py` by `make docs`.

| Setting | Without it | Meaning |
|---|---|---|
"""
SETTINGS_END = """
The folders and addresses of the databases are read as SQLAlchemy writes them: `sqlite:////path`
or `postgresql://user:password@host/database`. The two databases must not be the same one.

Thresholds of disclosure control can be raised and never lowered: what stands here as "without it"
is also the least that is taken.
"""
COMMANDS_TOP = """\
# Commands

Everything is a subcommand of `flask`, run in the project's folder and environment
(`.venv/bin/flask …`). This page is written from the commands' own help by `make docs`.
"""


def settings_page() -> str:
    return SETTINGS_TOP + "".join(_settings(Settings, "PULSE_")) + SETTINGS_END


def _settings(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        variable = prefix + name.upper()
        if isinstance(field.default, BaseModel):
            yield from _settings(type(field.default), variable + "__")
        else:
            yield f"| `{variable}` | {_default(field)} | {field.description} |\n"


def _default(field: FieldInfo) -> str:
    value = field.default
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{plain}`" if str(plain) else "empty"


def commands_page() -> str:
    """Ask every command for its help; the application is made, but opens no database."""
    secret = SecretStr("of no use, but long enough to be taken")
    instance = Path(gettempdir())
    settings = load(_env_file=None, mode=Mode.TEST, secret_key=secret, instance=instance)
    group = create_app(settings).cli
    parts = [
        part
        for name in sorted(set(group.commands) - FLASKS_OWN)
        for part in _help(group.commands[name], f"flask {name}")
    ]
    return COMMANDS_TOP + "".join(parts)


def _help(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield f"\n## {path}\n\n{command.help or ''}\n"
        for name in sorted(command.commands):
            yield from _help(command.commands[name], f"{path} {name}")
        return
    level = "##" if path.count(" ") == 1 else "###"
    context = click.Context(command, info_name=path, max_content_width=90, terminal_width=90)
    yield f"\n{level} {path}\n\n```\n{command.get_help(context).rstrip()}\n```\n"


def write() -> None:
    for path, page in ((SETTINGS, settings_page()), (COMMANDS, commands_page())):
        (ROOT / path).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
