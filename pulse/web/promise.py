"""What Pulse promises to the people it asks, in plain words and with the numbers set here."""

from flask import Blueprint, render_template

from pulse import clock
from pulse.config import settings
from pulse.db import reading
from pulse.domain.wave_state import WaveState, is_over
from pulse.surveys import waves
from pulse.web.guard import public
from pulse.web.script import script

blueprint = Blueprint("promise", __name__)


@blueprint.get("/promise")
@public("a promise is for everyone to read", knows_visitor=True)
def promise() -> str:
    now = clock.now()
    with reading() as session:
        known = waves.listing(session)
    takes_answers = [
        item for item in known if item.state is WaveState.OPEN and not is_over(item.closes_at, now)
    ]
    return render_template(
        "public/promise.html",
        policy=settings().policy,
        address=settings().base_url,
        open_waves=takes_answers,
        script=script(),
    )
