"""How commands speak: errors as one line on standard error, never a trace for a mistake."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click
from sqlalchemy.exc import DBAPIError

from pulse.domain.errors import PulseError

P = ParamSpec("P")
R = TypeVar("R")
_NOT_READY = "A database does not answer as it should; flask check says what to do"


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an error that Pulse raises, or a database that is behind, into one line and status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except PulseError as error:
            raise click.ClickException(error.message) from error
        except DBAPIError as error:
            # The statement and its values stay out of it: they may name people.
            raise click.ClickException(f"{_NOT_READY} ({type(error).__name__})") from error

    return run
