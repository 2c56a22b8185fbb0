"""A poster for the wall: how to take part, and a QR code of the first page, the same for everyone.

It holds nobody's link and no code, so it can hang where everybody passes.
"""

from flask import Blueprint, render_template

from pulse.config import settings
from pulse.db import reading
from pulse.domain.permission import Permission
from pulse.surveys import waves
from pulse.web.guard import requires
from pulse.web.slips import picture

blueprint = Blueprint("poster", __name__)


@blueprint.get("/hr/waves/<int:wave>/poster")
@requires(Permission.PRINT_SLIPS)
def show(wave: int) -> str:
    with reading() as session:
        info = waves.get(session, wave)
    address = settings().base_url
    return render_template(
        "invitations/poster.html",
        wave=info,
        address=address,
        picture=picture(f"{address}/"),
        company=settings().company,
        floor=info.manifest.floor if info.manifest else settings().policy.floor,
    )
