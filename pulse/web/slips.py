"""HR prints slips: for everyone without e-mail, or a new one for one person who needs it.

Each printing makes new codes and voids the former ones, so it is a POST. The codes exist in
that one page only. No page here says, or takes longer for, who has started.
"""

from dataclasses import dataclass

import segno
from flask import Blueprint, render_template, request
from flask_wtf import FlaskForm

from pulse import installation
from pulse.config import settings
from pulse.db import reading, transaction
from pulse.domain.manifest import Manifest
from pulse.domain.permission import Permission
from pulse.formats import day_and_time
from pulse.invitations import issuing, replacing
from pulse.invitations.issuing import IssueRequest, Slip
from pulse.surveys import standing, waves
from pulse.surveys.waves import WaveInfo
from pulse.web.guard import requires

blueprint = Blueprint("slips", __name__)

_LONGEST_SEARCH = 100


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
        slips = issuing.print_slips(session, _issue_request(standing.manifest(session, wave), info))
    printed = [Printed(slip, picture(slip.link)) for slip in slips]
    return render_template(
        "invitations/slips.html",
        wave=info,
        form=form,
        printed=printed,
        address=settings().base_url,
        closes=day_and_time(info.closes_at),
    )


@blueprint.get("/hr/waves/<int:wave>/slips/new")
@requires(Permission.PRINT_SLIPS)
def search(wave: int) -> str:
    words = request.args.get("q", "")[:_LONGEST_SEARCH]
    with reading() as session:
        info = waves.get(session, wave)
        found = replacing.find(session, wave, words)
        handed = replacing.handed(session, wave)
    return render_template(
        "invitations/search.html", wave=info, words=words, found=found, handed=handed
    )


@blueprint.get("/hr/waves/<int:wave>/slips/new/<int:employee>")
@requires(Permission.PRINT_SLIPS)
def confirm(wave: int, employee: int) -> str:
    with reading() as session:
        info = waves.get(session, wave)
        asked = replacing.person(session, wave, employee)
    return render_template("invitations/confirm.html", wave=info, asked=asked, form=PrintForm())


@blueprint.post("/hr/waves/<int:wave>/slips/new/<int:employee>")
@requires(Permission.PRINT_SLIPS)
def replace(wave: int, employee: int) -> str:
    with transaction() as session:
        info = waves.get(session, wave)
        slip = replacing.replace(
            session, _issue_request(standing.manifest(session, wave), info), employee
        )
    return render_template(
        "invitations/replaced.html",
        wave=info,
        item=Printed(slip, picture(slip.link)),
        address=settings().base_url,
        closes=day_and_time(info.closes_at),
    )


def picture(link: str) -> str:
    """Give the QR code of a link as an image in a data address, which the policy allows."""
    return str(segno.make(link, error="m").svg_data_uri(border=3, light="#fff"))


def _issue_request(manifest: Manifest, wave: WaveInfo) -> IssueRequest:
    return installation.issue_request(manifest, wave.time_zone)
