"""What can be set and what can be run is documented, and as it really is."""

import re

import click
import pytest
from flask import Flask

from pulse.config import Settings
from tests.support import reference, tree

MADE = {reference.SETTINGS: reference.settings_page, reference.COMMANDS: reference.commands_page}
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z-]+)")
# A path above this folder, or of somebody's own machine: a stranger's clone has no such place.
OUTSIDE = re.compile(r"(?<![\w./])(\.\./\.\./\.\./|(?i:/home/\w|/root/|/users/\w))")


@pytest.mark.parametrize("page", MADE, ids=str)
def test_a_page_made_from_the_code_is_up_to_date(page) -> None:
    assert tree.read(page) == MADE[page](), "run `make docs`"


def test_every_setting_has_a_meaning() -> None:
    page = reference.settings_page()
    assert "| None |" not in page
    for name in Settings.model_fields:
        assert f"PULSE_{name.upper()}" in page


def test_every_command_and_option_has_a_help(unconnected: Flask) -> None:
    commands = unconnected.cli.commands
    found = [
        item for name in set(commands) - reference.FLASKS_OWN for item in _all(commands[name], name)
    ]
    assert [path for path, command in found if not command.help] == []
    assert [
        f"{path} --{option.name}"
        for path, command in found
        for option in command.params
        if isinstance(option, click.Option) and not option.help
    ] == []


def _all(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            found += _all(below, f"{path} {name}")
    return found


@pytest.mark.parametrize("page", tree.under("docs", ending=(".md",)), ids=str)
def test_links_between_pages_lead_somewhere(page) -> None:
    for target in LINK.findall(tree.read(page)):
        assert (tree.ROOT / page.parent / target).exists(), f"{page}: {target}"


def test_targets_that_documents_name_exist() -> None:
    makefile = tree.read(tree.ROOT / "Makefile")
    for page in (path for path in tree.files() if path.suffix == ".md"):
        for target in TARGET.findall(tree.read(page)):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page}: make {target}"


def test_no_text_points_outside_the_project() -> None:
    texts = (".py", ".md", ".html", ".toml", ".css", ".js", ".txt", "")
    found = [
        str(path)
        for path in tree.files()
        if path.suffix in texts
        and path.name not in {"requirements.txt", "LICENSE", "test_docs.py"}
        and OUTSIDE.search(tree.read(path))
    ]
    assert found == []
