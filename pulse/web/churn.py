"""The churn page for HR: separations beside sentiment, from the stored study only."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, render_template, url_for

from pulse.churn import reading as studies
from pulse.churn.result import Study
from pulse.db import reading
from pulse.domain.errors import NotFound
from pulse.domain.permission import Permission
from pulse.web.charts import scatter, timeline, wording
from pulse.web.charts.figure import Chart
from pulse.web.charts.table import csv_response
from pulse.web.guard import requires

blueprint = Blueprint("churn", __name__, url_prefix="/hr/churn")

QUIET = timedelta(weeks=26)
_CHARTS: dict[str, Callable[[Study, str], Chart]] = {
    timeline.KEY: timeline.timeline_chart,
    scatter.KEY: scatter.scatter_chart,
}
blueprint.add_app_template_filter(wording.day, "chart_day")


@blueprint.get("")
@requires(Permission.VIEW_CHURN)
def page() -> str:
    with reading() as session:
        stored = studies.latest(session)
        if stored is None:
            return render_template("churn/empty.html", ready=studies.readiness(session))
    charts = [_chart(key, stored.study) for key in _CHARTS]
    return render_template(
        "churn/page.html", stored=stored, charts=charts, looks_old=_looks_old(stored.study)
    )


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


def _chart(key: str, study: Study) -> Chart:
    return _CHARTS[key](study, url_for("churn.download", chart=key))


def _looks_old(study: Study) -> bool:
    """Whether nobody at all has left for so long that the staff file may be out of date."""
    last = study.last_separation_on
    return last is None or study.covers_until - last > QUIET
