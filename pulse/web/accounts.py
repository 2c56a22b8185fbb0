"""Signing in and out, and one's own sessions.

HR, leaders and administrators have a password; employees get a one-time link by mail. Opening
a link changes nothing, because mail scanners open links: the button on its page does.
"""

from datetime import datetime
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pulse import clock
from pulse.accounts import links, passwords, register, sessions, throttle
from pulse.accounts.sessions import Holder
from pulse.accounts.throttle import Attempt, Way
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.errors import Invalid, NotAllowed, PulseError
from pulse.domain.marking import marked
from pulse.domain.permission import Permission, PersonKind
from pulse.languages import gettext
from pulse.web import signed_in
from pulse.web.account_forms import ButtonForm, LinkForm, OwnPasswordForm, PasswordForm, text
from pulse.web.errors import show_on
from pulse.web.guard import current_person, public, requires, safe_next, signed_in_person

blueprint = Blueprint("accounts", __name__)

_Form = TypeVar("_Form", PasswordForm, LinkForm)

LANDING = "/log"
WRONG = marked("This e-mail address and password do not belong together.")
TOO_OFTEN = marked("That was tried too often. Please wait a quarter of an hour.")


@blueprint.get("/sign-in")
@public("signing in begins here", knows_visitor=True)
def sign_in() -> str | Response:
    target = safe_next(request.args.get("next"), LANDING)
    if current_person() is not None:
        return redirect(target)
    return _sign_in_page(PasswordForm(data={"next": target}), LinkForm(data={"next": target}))


@blueprint.post("/sign-in")
@public("signing in begins here")
def sign_in_with_password() -> Response | tuple[str, int]:
    form, moment = PasswordForm(), clock.now()
    if not form.validate_on_submit():
        return _sign_in_page(form, _empty(LinkForm, form)), 400
    tried = _attempt(Way.PASSWORD, text(form.email))
    if not _admitted(tried, moment):
        form.form_errors.append(TOO_OFTEN)
        return _sign_in_page(form, _empty(LinkForm, form)), 429
    token = _token_for(form, tried, moment)
    if token is None:
        form.form_errors.append(WRONG)
        return _sign_in_page(form, _empty(LinkForm, form)), 403
    signed_in.begin(token)
    return redirect(safe_next(form.next.data, LANDING))


@blueprint.post("/sign-in/link")
@public("employees ask for their link here")
def ask_for_link() -> str | tuple[str, int]:
    """Answer the same whether the address is known or not."""
    form, moment = LinkForm(), clock.now()
    if not form.validate_on_submit():
        return _sign_in_page(_empty(PasswordForm, form), form), 400
    if not _admitted(_attempt(Way.LINK, text(form.work_email)), moment):
        form.form_errors.append(TOO_OFTEN)
        return _sign_in_page(_empty(PasswordForm, form), form), 429
    wanted = links.LinkRequest(
        email=text(form.work_email),
        base_url=settings().base_url,
        go_to=safe_next(form.next.data, LANDING),
        sender=settings().mail_from,
        company=settings().company,
        locale=settings().locale,
    )
    with transaction() as session:
        links.request(session, wanted, moment)
    return render_template("accounts/sent.html", email=form.work_email.data)


@blueprint.get("/sign-in/link/<token>")
@public("the link in the mail")
def open_link(token: str) -> str | tuple[str, int]:
    with reading() as session:
        alive = links.alive(session, token, clock.now())
    if not alive:
        return render_template("accounts/spent.html"), 410
    target = safe_next(request.args.get("next"), LANDING)
    return render_template("accounts/link.html", form=ButtonForm(), token=token, target=target)


@blueprint.post("/sign-in/link/<token>")
@public("the button behind the link in the mail")
def use_link(token: str) -> Response | tuple[str, int]:
    form, moment = ButtonForm(), clock.now()
    with transaction() as session:
        employee_id = links.consume(session, token, moment) if form.validate() else None
        if employee_id is None:
            return render_template("accounts/spent.html"), 410
        fresh = sessions.start(session, Holder(employee_id=employee_id), moment)
    signed_in.begin(fresh)
    return redirect(safe_next(request.args.get("next"), LANDING))


@blueprint.post("/sign-out")
@requires(Permission.OWN_SESSIONS)
def sign_out() -> Response:
    if ButtonForm().validate_on_submit():
        signed_in.end(signed_in_person())
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/account")
@requires(Permission.OWN_SESSIONS)
def account() -> str:
    return _account_page(OwnPasswordForm())


@blueprint.post("/account/password")
@requires(Permission.OWN_SESSIONS)
def change_password() -> Response | tuple[str, int]:
    form = OwnPasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(form)
        except PulseError as error:
            show_on(form, error)
        else:
            flash(gettext("Your password is changed; your other sessions are ended."), "success")
            return redirect(url_for("accounts.account"))
    return _account_page(form), 400


@blueprint.post("/account/sessions/<int:session_id>/end")
@requires(Permission.OWN_SESSIONS)
def end_session(session_id: int) -> Response:
    if ButtonForm().validate_on_submit():
        with transaction() as session:
            sessions.revoke(session, signed_in.holder_of(signed_in_person()), session_id)
        flash(gettext("That session is ended."), "success")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/sessions/end-others")
@requires(Permission.OWN_SESSIONS)
def end_other_sessions() -> Response:
    person = signed_in_person()
    if ButtonForm().validate_on_submit():
        with transaction() as session:
            holder = signed_in.holder_of(person)
            sessions.revoke_all(session, holder, except_id=person.session_id)
        flash(gettext("All your other sessions are ended."), "success")
    return redirect(url_for("accounts.account"))


def _sign_in_page(password: PasswordForm, link: LinkForm) -> str:
    return render_template("accounts/sign_in.html", password=password, link=link)


def _empty(kind: type[_Form], posted: PasswordForm | LinkForm) -> _Form:
    """Give the other form of the page, empty but for where to go afterwards."""
    made: _Form = kind(formdata=None, data={"next": posted.next.data})
    return made


def _account_page(form: OwnPasswordForm) -> str:
    person = signed_in_person()
    with reading() as session:
        mine = sessions.listing(session, signed_in.holder_of(person), clock.now())
    has_password = person.kind is PersonKind.ACCOUNT
    return render_template(
        "accounts/account.html",
        form=form,
        button=ButtonForm(formdata=None),
        sessions=mine,
        has_password=has_password,
    )


def _attempt(way: Way, email: str) -> Attempt:
    secret = settings().secret_key.get_secret_value().encode()
    return throttle.attempt(secret, way, email, request.remote_addr or "unknown")


def _admitted(tried: Attempt, moment: datetime) -> bool:
    with transaction() as session:
        return throttle.admit(session, tried, moment)


def _token_for(form: PasswordForm, tried: Attempt, moment: datetime) -> str | None:
    """Give a new session's token if the password is right.

    The check is slow on purpose, so it stands between two transactions and not inside one.
    """
    with reading() as session:
        stored = register.credentials(session, text(form.email))
    checked = passwords.check(stored.password_hash, text(form.password))
    if not checked.right or stored.account_id is None or stored.password_hash is None:
        return None
    with transaction() as session:
        throttle.forgive(session, tried, moment)
        if checked.renewed_hash:
            register.renew_hash(
                session, stored.account_id, stored.password_hash, checked.renewed_hash
            )
        return sessions.start(session, Holder(account_id=stored.account_id), moment)


def _change_password(form: OwnPasswordForm) -> None:
    person = signed_in_person()
    if person.account_id is None:
        raise NotAllowed(marked("You sign in with a mailed link and have no password."))
    with reading() as session:
        email = register.get(session, person.account_id).email
        stored = register.credentials(session, email)
    if not _admitted(_attempt(Way.PASSWORD, email), clock.now()):
        raise NotAllowed(TOO_OFTEN)
    if not passwords.check(stored.password_hash, text(form.current)).right:
        raise Invalid(marked("This is not your current password."), "current")
    fresh = passwords.hashed(text(form.password), email)
    with transaction() as session:
        register.set_password(session, person.account_id, fresh, keep_session=person.session_id)
