"""Turns every error into a calm page: what happened, and what to do next.

Rooms raise errors of `domain.errors`, whose text is meant for a person; this is the only place
that gives them a status. An unforeseen error shows no detail at all, and logs no value.
"""

from typing import NamedTuple

from flask import Flask, current_app, render_template
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException

from pulse.domain.errors import (
    BadSetting,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    PulseError,
)
from pulse.domain.marking import marked
from pulse.languages import is_translated, looked_up
from pulse.web import silence, speaking


class _Page(NamedTuple):
    title: str
    words: str


_PAGES = {
    400: _Page(
        marked("That did not work"),
        marked("Something in what was sent is wrong."),
    ),
    401: _Page(
        marked("Please sign in"),
        marked("Only somebody who is signed in may read this."),
    ),
    403: _Page(
        marked("Not for your role"),
        marked("You are signed in, but this page is not for your role."),
    ),
    404: _Page(
        marked("There is no such page"),
        marked("The address may be mistyped, or the page has moved."),
    ),
    405: _Page(
        marked("That did not work"),
        marked("This address does not do that."),
    ),
    409: _Page(
        marked("That is not possible now"),
        marked("Somebody may have been faster."),
    ),
    413: _Page(
        marked("That is too large"),
        marked("What was sent is larger than this page takes."),
    ),
    429: _Page(
        marked("One moment, please"),
        marked("That was tried too often. Please wait a few minutes."),
    ),
    500: _Page(
        marked("Something went wrong here"),
        marked("It is our fault, not yours. Please try again soon."),
    ),
}
_STATUS: tuple[tuple[type[PulseError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (NotSignedIn, 401),
    (Conflict, 409),
    (Invalid, 400),
)


def install(app: Flask) -> None:
    """Answer every error with a page; call it once, in the application factory."""
    silence.install(app)
    app.register_error_handler(PulseError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: PulseError) -> int:
    """Give the HTTP status of one of our errors."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def show_on(form: FlaskForm, error: PulseError) -> None:
    """Put a refusal beside the field it names, or above the form where it names none."""
    field = form[error.field] if isinstance(error, Invalid) and error.field in form else None
    if field is None:
        form.form_errors.append(error.message)
    else:
        field.errors = [*field.errors, error.message]


def _of_ours(error: PulseError) -> tuple[str, int]:
    if isinstance(error, BadSetting):
        current_app.logger.error(error.message)
        return _page(500, _PAGES[500].words), 500
    status = status_of(error)
    return _page(status, error.message), status


def _of_http(error: HTTPException) -> tuple[str, int] | HTTPException:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004  (a redirect is no error)
        return error
    known = _PAGES.get(status)
    return _page(status, known.words if known else error.description or ""), status


def _unforeseen(error: Exception) -> tuple[str, int]:
    """Answer in Flask's place, which would log the address that was asked for."""
    if current_app.testing and current_app.config["PROPAGATE_EXCEPTIONS"] is not False:
        raise error
    silence.log_fault(current_app.logger, error)
    return _page(500, _PAGES[500].words), 500


def _page(status: int, words: str) -> str:
    """Render the page; after an unforeseen error without asking who is there.

    What a room said is said as it is where the reader's language has it, else in general.
    """
    speaking.settle()
    of_status = _PAGES.get(status, _PAGES[400])
    title = looked_up(of_status.title)
    words = looked_up(words if is_translated(words) else of_status.words)
    if status < 500:  # noqa: PLR2004  (below it our own parts still work)
        return render_template("errors/page.html", title=title, words=words, status=status)
    template = current_app.jinja_env.get_template("errors/fault.html")
    return template.render(title=title, words=words, status=status)
