"""HR's channels: where announcements go, and what became of the last ones.

Nothing is called from here. What is to be sent, a test too, waits in the queue for the worker, so
this page is no way to find out what answers inside the house, or how quickly.
"""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse import clock
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.errors import Conflict, Invalid
from pulse.domain.hook_format import HookKind
from pulse.domain.permission import Permission
from pulse.hooks import book, queue
from pulse.web.errors import show_on
from pulse.web.guard import requires
from pulse.web.hook_forms import EVENTS, KINDS, AddForm, ButtonForm, ChangeForm

blueprint = Blueprint("hooks", __name__, url_prefix="/hr/channels")


@blueprint.get("")
@requires(Permission.MANAGE_CHANNELS)
def index() -> str:
    with reading() as session:
        found, recent = book.listing(session), book.recent(session)
    names = {hook.id: hook.name for hook in found}
    return render_template("hooks/index.html", hooks=found, recent=recent, names=names, **_words())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def new() -> str | Response | tuple[str, int]:
    form = AddForm(data={"kind": HookKind.SLACK.value, "events": ["wave.opened", "wave.released"]})
    if form.validate_on_submit():
        try:
            draft = form.draft(HookKind(form.kind.data), settings().allowed_hosts)
            with transaction() as session:
                hook_id, secret = book.add(session, draft, settings().hook_key)
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            return _added(hook_id, secret)
    return render_template("hooks/new.html", form=form), 400 if form.errors else 200


@blueprint.route("/<int:hook_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def show(hook_id: int) -> str | Response | tuple[str, int]:
    with reading() as session:
        hook, recent = book.get(session, hook_id), book.recent(session, hook_id)
    form = ChangeForm(data={"name": hook.name, "events": [event.value for event in hook.events]})
    form.url.description = f"Leave it empty to keep the present one, at {hook.host}."
    if form.validate_on_submit():
        try:
            draft = form.draft(hook.kind, settings().allowed_hosts)
            with transaction() as session:
                book.change(session, hook_id, draft, settings().hook_key)
        except Invalid as error:
            show_on(form, error)
        else:
            return _back(hook_id, "The channel is changed.")
    page = render_template(
        "hooks/hook.html", hook=hook, form=form, button=ButtonForm(), recent=recent, **_words()
    )
    return page, 400 if form.errors else 200


@blueprint.post("/<int:hook_id>/test")
@requires(Permission.MANAGE_CHANNELS)
def try_out(hook_id: int) -> Response:
    with transaction() as session:
        queue.try_out(session, hook_id, clock.now())
    return _back(hook_id, "A test is on its way. Look again in a few seconds.")


@blueprint.post("/<int:hook_id>/on")
@requires(Permission.MANAGE_CHANNELS)
def switch_on(hook_id: int) -> Response:
    with transaction() as session:
        book.switch(session, hook_id, on=True)
    return _back(hook_id, "It is switched on.")


@blueprint.post("/<int:hook_id>/off")
@requires(Permission.MANAGE_CHANNELS)
def switch_off(hook_id: int) -> Response:
    with transaction() as session:
        book.switch(session, hook_id, on=False)
    return _back(hook_id, "It is switched off. What was on its way is dropped.")


@blueprint.post("/<int:hook_id>/secret")
@requires(Permission.MANAGE_CHANNELS)
def renew_secret(hook_id: int) -> str:
    with transaction() as session:
        secret = book.renew_secret(session, hook_id, settings().hook_key, clock.now())
        hook = book.get(session, hook_id)
    return render_template("hooks/secret.html", hook=hook, secret=secret, renewed=True)


@blueprint.post("/<int:hook_id>/remove")
@requires(Permission.MANAGE_CHANNELS)
def remove(hook_id: int) -> Response:
    with transaction() as session:
        book.remove(session, hook_id)
    flash("The channel is removed.", "success")
    return redirect(url_for("hooks.index"))


def _added(hook_id: int, secret: str | None) -> str | Response:
    """Show a secret this once; without one, go on to the channel's page."""
    if secret is None:
        return _back(hook_id, "The channel is added. Send a test to see that it works.")
    with reading() as session:
        hook = book.get(session, hook_id)
    return render_template("hooks/secret.html", hook=hook, secret=secret, renewed=False)


def _back(hook_id: int, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("hooks.show", hook_id=hook_id))


def _words() -> dict[str, object]:
    return {"kinds": KINDS, "events": EVENTS}
