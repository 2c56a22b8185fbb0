"""Which language a page speaks, and how a page says that it does.

    ?lang= in the address  >  the signed-in person's own  >  what the browser likes  >  PULSE_LOCALE

Somebody signed in is spoken to as the staff file says, whatever browser they sit at. Nothing is
kept: no cookie, no session and no row remembers a choice. Pages for HR and administrators alone
are in English.
"""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import pass_context
from jinja2.runtime import Context

from pulse import formats, languages
from pulse.config import settings
from pulse.domain.permission import PERMISSIONS, Role
from pulse.web.guard import declared

PARAMETER = "lang"
_OF_EVERYBODY = PERMISSIONS[Role.EMPLOYEE]
# A demo's mailbox shows letters of every language; what is around them is for whoever tries Pulse.
_ENGLISH_ALONE = frozenset({"mailbox", "results"})


def install(app: Flask) -> None:
    """Choose a language for every request; call it once, after the guard."""
    languages.install(app.jinja_env)
    formats.install(app.jinja_env)
    app.jinja_env.filters["kept"] = _kept_on_page
    app.before_request(settle)
    app.after_request(_say_so)
    app.teardown_request(_fall_silent)


def settle() -> None:
    """Speak the language of this request from now on; errors ask for it once more."""
    languages.speak(_language())


def chosen() -> str | None:
    """Give the language that the address asks for, if it is offered."""
    return languages.nearest(request.args.get(PARAMETER)) if has_request_context() else None


def with_language(path: str, code: str) -> str:
    """Add a language to a path.

    >>> with_language("/promise", "de"), with_language("/promise#check", "de")
    ('/promise?lang=de', '/promise?lang=de#check')
    """
    way, mark, place = path.partition("#")
    return f"{way}{'&' if '?' in way else '?'}{PARAMETER}={code}{mark}{place}"


def kept(path: str) -> str:
    """Add the language to a path if this request asks for another than the browser would get."""
    code = chosen()
    if code is None or code == _listened():
        return path
    return with_language(path, code)


def _language() -> str:
    g.pulse_listened = False
    if _is_english():
        return languages.ENGLISH.code
    asked = chosen()
    if asked:
        return asked
    person = g.get("person")
    if person is not None:
        return languages.first(person.locale, settings().locale)
    g.pulse_listened = True
    return _listened()


def _listened() -> str:
    return languages.best(request.accept_languages, settings().locale)


def _is_english() -> bool:
    if request.blueprint in _ENGLISH_ALONE:
        return True
    view = current_app.view_functions.get(request.endpoint or "")
    access = declared(view) if view else None
    permission = access.permission if access else None
    return permission is not None and permission not in _OF_EVERYBODY


@pass_context
def _kept_on_page(context: Context, path: str) -> str:
    """Add the language to a link of a page that would otherwise forget it.

    Pages that are drawn once for everybody always do, so that they depend on no request.
    """
    of_page: Any = context.get("page_language")
    return with_language(path, of_page) if of_page else kept(path)


def _say_so(response: Response) -> Response:
    if response.mimetype == "text/html" and response.status_code != HTTPStatus.NO_CONTENT:
        response.headers.setdefault("Content-Language", languages.current().code)
        if g.get("pulse_listened"):
            response.vary.add("Accept-Language")
    return response


def _fall_silent(error: BaseException | None) -> None:
    del error
    languages.speak(languages.ENGLISH.code)
