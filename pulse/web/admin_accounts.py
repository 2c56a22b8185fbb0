"""Administrators manage the accounts of leaders, HR and one another."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.accounts import passwords, register
from pulse.accounts.register import AccountInfo, NewAccount
from pulse.db import reading, transaction
from pulse.domain.errors import PulseError
from pulse.domain.permission import Permission, Role
from pulse.people import units
from pulse.web.account_forms import ButtonForm, NewAccountForm, ResetForm, UnitForm, text
from pulse.web.errors import show_on
from pulse.web.guard import requires

blueprint = Blueprint("admin_accounts", __name__, url_prefix="/admin/accounts")


@blueprint.get("")
@requires(Permission.MANAGE_ACCOUNTS)
def index() -> str:
    with reading() as session:
        everyone = register.listing(session)
        names = {node.id: node.name for node in units.tree(session)}
    return render_template("admin/accounts.html", accounts=everyone, units=names)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNTS)
def new() -> str | Response | tuple[str, int]:
    form = NewAccountForm()
    with reading() as session:
        form.offer(units.tree(session))
    if form.validate_on_submit():
        try:
            _create(form)
        except PulseError as error:
            show_on(form, error)
        else:
            flash(f"{form.name.data} can sign in now.", "success")
            return redirect(url_for("admin_accounts.index"))
    return render_template("admin/new_account.html", form=form), 400 if form.errors else 200


@blueprint.get("/<int:account_id>")
@requires(Permission.MANAGE_ACCOUNTS)
def show(account_id: int) -> str:
    return _page(account_id, ResetForm())


@blueprint.post("/<int:account_id>/password")
@requires(Permission.MANAGE_ACCOUNTS)
def reset_password(account_id: int) -> Response | tuple[str, int]:
    form = ResetForm()
    account = _account(account_id)
    if form.validate_on_submit():
        try:
            fresh = passwords.hashed(text(form.password), account.email)
            with transaction() as session:
                register.set_password(session, account_id, fresh)
        except PulseError as error:
            show_on(form, error)
        else:
            flash(f"{account.name} has a new password and is signed out everywhere.", "success")
            return redirect(url_for("admin_accounts.show", account_id=account_id))
    return _page(account_id, form), 400


@blueprint.post("/<int:account_id>/unit")
@requires(Permission.MANAGE_ACCOUNTS)
def set_unit(account_id: int) -> Response:
    form = UnitForm()
    with transaction() as session:
        form.offer(units.tree(session))
        if form.validate_on_submit():
            register.set_unit(session, account_id, form.unit_id())
    flash("The unit is noted." if not form.errors else "There is no such unit.")
    return redirect(url_for("admin_accounts.show", account_id=account_id))


@blueprint.post("/<int:account_id>/disable")
@requires(Permission.MANAGE_ACCOUNTS)
def disable(account_id: int) -> Response:
    return _set_disabled(account_id, disabled=True)


@blueprint.post("/<int:account_id>/enable")
@requires(Permission.MANAGE_ACCOUNTS)
def enable(account_id: int) -> Response:
    return _set_disabled(account_id, disabled=False)


def _set_disabled(account_id: int, *, disabled: bool) -> Response:
    if ButtonForm().validate_on_submit():
        with transaction() as session:
            register.set_disabled(session, account_id, disabled=disabled)
        words = "disabled and signed out everywhere" if disabled else "enabled"
        flash(f"The account is {words}.", "success")
    return redirect(url_for("admin_accounts.show", account_id=account_id))


def _create(form: NewAccountForm) -> None:
    fresh = NewAccount(
        email=text(form.email),
        name=text(form.name),
        role=Role(form.role.data),
        password_hash=passwords.hashed(text(form.password), text(form.email)),
        unit_id=form.unit_id(),
    )
    with transaction() as session:
        register.create(session, fresh)


def _account(account_id: int) -> AccountInfo:
    with reading() as session:
        return register.get(session, account_id)


def _page(account_id: int, form: ResetForm) -> str:
    with reading() as session:
        account = register.get(session, account_id)
        tree = units.tree(session)
    unit_form = UnitForm(formdata=None, data={"unit": str(account.unit_id or "")})
    unit_form.offer(tree)
    return render_template(
        "admin/account.html",
        account=account,
        form=form,
        unit_form=unit_form,
        button=ButtonForm(formdata=None),
    )
