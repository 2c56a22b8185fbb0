"""Keeps what people sent, and when, out of everything that is logged.

A log of Pulse says which kind of fault happened and in which lines of the program. It never says
with which values: a database quotes the row that it refuses, and a row may be an answer.
"""

import logging
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.logging import default_handler

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# They would write one line for each request or statement, the latter with what it found. No
# setting and no level switches them on.
REQUEST_LOGS = ("werkzeug", "sqlalchemy.engine.Engine")
_FORMAT = logging.Formatter("%(levelname)s %(name)s: %(message)s")
_FOLDERS = 3


class WithoutValues(logging.LogRecord):
    """A line of a log that holds an error as its kind and place only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (logging's own)
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[1]:
            self.exc_text = report(self.exc_info[1])
            self.exc_info = None


class _Outermost:
    """Lets no error out to the web server, which would write all of it into its own log."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        try:
            return self._inner(environ, start_response)
        except Exception as error:
            if self._app.testing:
                raise
            log_fault(self._app.logger, error)
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"Something went wrong here.\n"]


def install(app: Flask) -> None:
    """Silence this process; call it once for each application, in its factory."""
    logging.setLogRecordFactory(WithoutValues)
    for name in REQUEST_LOGS:
        logging.getLogger(name).disabled = True
    # Flask adds its handler when the logger is first asked for. It would write the time.
    app.logger.setLevel(logging.NOTSET)
    default_handler.setFormatter(_FORMAT)
    app.wsgi_app = _Outermost(app)  # type: ignore[method-assign]  # Flask's documented way


def log_fault(log: logging.Logger, error: BaseException) -> None:
    """Log an unforeseen error: neither the address that was asked for, nor the method."""
    log.error("Something failed.", exc_info=error)


def report(error: BaseException) -> str:
    """Write an error and those behind it as kinds and places, the oldest first.

    >>> try:
    ...     int("an answer")
    ... except ValueError as error:
    ...     report(error).partition("(")[0]
    'ValueError '
    """
    return "\n".join(_line(found) for found in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        behind = None if current.__suppress_context__ else current.__context__
        current = current.__cause__ or behind
    yield from reversed(found)


def _line(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None)
    kind = type(error).__qualname__ + (f" {state}" if isinstance(state, str) else "")
    places = [
        f"{'/'.join(Path(frame.f_code.co_filename).parts[-_FOLDERS:])}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return f"{kind} ({' > '.join(places) or 'nowhere'})"
