"""The questionnaire, its manifest and its thank-you page, in each language the same for everyone.

This door knows no person: it imports neither people, accounts nor invitations, touches no
session and sets no cookie. Taking an answer on somebody's behalf is the door `assisted`.
"""

from flask import Blueprint, Response, request

from pulse.db import reading
from pulse.domain.marking import marked
from pulse.domain.wave_state import WaveState
from pulse.formats import day_and_time
from pulse.languages import gettext, looked_up
from pulse.surveys import waves
from pulse.web.guard import public
from pulse.web.questionnaire import (
    OWN_DEVICE,
    Attempt,
    Pages,
    Questionnaire,
    draw,
    frozen,
    open_now,
    render,
)

blueprint = Blueprint("ballot", __name__)


@blueprint.get("/s/<int:wave>")
@public("whoever has a link or a code may answer")
def questionnaire(wave: int) -> Response:
    """Show the questions. Packing is safe here: no secret is ever part of this page."""
    found = open_now(wave)
    if found is None:
        return not_open(wave)
    drawn = found.drawn()
    packed = request.accept_encodings["gzip"] > 0
    response = Response(drawn.packed if packed else drawn.plain, mimetype="text/html")
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    return response


@blueprint.get("/s/<int:wave>/thanks")
@public("the same words for everyone who answered")
def thanks(wave: int) -> Response:
    return Response(frozen(wave).drawn().thanks, mimetype="text/html")


@blueprint.get("/s/<int:wave>/manifest.json")
@public("everybody may compute the fingerprint themselves")
def manifest(wave: int) -> Response:
    """Give the bytes whose SHA-256 is the fingerprint, the same for everyone.

    The connection ends with them, so that the ballot that is sent next cannot ride one that the
    page came over, with whatever names its visitor there.
    """
    answer = Response(frozen(wave).manifest.canonical(), mimetype="application/json")
    answer.headers["Connection"] = "close"
    return answer


def with_given(found: Questionnaire, attempt: Attempt, pages: Pages = OWN_DEVICE) -> Response:
    """Show the questions with what was given; where something is wrong, the summary has focus."""
    return Response(draw(found.manifest, attempt, pages), status=422 if attempt.problems else 200)


def not_open(wave: int, pages: Pages = OWN_DEVICE) -> Response:
    """Say calmly that answers are not taken now."""
    with reading() as session:
        info = waves.get(session, wave)
    if info.state is WaveState.PLANNED:
        words = gettext(
            "It opens on %(moment)s. Please come back then.", moment=day_and_time(info.opens_at)
        )
        return notice(marked("This pulse has not opened yet"), words, info.title, pages)
    words = gettext(
        "Answers can no longer be given. The results are, or will be, open to every employee."
    )
    return notice(marked("This pulse has closed"), words, info.title, pages)


def notice(title: str, words: str, about: str, pages: Pages = OWN_DEVICE) -> Response:
    """Give a calm page with one message, whose title and words may be marked ones."""
    texts = {"title": looked_up(title), "words_of_notice": looked_up(words)}
    return Response(render(pages.notice, about=about, **texts))
