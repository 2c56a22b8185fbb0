"""HR's control room: every live wave, what comes next and when, and what is late and why.

Its buttons are those of the wave's own page.
"""

from flask import Blueprint, render_template

from pulse import clock, live_waves
from pulse.db import reading
from pulse.domain.permission import Permission
from pulse.web.guard import requires
from pulse.web.survey_forms import StepForm
from pulse.web.waves import STEPS

# What has become of invitations, by the name of the number in `Progress`.
MAIL_WORDS = {
    "queued": "waiting",
    "seen_to": "sent, or not needed any more",
    "failed": "not delivered",
    "suppressed": "not sent, because the address takes no mail",
    "unknown": "sent perhaps",
}

blueprint = Blueprint("control_room", __name__)


@blueprint.get("/hr/fieldwork")
@requires(Permission.MANAGE_SURVEYS)
def page() -> str:
    with reading() as session:
        room = live_waves.look(session, clock.now())
    return render_template(
        "surveys/fieldwork.html",
        room=room,
        mail_words=MAIL_WORDS,
        buttons={step.to.value: (name, step) for name, step in STEPS.items()},
        form=StepForm(),
    )
