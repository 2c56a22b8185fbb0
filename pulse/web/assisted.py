"""Takes a respondent's form and drops the ballot on their behalf, in memory.

read the form -> redeem the invitation (main) -> drop the ballot (box). Code and answers come
together, which is the trust that the page asks for; nothing is logged and no cookie is set.
Whoever sends again after a fault in between gets the same token, and is counted once.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, request

from pulse import installation
from pulse.config import settings
from pulse.domain import answers, short_code
from pulse.domain.answers import Problem
from pulse.domain.ballot import Value
from pulse.domain.errors import (
    AlreadyTaken,
    NotFound,
    TokenSpent,
    UnknownCode,
    WaveNotOpen,
)
from pulse.domain.marking import marked
from pulse.invitations import redemption
from pulse.participation import seed, take_part
from pulse.web import ballot, speaking
from pulse.web.guard import public
from pulse.web.questionnaire import (
    OWN_DEVICE,
    Attempt,
    Pages,
    Questionnaire,
    frozen,
    open_now,
    refuse_late,
)

blueprint = Blueprint("assisted", __name__)

_LARGEST_FORM = 64 * 1024
_TAKEN = marked("You have already taken part")
_TAKEN_WORDS = marked(
    "The answers given with this code are in the box and are counted once; there is nothing more "
    "to do. If it was not you who gave them, please tell HR."
)
_ELSEWHERE = marked("This code has been used to start elsewhere")
_ELSEWHERE_WORDS = marked(
    "Somebody has started with it, or with the link that came with it, and only there can the "
    "answers be sent: please finish on that device, in that browser. If you have sent them there, "
    "there is nothing more to do. If the device is gone for good, or it was not you who started, "
    "HR can give you a new slip while the pulse is open."
)

_NO_CODE = marked("Type the short code that stands in your mail or on your slip.")


@blueprint.post("/s/<int:wave>")
@public("whoever holds a link or a code may answer")
def answer(wave: int) -> Response:
    return taken(wave, OWN_DEVICE)


def taken(wave: int, pages: Pages) -> Response:
    """Take the form of this request, and answer with one of the pages given."""
    request.max_content_length = _LARGEST_FORM
    try:
        asked = frozen(wave)
    except NotFound:
        return ballot.not_open(wave, pages)
    given = request.form.to_dict()
    found = answers.parse(asked.manifest, given)
    problems = (*_code_missing(given), *found.problems)
    if problems:
        return _again(asked, Attempt(given, problems), pages)
    try:
        refuse_late(wave)
        _take(asked, _code(given), found.answers)
    except AlreadyTaken:
        return ballot.notice(_ELSEWHERE, _ELSEWHERE_WORDS, asked.manifest.title, pages)
    except TokenSpent:
        return ballot.notice(_TAKEN, _TAKEN_WORDS, asked.manifest.title, pages)
    except UnknownCode as error:
        unknown = Attempt(given | {"secret": ""}, [Problem("code", error.message)])
        return _again(asked, unknown, pages)
    except WaveNotOpen:
        return ballot.not_open(wave, pages)
    address = speaking.kept(pages.thanks.format(wave=wave))
    return Response(status=303, headers={"Location": address})


def _again(asked: Questionnaire, attempt: Attempt, pages: Pages) -> Response:
    """Show the form again, unless the wave has closed while it was being filled in."""
    if open_now(asked.manifest.wave) is None:
        return ballot.not_open(asked.manifest.wave, pages)
    return ballot.with_given(asked, attempt, pages)


def _take(asked: Questionnaire, code: str, given: Mapping[str, Value]) -> None:
    take_part(
        asked.layout,
        given,
        redeem=lambda session, claim: redemption.redeem(
            session, claim, code, installation.secrets()
        ),
        seed=seed(settings().assist_key, asked.manifest.wave, short_code.normalise(code) or code),
    )


def _code(given: Mapping[str, str]) -> str:
    return given.get("code", "").strip() or given.get("secret", "").strip()


def _code_missing(given: Mapping[str, str]) -> list[Problem]:
    if _code(given):
        return []
    return [Problem("code", _NO_CODE)]
