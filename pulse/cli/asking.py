"""Asking for what must be in no argument: arguments stand in process lists and shell histories."""

import sys

import click


def secret(prompt: str, *, twice: bool = False) -> str:
    """Ask for a secret without showing it; what is no terminal is read one line a time.

    With `twice` it is asked for again until both are the same; other input has both lines too.
    """
    if sys.stdin.isatty():
        typed: str = click.prompt(prompt, hide_input=True, confirmation_prompt=twice)
        return typed
    first = _line()
    if twice and _line() != first:
        raise click.ClickException("The two are not the same. Nothing has happened.")
    return first


def _line() -> str:
    return sys.stdin.readline().rstrip("\r\n")
