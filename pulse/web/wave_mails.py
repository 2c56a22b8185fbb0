"""HR holds the mails of a wave back and lets them go on, and sees whom no mail reaches."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from pulse import clock
from pulse.db import reading, transaction
from pulse.domain.permission import Permission
from pulse.invitations import unreachable
from pulse.outbox import queue, suppression
from pulse.surveys import waves
from pulse.web.guard import requires

blueprint = Blueprint("wave_mails", __name__)

# A status of RFC 3463, by its second and third number.
_REASONS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.3": "it is no valid address",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is switched off",
    "4.1": "the mail domain does not answer",
    "4.4": "there is no way to the mail domain",
}
_SOURCES = {"refused": "refused", "bounced": "came back"}


class ButtonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """One button, nothing but its token."""


@blueprint.post("/hr/waves/<int:wave_id>/mails/<any(pause,resume):what>")
@requires(Permission.MANAGE_SURVEYS)
def hold(wave_id: int, what: str) -> Response:
    if ButtonForm().validate_on_submit():
        with transaction() as session:
            waves.get(session, wave_id)
            (queue.pause if what == "pause" else queue.resume)(session, wave_id)
        words = {"pause": "The mails of this wave wait.", "resume": "The mails go on."}
        flash(words[what], "success")
    return redirect(url_for("waves.show", wave_id=wave_id) + "#mails")


@blueprint.get("/hr/mail")
@requires(Permission.MANAGE_PEOPLE)
def index() -> str:
    with reading() as session:
        found = unreachable.listing(session, clock.now().date())
    return render_template("people/mail.html", found=found, form=ButtonForm(), why=in_words)


@blueprint.post("/hr/mail")
@requires(Permission.MANAGE_PEOPLE)
def lift() -> Response:
    if ButtonForm().validate_on_submit():
        with transaction() as session:
            lifted = suppression.lift(session, request.form.get("address", ""), clock.now())
        if lifted:
            flash("Mail is sent to this address again, also what did not arrive.", "success")
        else:
            flash("This address was not held back any more.", "warning")
    return redirect(url_for("wave_mails.index"))


def in_words(reason: str, source: str) -> str:
    """Say why an address is given up.

    >>> in_words("5.1.1", "bounced"), in_words("550", "refused")
    ('came back: there is no such mailbox (5.1.1)', 'refused (550)')
    """
    known = _REASONS.get(reason.partition(".")[2])
    return f"{_SOURCES[source]}{': ' + known if known else ''} ({reason})"
