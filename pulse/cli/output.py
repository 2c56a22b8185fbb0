"""How commands speak: errors as one line on standard error, never a trace for a mistake."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from pulse.domain.errors import PulseError

P = ParamSpec("P")
R = TypeVar("R")


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an error that Pulse raises into one line and exit status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PulseError as error:
            raise click.ClickException(error.message) from error

    return run
