"""The churn page for HR: separations beside sentiment, from the stored study only."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer

from pulse import clock
from pulse.churn import orders
from pulse.churn import reading as studies
from pulse.churn.driver_result import NoDrivers
from pulse.churn.result import Study
from pulse.db import reading, transaction
from pulse.domain.errors import NotFound
from pulse.domain.permission import Permission
from pulse.web.charts import (
    delays,
    drivers,
    forest,
    funnel,
    own_level,
    scatter,
    timeline,
    what_if,
    wording,
)
from pulse.web.charts.figure import Chart
from pulse.web.charts.table import csv_response
from pulse.web.guard import requires

blueprint = Blueprint("churn", __name__, url_prefix="/hr/churn")

NOT_YET = NoDrivers("This study was made before drivers were looked at.")
QUIET = timedelta(weeks=26)
_CHARTS: dict[str, Callable[[Study, str], Chart]] = {
    own_level.KEY: own_level.own_level_chart,
    forest.KEY: forest.forest_chart,
    delays.KEY: delays.delays_chart,
    timeline.KEY: timeline.timeline_chart,
    drivers.KEY: lambda study, url: drivers.drivers_chart(study.drivers or NOT_YET, url),
    what_if.KEY: what_if.what_if_chart,
    scatter.KEY: scatter.scatter_chart,
    funnel.KEY: funnel.funnel_chart,
}
blueprint.add_app_template_filter(wording.day, "chart_day")


@blueprint.get("")
@requires(Permission.VIEW_CHURN)
def page() -> str:
    raw = request.args.get("rates") == "counted"
    with reading() as session:
        stored = studies.latest(session)
        order = orders.latest(session)
        ready = studies.readiness(session) if stored is None else None
    if stored is None:
        return render_template("churn/empty.html", ready=ready, order=order, form=FlaskForm())
    charts = {key: _chart(key, stored.study, raw=raw) for key in _CHARTS}
    return render_template(
        "churn/page.html",
        stored=stored,
        charts=charts,
        order=order,
        form=FlaskForm(),
        raw=raw,
        looks_old=_looks_old(stored.study),
    )


@blueprint.post("")
@requires(Permission.VIEW_CHURN)
def ask() -> Answer:
    """Ask the worker to make the study now."""
    if FlaskForm().validate_on_submit():
        with transaction() as session:
            orders.place(session, clock.now())
        flash("The worker makes the study now; the page shows how far it is.", "success")
    return redirect(url_for("churn.page"))


@blueprint.get("/<chart>.csv")
@requires(Permission.VIEW_CHURN)
def download(chart: str) -> Response:
    with reading() as session:
        stored = studies.latest(session)
    if chart not in _CHARTS or stored is None:
        raise NotFound("There is no such file.")
    drawn = _chart(chart, stored.study)
    if drawn.table is None:
        raise NotFound("Nothing is drawn there, so there is no file.")
    return csv_response(drawn.table, f"pulse-{chart}")


def _chart(key: str, study: Study, *, raw: bool = False) -> Chart:
    address = url_for("churn.download", chart=key)
    if key == scatter.KEY:
        return scatter.scatter_chart(study, address, raw=raw)
    return _CHARTS[key](study, address)


def _looks_old(study: Study) -> bool:
    """Whether nobody at all has left for so long that the staff file may be out of date."""
    last = study.last_separation_on
    return last is None or study.covers_until - last > QUIET
