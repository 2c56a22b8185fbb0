"""Results: one page for every employee, and one with heatmap and trend for HR."""

from flask import Blueprint, render_template

from pulse.db import reading
from pulse.domain.cells import Suppressed
from pulse.domain.permission import Permission
from pulse.domain.printed import printed
from pulse.release import heat_view, pages
from pulse.release.values import Number
from pulse.web import heat_links
from pulse.web.charts import heatmap, trend
from pulse.web.guard import requires
from pulse.web.heat_links import Links

blueprint = Blueprint("results", __name__)

HEAT_STEPS = 7


@blueprint.get("/results", defaults={"release_id": None})
@blueprint.get("/results/<int:release_id>")
@requires(Permission.VIEW_RESULTS)
def staff(release_id: int | None) -> str:
    """Show the latest release, or the one asked for, to every employee."""
    with reading() as session:
        page = pages.staff(session, heat_links.asked(release_id))
    return render_template("results/staff.html", page=page)


@blueprint.get("/hr/results", defaults={"release_id": None})
@blueprint.get("/hr/results/<int:release_id>")
@requires(Permission.VIEW_HR_RESULTS)
def hr(release_id: int | None) -> str:
    """Show HR the same release by group and driver, and over the waves."""
    asked = heat_links.asked(release_id)
    with reading() as session:
        page = pages.staff(session, asked)
        detail = pages.detail(session, page, asked) if page else None
    return render_template(
        "results/hr.html",
        page=page,
        detail=detail,
        links=Links(page.release.id, asked) if page else None,
        sizes=heat_view.SIZES,
        heatmap=heatmap.chart(detail.heat) if detail else None,
        trend=trend.chart(detail.lines) if detail else None,
    )


blueprint.add_app_template_filter(printed)


@blueprint.app_template_filter("heat_step")
def heat_step(number: Number, low: int = 0) -> str:
    """Give the class of a heat cell, one of seven steps from `low` to 100, or that it is hidden."""
    if isinstance(number, Suppressed):
        return "suppressed"
    step = int((number.value - low) * HEAT_STEPS / (100 - low))
    return f"heat-{1 + min(step, HEAT_STEPS - 1)}"
