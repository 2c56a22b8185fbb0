"""HR's door to consented files: upload one, wait for the worker, read the result, delete it."""

from contextlib import closing

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as BaseResponse

from pulse import clock
from pulse.churn import consented
from pulse.churn.consented import StoredSurvival
from pulse.churn.consented_file import MOST_BYTES, decoded
from pulse.db import reading, transaction
from pulse.domain.errors import Invalid, NotFound
from pulse.domain.permission import Permission
from pulse.web.charts import survival
from pulse.web.charts.table import csv_response
from pulse.web.guard import requires

blueprint = Blueprint("consented", __name__, url_prefix="/hr/churn/consented")

Page = str | BaseResponse | tuple[str, int]


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """The file itself."""

    file = FileField(
        "File of people who agreed",
        [FileRequired("Please choose a file.")],
        description="CSV in UTF-8 with the columns below; at most 5 MB.",
    )


class ButtonForm(FlaskForm):  # type: ignore[misc]  # As above.
    """Nothing but the token that a button needs."""


@blueprint.get("")
@requires(Permission.VIEW_CHURN)
def page() -> str:
    return _page(UploadForm())


@blueprint.post("")
@requires(Permission.VIEW_CHURN)
def upload() -> Page:
    form = UploadForm()
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        with closing(form.file.data) as sent:
            text = consented.checked(decoded(sent.stream.read(MOST_BYTES + 1)))
    except Invalid as error:
        form.form_errors.extend(error.message.splitlines())
        return _page(form), 400
    with transaction() as session:
        consented.receive(session, text, clock.now())
    return redirect(url_for("consented.page"))


@blueprint.post("/delete")
@requires(Permission.VIEW_CHURN)
def remove() -> Page:
    with transaction() as session:
        consented.remove(session)
    flash("It is deleted; nothing of the file or its result is kept.", "success")
    return redirect(url_for("consented.page"))


@blueprint.get("/survival.csv")
@requires(Permission.VIEW_CHURN)
def download() -> Response:
    stored = _latest()
    if stored is None or stored.found is None:
        raise NotFound("Nothing is drawn there, so there is no file.")
    return csv_response(survival.table(stored.found.curves), f"pulse-{survival.KEY}")


def _page(form: UploadForm) -> str:
    stored = _latest()
    values = {"form": form, "button": ButtonForm(), "stored": stored}
    if stored is None or stored.found is None:
        waits = stored is not None and stored.waits and not form.errors
        return render_template(
            f"churn/consented{'_waits' if waits else ''}.html", **values, chart=None
        )
    found = stored.found
    return render_template(
        "churn/consented.html",
        **values,
        chart=survival.survival_chart(found, url_for("consented.download")),
        hazards=survival.hazards_table(found.hazards) if found.hazards else None,
        steadiness=survival.steadiness(found.hazards),
    )


def _latest() -> StoredSurvival | None:
    with reading() as session:
        return consented.latest(session)
