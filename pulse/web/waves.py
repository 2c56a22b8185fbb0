"""One wave for HR: where it stands, what comes next and when, and the buttons that do it now.

A button only writes down the wish: the worker takes every step, because the web has neither the
right to close a box nor the key to one. Pressing twice does no harm.
"""

from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse import clock, installation
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import left_out, local_time
from pulse.domain.dimension import Dimension
from pulse.domain.errors import Conflict, PulseError
from pulse.domain.labels import Dropped
from pulse.domain.permission import Permission
from pulse.domain.wave_state import WaveState, missed
from pulse.invitations import frame
from pulse.invitations.frame import FrameRequest
from pulse.outbox import progress
from pulse.release import holding
from pulse.release.holding import Hold
from pulse.surveys import steps, waves
from pulse.surveys.waves import WaveInfo
from pulse.web.guard import requires
from pulse.web.survey_forms import LeaveOutForm, StepForm

blueprint = Blueprint("waves", __name__)
blueprint.add_app_template_filter(local_time.shown, "local_time")


class StepNow(NamedTuple):
    """A step as a button: where it leads, and what there is to say before and after."""

    to: WaveState
    word: str
    warning: str
    asked: str


STEPS = {
    "open": StepNow(
        WaveState.OPEN,
        "Open now",
        "Who is asked is frozen, and invitations go out. This cannot be taken back.",
        "The wave opens within seconds.",
    ),
    "close": StepNow(
        WaveState.CLOSED,
        "Close now",
        "Nobody can answer any more, and a closed wave is never opened again. The worker then "
        "counts it, releases the results and destroys the ballots; where a passphrase is needed "
        "for that, once it was typed.",
        "The wave closes within seconds.",
    ),
}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What opening would do today: how many are asked, in which groups, or why it cannot."""

    invited: int = 0
    groups: tuple[tuple[str, int], ...] = ()
    crossings: tuple[Dimension, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    spared: int = 0
    problem: str | None = None


_NAMES = {step.to: name for name, step in STEPS.items()}


@blueprint.get("/hr/waves/<int:wave_id>")
@requires(Permission.MANAGE_SURVEYS)
def show(wave_id: int) -> str:
    with reading() as session:
        wave = waves.get(session, wave_id)
        invited = frame.invited(session, wave_id)
        held = holding.of_wave(session, wave_id)
        mails = progress.of_wave(session, wave_id) if wave.state is not WaveState.PLANNED else None
    following = wave.next_step
    rehearsal = _rehearse(wave) if wave.manifest is None else None
    now = clock.now()
    is_missed = missed(wave.state, wave.closes_at, now)
    name = _NAMES.get(following.to) if following and not is_missed else None
    return render_template(
        "surveys/wave.html",
        wave=wave,
        invited=invited,
        rehearsal=rehearsal,
        hold=held,
        mails=mails,
        ends_at=holding.grace_ends(held, now, settings().policy.grace),
        minimum=settings().policy.label_minimum,
        most_waves=settings().policy.most_waves,
        missed=is_missed,
        name=name,
        step=STEPS[name] if name else None,
        form=StepForm(),
        leave_out=LeaveOutForm().offer(_left(wave, held)),
    )


@blueprint.post("/hr/waves/<int:wave_id>/<any(open,close):name>")
@requires(Permission.MANAGE_SURVEYS)
def step(wave_id: int, name: str) -> Response:
    form, chosen = StepForm(), STEPS[name]
    if form.validate_on_submit():
        try:
            with transaction() as session:
                steps.ask_for(session, wave_id, chosen.to)
        except PulseError as error:
            flash(error.message, "error")
        else:
            flash(chosen.asked, "success")
    return redirect(url_for("waves.show", wave_id=wave_id))


@blueprint.post("/hr/waves/<int:wave_id>/leave-out")
@requires(Permission.MANAGE_SURVEYS)
def leave_out(wave_id: int) -> Response:
    """Wish that a wave whose results were found unsafe is published without one dimension."""
    with reading() as session:
        wave, held = waves.get(session, wave_id), holding.of_wave(session, wave_id)
    form = LeaveOutForm().offer(_left(wave, held))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                holding.leave_out(session, wave_id, [form.dimension.data])
                steps.ask_for(session, wave_id, WaveState.RELEASED)
        except PulseError as error:
            flash(error.message, "error")
        else:
            flash("It is counted and attacked again without that.", "success")
    else:
        flash("Please choose what to leave out.", "error")
    return redirect(url_for("waves.show", wave_id=wave_id))


@blueprint.post("/hr/waves/<int:wave_id>/withdraw")
@requires(Permission.MANAGE_SURVEYS)
def withdraw(wave_id: int) -> Response:
    with transaction() as session:
        survey_id = waves.get(session, wave_id).survey_id
        waves.withdraw(session, wave_id)
    flash("The wave is withdrawn; nobody was invited.", "success")
    return redirect(url_for("surveys.show", survey_id=survey_id))


def _left(wave: WaveInfo, held: Hold | None) -> tuple[Dimension, ...]:
    """Give what can still be left out of a wave, what was found to be unsafe first."""
    if wave.manifest is None or held is None:
        return ()
    gone = left_out.closure(wave.manifest, held.left_out)
    left = [item for item in left_out.optional(wave.manifest) if item.key not in gone]
    return tuple(sorted(left, key=lambda item: item.name not in held.words))


def _rehearse(wave: WaveInfo) -> Rehearsal:
    """Work out today's frame, so that HR learns of a problem before the moment of opening."""
    policy = settings().policy
    request = FrameRequest(
        wave_id=wave.id,
        audience=wave.audience,
        dimensions=wave.dimensions,
        day=clock.now().date(),
        label_minimum=policy.label_minimum,
        fewest=policy.wave_invited,
        company=settings().company,
        limits=installation.limits(wave),
    )
    try:
        with reading() as session:
            found = frame.preview(session, request)
    except Conflict as error:
        return Rehearsal(problem=error.message)
    groups = tuple((item.name, len(item.labels)) for item in found.dimensions)
    crossings = tuple(item for item in found.dimensions if item.is_crossing)
    return Rehearsal(
        len(found.people), groups, crossings, found.dropped, spared=found.chosen.spared
    )
