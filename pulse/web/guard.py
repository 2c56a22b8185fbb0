"""Access to every page: each view declares a permission, or says why it is public.

A view with neither is refused. The signed-in person is found before the view runs, and never
on a public view (so a respondent's page cannot touch the session cookie) unless that view
declares that it knows its visitor. Nothing here imports accounts: the ballot's
door uses these decorators, and the finder of people is handed in by the application.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from pulse.domain.errors import NotAllowed, NotSignedIn
from pulse.domain.permission import Permission, Person

FindPerson = Callable[[], Person | None]
View = TypeVar("View", bound=Callable[..., Any])

_DECLARED = "pulse_access"
_EXTENSION = "pulse_find_person"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declares: a permission, or the reason why everybody may see it."""

    permission: Permission | None
    public_because: str | None = None
    knows_visitor: bool = True
    sign_in_first: bool = True


def requires(permission: Permission, *, sign_in_first: bool = True) -> Callable[[View], View]:
    """Declare the permission that a view needs.

    A person is sent to sign in first; a program is told so, which is what `sign_in_first` False
    says.
    """
    return _declare(Access(permission, sign_in_first=sign_in_first))


def public(reason: str, *, knows_visitor: bool = False) -> Callable[[View], View]:
    """Declare that anybody may see a view, and why.

    With `knows_visitor` the page may greet a signed-in person; without it there is no
    person on the page at all, signed in or not.
    """
    return _declare(Access(None, reason, knows_visitor))


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _DECLARED, access)
        return view

    return mark


def declared(view: Callable[..., Any]) -> Access | None:
    """Give what a view declared, for the guard and for the test that walks every route."""
    return getattr(view, _DECLARED, None)


def install(app: Flask, find_person: FindPerson) -> None:
    """Guard every request of the application; call it once, in the application factory."""
    app.extensions[_EXTENSION] = find_person
    if "static" in app.view_functions:
        public("files of the design, the same for everyone")(app.view_functions["static"])
    app.before_request(_check)
    app.context_processor(lambda: {"person": LocalProxy(current_person)})


def current_person() -> Person | None:
    """Give the signed-in person; always None on a public view that does not know its visitor."""
    person: Person | None = g.get("person")
    return person


def signed_in_person() -> Person:
    """Give the person of a view that requires a permission."""
    person = current_person()
    if person is None:
        raise NotAllowed("This page is for people who are signed in.")
    return person


def safe_next(target: str | None, otherwise: str = "/") -> str:
    r"""Give the target when it is a path on this site, else `otherwise`.

    >>> safe_next("/log?page=2"), safe_next("//evil.example"), safe_next("/\\evil.example")
    ('/log?page=2', '/', '/')
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(ord(letter) < ord(" ") for letter in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def _check() -> Response | None:
    g.person = None
    if request.endpoint is None:
        return None  # There is no such page; Flask answers that by itself.
    access = declared(current_app.view_functions[request.endpoint])
    if access is None:
        raise NotAllowed("This page has not said who may see it.")
    if access.knows_visitor:
        find: FindPerson = current_app.extensions[_EXTENSION]
        g.person = find()
    if access.permission is None:
        return None
    person = current_person()
    if person is None and not access.sign_in_first:
        raise NotSignedIn("Sign in first, and send the cookie of the session.")
    if person is None:
        return redirect(url_for("accounts.sign_in", next=_asked_for()))
    if not person.may(access.permission):
        raise NotAllowed(f"Your role may not {access.permission.value}.")
    return None


def _asked_for() -> str | None:
    """Give the page to come back to; a form that was posted cannot be repeated by a link."""
    if request.method not in {"GET", "HEAD"}:
        return None
    return safe_next(request.full_path.rstrip("?"))
