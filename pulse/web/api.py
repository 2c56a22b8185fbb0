"""The same releases for programs: JSON over the session of whoever is signed in, read only.

docs/api.md describes it. An address here never changes its meaning; what is new gets a new name.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for
from werkzeug.exceptions import HTTPException

from pulse.db import reading
from pulse.domain.errors import PulseError
from pulse.domain.permission import Permission
from pulse.release import reading as releases
from pulse.release import records
from pulse.release.records import Wanted
from pulse.release.values import ReleaseInfo
from pulse.web import addresses, errors
from pulse.web.guard import requires

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/releases")
@requires(Permission.VIEW_RESULTS, sign_in_first=False)
def listing() -> Response:
    """List what has been released, the newest first."""
    page = addresses.number("page") or 1
    with reading() as session:
        found = releases.listing(session, page)
    more = len(found) == releases.LISTED
    return jsonify(releases=[_entry(release) for release in found], next=_next(page + 1, more=more))


@blueprint.get("/releases/<int:release_id>")
@requires(Permission.VIEW_RESULTS, sign_in_first=False)
def one(release_id: int) -> Response:
    """Say what was asked, by which rules it was published, and how it was counted."""
    with reading() as session:
        found = records.about(session, releases.get(session, release_id))
    return jsonify(found)


@blueprint.get("/releases/<int:release_id>/groups")
@requires(Permission.VIEW_RESULTS, sign_in_first=False)
def groups(release_id: int) -> Response:
    """List the groups, each released, merged into another, or suppressed."""
    with reading() as session:
        found = records.groups(session, releases.get(session, release_id))
    return jsonify(groups=found)


@blueprint.get("/releases/<int:release_id>/cells")
@requires(Permission.VIEW_RESULTS, sign_in_first=False)
def cells(release_id: int) -> Response:
    """Give the figures of all groups or of those asked for, a page of groups at a time."""
    wanted = Wanted(
        request.args.get("dimension"), request.args.get("group"), addresses.number("page") or 1
    )
    with reading() as session:
        found = records.cells(session, releases.get(session, release_id), wanted)
    return jsonify(
        cells=found.records,
        groups=found.groups,
        page=found.page,
        pages=found.pages,
        next=_next(found.page + 1, more=found.page < found.pages),
    )


@blueprint.errorhandler(PulseError)
def ours(error: PulseError) -> tuple[Response, int]:
    """Answer one of our errors with its sentence."""
    return jsonify(error=error.message), errors.status_of(error)


@blueprint.errorhandler(HTTPException)
def of_http(error: HTTPException) -> tuple[Response, int]:
    """Answer an error of the protocol with its name."""
    return jsonify(error=error.name), error.code or 500


def _entry(found: ReleaseInfo) -> dict[str, Any]:
    return {
        "id": found.id,
        "wave": found.wave_id,
        "title": found.title,
        "closed_on": found.closed_on.isoformat(),
        "withheld": found.withheld,
        "url": url_for("api.one", release_id=found.id),
    }


def _next(page: int, *, more: bool) -> str | None:
    """Give the address of the next page, or nothing after the last."""
    if not more or request.endpoint is None:
        return None
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("dimension", "group") if name in request.args
    }
    return url_for(request.endpoint, page=page, **kept, **(request.view_args or {}))
