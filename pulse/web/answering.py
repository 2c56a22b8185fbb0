"""Leaders answer released results in the action log, and report how it goes.

    choose a result of one's own reach -> write -> the log decides -> everybody reads it

The rooms do not know each other, so this door asks both: the release for the result that is
answered, the log for the answer.
"""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pulse import clock
from pulse.actions import log, reach
from pulse.actions.reach import Reach
from pulse.actions.values import Answered, Moment
from pulse.db import reading, transaction
from pulse.domain import scores
from pulse.domain.announcement import Announcement, Event
from pulse.domain.bands import band
from pulse.domain.cells import Released
from pulse.domain.dimension import ORGANISATION
from pulse.domain.errors import Conflict, Invalid, NotAllowed
from pulse.domain.permission import Permission
from pulse.hooks import queue
from pulse.release import reading as releases
from pulse.release.values import Group, GroupResults, ReleaseInfo
from pulse.web import addresses
from pulse.web.action_forms import ActionForm, filled
from pulse.web.actions import author, context, local_today
from pulse.web.errors import show_on
from pulse.web.guard import requires, signed_in_person

blueprint = Blueprint("answering", __name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """A result that may be answered: its key, what was asked, and what came of it."""

    key: str
    text: str
    favourable: float
    band: str


@blueprint.get("/log/new")
@requires(Permission.POST_ACTION)
def new() -> str:
    """Offer the results that may be answered; with one chosen, the form to answer it."""
    key = request.args.get("finding")
    if not key:
        return _choose_page()
    form = ActionForm(formdata=None, data={"finding": key})
    form.offer(None)
    return _form_page(form, _answered(key))


@blueprint.post("/log/new")
@requires(Permission.POST_ACTION)
def post() -> str | Response | tuple[str, int]:
    form = ActionForm()
    form.offer(None)
    answered = _answered(form.finding.data or "")
    if form.validate_on_submit():
        try:
            with transaction() as session:
                item_id = log.post(session, author(), answered, form.wanted(), _moment())
                queue.announce(session, _announced(item_id, answered, form), clock.now())
        except (Invalid, NotAllowed) as error:
            show_on(form, error)
        else:
            flash("Posted. Every employee can read it now.", "success")
            return redirect(url_for("actions.show", item_id=item_id))
    return _form_page(form, answered), 400


@blueprint.route("/log/<int:item_id>/update", methods=["GET", "POST"])
@requires(Permission.POST_ACTION)
def update(item_id: int) -> str | Response | tuple[str, int]:
    with reading() as session:
        item = log.item(session, item_id).item
    form = ActionForm(data=filled(item.latest.said, item.latest.version))
    form.offer(item.latest.said.state)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seen = (item_id, form.version.data or 0)
                log.update(session, author(), seen, form.wanted(), _moment())
        except (Invalid, Conflict, NotAllowed) as error:
            show_on(form, error)
        else:
            flash("Posted. The earlier version stays readable.", "success")
            return redirect(url_for("actions.show", item_id=item_id))
    page = _form_page(form, item.answers, item_id)
    return (page, 400) if form.errors else page


def _form_page(form: ActionForm, answered: Answered, item_id: int | None = None) -> str:
    return render_template(
        "actions/form.html", form=form, answers=answered, item_id=item_id, **context()
    )


def _choose_page() -> str:
    """Show the results of one group that this leader answers for, the least favourable first."""
    with reading() as session:
        published = [item for item in releases.listing(session) if not item.withheld]
        release = _picked_release(published)
        within = reach.of_unit(session, signed_in_person().unit_id)
        everyone = releases.groups(session, release.id) if release else ()
        groups = [item for item in everyone if item.shown and _covered(within, item)]
        group = _picked_group(groups)
        results = releases.results(session, release, group) if release and group else None
    return render_template(
        "actions/choose.html",
        releases=published,
        release=release,
        groups=groups,
        group=group,
        choices=_choices(release, results) if release and results else [],
        **context(),
    )


def _picked_release(published: list[ReleaseInfo]) -> ReleaseInfo | None:
    chosen = addresses.number("release")
    return next(
        (item for item in published if item.id == chosen), published[0] if published else None
    )


def _picked_group(groups: list[Group]) -> Group | None:
    chosen = request.args.get("group")
    return next((item for item in groups if item.code == chosen), groups[0] if groups else None)


def _covered(within: Reach, group: Group) -> bool:
    return within.covers(ORGANISATION, group.code)


def _choices(release: ReleaseInfo, results: GroupResults) -> list[Choice]:
    choices = [
        Choice(
            key=f"{release.id}:{found.question.code}:{results.group.code}",
            text=found.question.text,
            favourable=scores.favourable(found.counts.value),
            band=band(found.counts.value.n),
        )
        for found in results.questions
        if isinstance(found.counts, Released)
    ]
    return sorted(choices, key=lambda choice: choice.favourable)


def _answered(key: str) -> Answered:
    """Read the released result that a key names. Raises NotFound where nothing is released."""
    with reading() as session:
        found = releases.finding(session, key)
        wave_id = releases.get(session, found.release_id).wave_id
    return Answered(
        wave_id=wave_id,
        release_id=found.release_id,
        dimension=ORGANISATION,
        group_code=found.group_code,
        group_name=found.group_name,
        subject_kind="question",
        subject_code=found.question_code,
        subject=found.text,
        wave_title=found.wave_title,
        result=f"{found.favourable:.0f} % favourable of {found.band} answers",
    )


def _announced(item_id: int, answered: Answered, form: ActionForm) -> Announcement:
    """Give what channels tell of a new item; who wrote it and the figures stay in the log."""
    wanted = form.wanted()
    said = wanted.will_do or wanted.reason or wanted.heard
    return Announcement(Event.ACTION_POSTED, item_id, answered.subject, said=said)


def _moment() -> Moment:
    return Moment(clock.now(), local_today())
