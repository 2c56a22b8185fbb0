"""A device that many people share: type a code, answer, and the next one finds nothing.

    /kiosk ──code──► POST /kiosk: questions ──► POST /kiosk/<wave> ──► /kiosk/thanks ──► /kiosk

It is the path by form, which keeps nothing on the device, in pages of its own without ways out.
With its script all of it happens in the one page of GET /kiosk, so the device has no history.
What reaches the box is the same as from any form.
"""

from flask import Blueprint, Response, request

from pulse.config import settings
from pulse.db import reading
from pulse.domain import short_code
from pulse.domain.errors import UnknownCode
from pulse.invitations import redemption
from pulse.web import assisted, ballot
from pulse.web.guard import public
from pulse.web.questionnaire import Attempt, Pages, open_now, render

blueprint = Blueprint("kiosk", __name__)

KIOSK = Pages(
    questions="kiosk/questions.html",
    notice="kiosk/notice.html",
    action="/kiosk/{wave}",
    thanks="/kiosk/thanks",
)
# Without the script the page of thanks leaves by itself, after time enough to read it twice.
_THANKS_SECONDS = 30


@blueprint.get("/kiosk")
@public("the first page of a shared device")
def start() -> str:
    return _page("", None)


@blueprint.post("/kiosk")
@public("whoever holds a code may go to its questions")
def code() -> Response:
    """Open the questions of the wave that the code belongs to; this uses nothing up."""
    typed = request.form.get("code", "")
    try:
        with reading() as session:
            wave = redemption.wave_of(session, typed, settings().code_key)
    except UnknownCode as error:
        return Response(_page(typed, error.message), status=422)
    asked = open_now(wave)
    if asked is None:
        return ballot.not_open(wave, KIOSK)
    return ballot.with_given(asked, Attempt({"code": typed}), KIOSK)


@blueprint.post("/kiosk/<int:wave>")
@public("whoever holds a code may answer")
def answer(wave: int) -> Response:
    return assisted.taken(wave, KIOSK)


@blueprint.get("/kiosk/thanks")
@public("the same words for everyone who answered")
def thanks() -> Response:
    page = Response(render("kiosk/thanks.html"))
    page.headers["Refresh"] = f"{_THANKS_SECONDS}; url=/kiosk"
    return page


def _page(typed: str, problem: str | None) -> str:
    return render(
        "kiosk/start.html",
        code=typed,
        problem=problem,
        keys=short_code.ALPHABET,
        length=short_code.LENGTH,
    )
