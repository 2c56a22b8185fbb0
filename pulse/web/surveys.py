"""HR composes surveys from the bank or in its own words, and plans their waves."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pulse import clock
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain import local_time
from pulse.domain.dimension import ORGANISATION, parts, together
from pulse.domain.errors import Conflict, Invalid
from pulse.domain.permission import Permission
from pulse.languages import OFFERED, first
from pulse.people import units, values
from pulse.surveys import bank, catalogue, compose, waves
from pulse.surveys.audience import Audience
from pulse.web import rhythm_view
from pulse.web.errors import show_on
from pulse.web.guard import requires
from pulse.web.rhythm_forms import RhythmForm
from pulse.web.rhythm_view import Preview
from pulse.web.survey_forms import Choices, ComposeForm, PlanForm, StepForm
from pulse.web.survey_languages import spoken_in

blueprint = Blueprint("surveys", __name__)

DEFAULT_PACK = "core"
DEFAULT_DAYS = 7
DEFAULT_HOURS = (9, 17)


@blueprint.get("/hr/surveys")
@requires(Permission.MANAGE_SURVEYS)
def index() -> str:
    with reading() as session:
        all_surveys, all_waves = catalogue.listing(session), waves.listing(session)
    return render_template("surveys/index.html", surveys=all_surveys, waves=all_waves)


@blueprint.route("/hr/surveys/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_SURVEYS)
def new() -> str | Response | tuple[str, int]:
    choices = _choices()
    pack = bank.pack(request.args.get("pack", DEFAULT_PACK))
    form = ComposeForm(data={"questions": list(pack.codes), "language": first(settings().locale)})
    form.offer(choices)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                survey_id = compose.create(session, form.draft(), clock.now())
        except Invalid as error:
            show_on(form, error)
        else:
            flash(
                "The survey is composed. Now plan its first wave, or give it a rhythm.", "success"
            )
            return redirect(url_for("surveys.show", survey_id=survey_id))
    page = render_template("surveys/compose.html", form=form, pack=pack, bank=bank, choices=choices)
    return page, 400 if form.errors else 200


@blueprint.route("/hr/surveys/<int:survey_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_SURVEYS)
def show(survey_id: int) -> str | Response | tuple[str, int]:
    form = PlanForm(data=_next_week())
    if form.validate_on_submit():
        try:
            with transaction() as session:
                opens_at, closes_at = form.moments(clock.now())
                wave_id = waves.plan(session, survey_id, opens_at, closes_at, form.time_zone.data)
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            flash("The wave is planned. It opens by itself.", "success")
            return redirect(url_for("waves.show", wave_id=wave_id))
    return page(survey_id, form), 400 if form.errors else 200


def page(
    survey_id: int,
    form: PlanForm | None = None,
    rhythm_form: RhythmForm | None = None,
    preview: Preview | None = None,
) -> str:
    """Give the page of a survey; a form that was not sent proposes what it did before."""
    with reading() as session:
        survey = catalogue.get(session, survey_id)
        of_survey = [wave for wave in waves.listing(session) if wave.survey_id == survey_id]
    choices = _choices()
    return render_template(
        "surveys/survey.html",
        survey=survey,
        waves=of_survey,
        form=form or PlanForm(formdata=None, data=_next_week()),
        step_form=StepForm(),
        rhythm=rhythm_view.view(survey_id, rhythm_form, preview),
        home=settings().time_zone,
        bank=bank,
        spoken=spoken_in(survey),
        offered=OFFERED,
        audience=described(survey.audience, choices),
        dimensions=labels(survey.dimensions, choices),
    )


def described(audience: Audience, choices: Choices) -> tuple[str, ...]:
    """Say whom a survey asks, one condition a line; nothing where all are asked."""
    names = {unit.id: unit.name for unit in choices.units}
    lines = [", ".join(names.get(unit_id, "?") for unit_id in audience.unit_ids)]
    for key, wanted in audience.attributes.items():
        lines.append(f"{labels((key,), choices)[0]}: {', '.join(wanted)}")
    return tuple(line for line in lines if line)


def labels(keys: tuple[str, ...], choices: Choices) -> tuple[str, ...]:
    """Name ways to divide results; an attribute that is gone from the staff file keeps its key."""
    known = {ORGANISATION: "Organisation"}
    known |= {item.key: item.label for item in choices.attributes}
    return tuple(together(known.get(part, part) for part in parts(key)) for key in keys)


def _choices() -> Choices:
    with reading() as session:
        return Choices(units.tree(session), values.reportable(session))


def _next_week() -> dict[str, object]:
    """Propose tomorrow morning, for a week, on the clocks of the installation."""
    zone = settings().time_zone
    first, last = DEFAULT_HOURS
    today = clock.now().astimezone(local_time.zone(zone))
    tomorrow = today.replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=1)
    return {
        "opens_at": tomorrow.replace(hour=first),
        "closes_at": tomorrow.replace(hour=last) + timedelta(days=DEFAULT_DAYS),
        "time_zone": zone,
    }
