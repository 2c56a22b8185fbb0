"""HR gives a survey its rhythm: looks at what it would be, starts, pauses, resumes and ends it."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from pulse import clock
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.cadence import Cadence
from pulse.domain.cadence_words import sentence
from pulse.domain.errors import Conflict, Invalid, PulseError
from pulse.domain.permission import Permission
from pulse.invitations import rhythm
from pulse.surveys import cadences
from pulse.web import surveys
from pulse.web.errors import show_on
from pulse.web.guard import requires
from pulse.web.rhythm_forms import RhythmForm
from pulse.web.rhythm_view import SHOWN, Preview
from pulse.web.survey_forms import StepForm

blueprint = Blueprint("rhythms", __name__)

SAID = {
    "pause": "The rhythm is paused. Waves that had not begun are withdrawn.",
    "resume": "The rhythm goes on from now.",
    "end": "The rhythm has ended. Waves that had not begun are withdrawn.",
}


@blueprint.post("/hr/surveys/<int:survey_id>/rhythm")
@requires(Permission.MANAGE_SURVEYS)
def put(survey_id: int) -> str | Response | tuple[str, int]:
    form, preview = RhythmForm(), None
    if form.validate_on_submit():
        try:
            cadence = form.cadence()
            if not form.preview.data:
                return _begun(survey_id, cadence)
            preview = _preview(survey_id, cadence)
        except (Invalid, Conflict) as error:
            show_on(form, error)
    page = surveys.page(survey_id, rhythm_form=form, preview=preview)
    return page, 400 if form.errors else 200


@blueprint.post("/hr/surveys/<int:survey_id>/rhythm/<any(pause,resume,end):name>")
@requires(Permission.MANAGE_SURVEYS)
def step(survey_id: int, name: str) -> Response:
    if StepForm().validate_on_submit():
        try:
            with transaction() as session:
                if name == "pause":
                    cadences.pause(session, survey_id)
                elif name == "resume":
                    cadences.resume(session, survey_id, clock.now())
                else:
                    cadences.end(session, survey_id)
        except PulseError as error:
            flash(error.message, "error")
        else:
            flash(SAID[name], "success")
    return redirect(url_for("surveys.show", survey_id=survey_id) + "#rhythm")


def _begun(survey_id: int, cadence: Cadence) -> Response:
    with transaction() as session:
        rhythm.begin(session, survey_id, cadence, settings().time_zone, clock.now())
    flash(f"The rhythm runs: {sentence(cadence)}", "success")
    return redirect(url_for("surveys.show", survey_id=survey_id) + "#rhythm")


def _preview(survey_id: int, cadence: Cadence) -> Preview:
    with reading() as session:
        ahead = rhythm.ahead(session, survey_id, cadence, settings().time_zone, clock.now())
    return Preview(cadence, ahead[:SHOWN])
