"""HR prints slips for people without e-mail: a QR code of the link, and the short code to type.

Each printing makes new codes and voids the former ones, so it is a POST. The codes exist in
that one page only.
"""

from dataclasses import dataclass

import segno
from flask import Blueprint, render_template
from flask_wtf import FlaskForm

from pulse import installation
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.permission import Permission
from pulse.invitations import issuing
from pulse.invitations.issuing import Slip
from pulse.surveys import standing, waves
from pulse.web.guard import requires
from pulse.web.questionnaire import day_and_time

blueprint = Blueprint("slips", __name__)


class PrintForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types.
    """One button, nothing but its token."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip with its picture."""

    slip: Slip
    picture: str


@blueprint.get("/hr/waves/<int:wave>/slips")
@requires(Permission.PRINT_SLIPS)
def ask(wave: int) -> str:
    with reading() as session:
        info = waves.get(session, wave)
    return render_template("invitations/slips.html", wave=info, form=PrintForm(), printed=None)


@blueprint.post("/hr/waves/<int:wave>/slips")
@requires(Permission.PRINT_SLIPS)
def make(wave: int) -> str:
    form = PrintForm()
    with transaction() as session:
        info = waves.get(session, wave)
        manifest = standing.manifest(session, wave)
        request = installation.issue_request(manifest, info.time_zone)
        slips = issuing.print_slips(session, request)
    printed = [Printed(slip, picture(slip.link)) for slip in slips]
    return render_template(
        "invitations/slips.html",
        wave=info,
        form=form,
        printed=printed,
        address=settings().base_url,
        closes=day_and_time(info.closes_at),
    )


def picture(link: str) -> str:
    """Give the QR code of a link as an image in a data address, which the policy allows."""
    return str(segno.make(link, error="m").svg_data_uri(border=3, light="#fff"))
