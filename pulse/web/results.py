"""Results: one page for every employee, and one with heatmap and trend for HR."""

from flask import Blueprint, render_template, request

from pulse.db import reading
from pulse.domain.cells import Suppressed
from pulse.domain.permission import Permission
from pulse.domain.scores import ENGAGEMENT
from pulse.release import pages
from pulse.release.pages import Asked
from pulse.release.values import Number
from pulse.web import addresses
from pulse.web.charts import heatmap, trend
from pulse.web.guard import requires

blueprint = Blueprint("results", __name__)

HEAT_STEPS = 7


@blueprint.get("/results", defaults={"release_id": None})
@blueprint.get("/results/<int:release_id>")
@requires(Permission.VIEW_RESULTS)
def staff(release_id: int | None) -> str:
    """Show the latest release, or the one asked for, to every employee."""
    with reading() as session:
        page = pages.staff(session, _asked(release_id))
    return render_template("results/staff.html", page=page)


@blueprint.get("/hr/results", defaults={"release_id": None})
@blueprint.get("/hr/results/<int:release_id>")
@requires(Permission.VIEW_HR_RESULTS)
def hr(release_id: int | None) -> str:
    """Show HR the same release by group and driver, and over the waves."""
    asked = _asked(release_id)
    with reading() as session:
        page = pages.staff(session, asked)
        detail = pages.detail(session, page, asked) if page else None
    return render_template(
        "results/hr.html",
        page=page,
        detail=detail,
        heatmap=heatmap.chart(detail.heat) if detail else None,
        trend=trend.chart(detail.lines) if detail else None,
    )


@blueprint.app_template_filter("heat_step")
def heat_step(number: Number) -> str:
    """Give the class of a heat cell: one of seven steps, or that nothing is shown."""
    if isinstance(number, Suppressed):
        return "suppressed"
    return f"heat-{1 + min(int(number.value * HEAT_STEPS / 100), HEAT_STEPS - 1)}"


def _asked(release_id: int | None) -> Asked:
    return Asked(
        release_id=release_id,
        group=request.args.get("group"),
        measure=request.args.get("measure", ENGAGEMENT),
        page=addresses.number("page") or 0,
    )
