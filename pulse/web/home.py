"""The first page: what this is, and a box for the short code of a mail or a slip."""

from flask import Blueprint, Response, render_template, request

from pulse.config import Mode, settings
from pulse.db import reading
from pulse.domain.errors import UnknownCode
from pulse.invitations import redemption
from pulse.languages import looked_up
from pulse.web import ballot
from pulse.web.guard import public
from pulse.web.questionnaire import Attempt, open_now

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public("the first page", knows_visitor=True)
def home() -> str:
    return _page("", None)


@blueprint.post("/code")
@public("whoever holds a code may go to its questions")
def code() -> Response:
    """Open the questions of the wave that the code belongs to; this uses nothing up.

    The code never stands in an address, so the questions are the answer to this very request.
    """
    typed = request.form.get("code", "")
    try:
        with reading() as session:
            wave = redemption.wave_of(session, typed, settings().code_key)
    except UnknownCode as error:
        return Response(_page(typed, looked_up(error.message)), status=422)
    asked = open_now(wave)
    if asked is None:
        return ballot.not_open(wave)
    return ballot.with_given(asked, Attempt({"code": typed}))


def _page(typed: str, problem: str | None) -> str:
    return render_template(
        "public/home.html", code=typed, problem=problem, demo=settings().mode is Mode.DEMO
    )
